package dev.shortpath.testbed.mesh;

/** The ports that Istio's data planes listen on. */
final class Ports {
  /** A pod's outgoing connections are redirected here. */
  static final int OUTBOUND = 15001;

  /** A pod's incoming connections are redirected here. */
  static final int INBOUND = 15006;

  /** Ambient: mTLS tunnels between node proxies end here. */
  static final int TUNNEL = 15008;

  private Ports() {}
}
