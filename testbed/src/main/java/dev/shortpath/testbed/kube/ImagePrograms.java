package dev.shortpath.testbed.kube;

import java.util.Set;

/**
 * The programs of the images, each in its image's root directory: what can be started in a pod. The
 * builder has lists of its own, to which a test of agent-image holds these.
 */
public final class ImagePrograms {
  /** What ends a program with the connection that it was started over; with both that follow. */
  public static final String TETHER = "shortpath-tether";

  /** The workload's. */
  public static final Set<String> WORKLOAD =
      Set.of("pingecho", "connects", "rates", "ITGSend", "ITGRecv", "cat");

  /** The node's. */
  public static final Set<String> NODE = Set.of("nft", "iptables-nft", "ip6tables-nft");

  /** The agent's. */
  public static final String AGENT = "shortpath-agent";

  private ImagePrograms() {}
}
