/**
 * Testbed {@code cluster}: a Kubernetes of the user's, by kubeconfig. The context must be named, so
 * that no run begins on a cluster by accident.
 *
 * <p>All that a run makes is one namespace and what is in it, with the run's id and its owner on
 * it; a note on this machine ({@link dev.shortpath.testbed.cluster.Notes}) says on which cluster a
 * run was, so that {@code clean} finds what a killed run left.
 */
package dev.shortpath.testbed.cluster;
