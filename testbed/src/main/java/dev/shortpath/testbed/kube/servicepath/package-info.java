/** Topology {@code service-path} on a cluster, whatever its kind. */
package dev.shortpath.testbed.kube.servicepath;
