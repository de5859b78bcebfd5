/**
 * Service data planes: what kube-proxy or its replacement does on a node, each fed from the same
 * Services and driven only through the node's {@code Remote}.
 */
package dev.shortpath.testbed.dataplane;
