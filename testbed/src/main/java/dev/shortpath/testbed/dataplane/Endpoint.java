package dev.shortpath.testbed.dataplane;

import java.net.InetAddress;

/**
 * A pod behind a Service, as an EndpointSlice names it.
 *
 * @param ipv4 its address
 * @param ipv6 its address
 * @param port where it listens
 * @param local whether it runs on the node whose data plane this is
 */
public record Endpoint(InetAddress ipv4, InetAddress ipv6, int port, boolean local) {}
