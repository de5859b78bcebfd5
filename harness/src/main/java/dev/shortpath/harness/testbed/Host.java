package dev.shortpath.harness.testbed;

import java.net.InetAddress;

/**
 * A place in the topology where programs run: a pod, a node, a router.
 *
 * @param name for example {@code client}
 * @param ipv4 its address; null where it has none
 * @param ipv6 likewise
 * @param remote how to run commands there
 */
public record Host(String name, InetAddress ipv4, InetAddress ipv6, Remote remote) {}
