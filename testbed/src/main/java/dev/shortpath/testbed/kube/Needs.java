package dev.shortpath.testbed.kube;

/**
 * What a request needs of a cluster.
 *
 * @param twoNodes a second node beside the first
 * @param ipv6 IPv6 beside IPv4
 * @param agent the shortcut's agent on the nodes
 */
public record Needs(boolean twoNodes, boolean ipv6, boolean agent) {}
