package dev.shortpath.testbed.path;

/**
 * Names of the counters of a proxy that accepts a leg's connections.
 *
 * @param connections accepted
 * @param upstreams connections that the proxy opened for them; more or fewer means pooling
 * @param bytesToServer application bytes
 * @param bytesToClient application bytes
 */
public record Flow(
    String connections, String upstreams, String bytesToServer, String bytesToClient) {
  /** The four counters under one prefix. */
  public static Flow of(String prefix) {
    return new Flow(
        prefix + ".connections",
        prefix + ".upstreams",
        prefix + ".bytes-to-server",
        prefix + ".bytes-to-client");
  }
}
