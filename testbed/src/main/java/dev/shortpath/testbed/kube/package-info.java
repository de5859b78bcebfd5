/**
 * What every testbed on a real Kubernetes shares, whoever made the cluster: topologies of pods,
 * commands in them, the shortcut's agent on nodes. Knows a cluster by its API server alone; how one
 * comes to be is {@link dev.shortpath.testbed.kube.Cluster}'s, which the testbeds implement.
 */
package dev.shortpath.testbed.kube;
