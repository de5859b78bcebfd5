/**
 * Testbed {@code k3s}: a real Kubernetes whose nodes are containers, started by Testcontainers from
 * {@code rancher/k3s} or the project's own node image. The only package that knows Testcontainers
 * and Docker.
 *
 * <p>Containers and networks carry the run's id and its owner as labels: by them they are found and
 * removed, also after the program was killed. Everything inside the cluster goes with them.
 */
package dev.shortpath.testbed.k3s;
