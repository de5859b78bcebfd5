package dev.shortpath.testbed.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A case of the gate with options.
 *
 * @param name unique: the case's own, and what is particular
 * @param which the case
 * @param options of the client
 */
record Trial(String name, String which, List<String> options) {
  /** Messages of at most 200 bytes: small enough to be redirected whenever the reader keeps up. */
  static final Trial SMALL_MESSAGES =
      new Trial(
          "stream of small messages",
          "stream",
          List.of("--bytes", "8000000", "--max-message", "200"));

  /** Each side answers the other; by far the most messages can be redirected. */
  static final int CONNECTIONS = 300;

  static final int ROUNDS = 20;
  static final Trial IDENTITY =
      new Trial(
          "identity", "identity", List.of("--count", "" + CONNECTIONS, "--rounds", "" + ROUNDS));

  private static final Set<String> BLOCKING_ONLY =
      Set.of("duplex-blocking-threads", "half-close-blocking-read", "waitall", "rcvtimeo");
  private static final Set<String> OWN_CONNECTIONS =
      Set.of(
          "server-first",
          "write-at-once",
          "short-connections",
          "message-per-connection",
          "reconnect");

  /** Cases that open hundreds of connections, one after the other or at once. */
  static final Set<String> MANY_CONNECTIONS =
      Set.of("short-connections", "message-per-connection", "reconnect");

  /** Smaller than the defaults where a case would take long; other tests go to the limit. */
  private static final Map<String, List<String>> OPTIONS =
      Map.of(
          "bulk", List.of("--seconds", "1"),
          // On two cores a proxy takes seconds for two thousand TLS handshakes.
          "short-connections", List.of("--timeout-s", "60"),
          "slow-reader", List.of("--sleep-ms", "600"),
          "tiny-messages-slow-reader", List.of("--sleep-ms", "300"),
          "message-per-connection", List.of("--count", "300"),
          "reconnect",
              // Below the ephemeral ports, which a proxy's own connections in the pod use, too.
              List.of("--count", "100", "--bind-port", "21000"));

  /** Cases with tests of their own: {@link SituationsTest} and this class's other constants. */
  static final Set<String> ELSEWHERE = Set.of("sleeping-readers", "stream", "identity");

  /**
   * The trials of one path.
   *
   * @param cases all that the gate has
   */
  static List<Trial> of(List<String> cases) {
    List<Trial> trials = new ArrayList<>();
    String bytes = Long.toString(1L << 30);
    trials.add(new Trial("stream", "stream", List.of("--bytes", bytes, "--timeout-s", "240")));
    trials.add(SMALL_MESSAGES);
    trials.add(IDENTITY);
    for (String name : cases) {
      if (!ELSEWHERE.contains(name)) {
        trials.addAll(variants(name));
      }
    }
    return trials;
  }

  private static List<Trial> variants(String name) {
    List<String> options =
        more(List.of("--timeout-s", "20"), OPTIONS.getOrDefault(name, List.of()));
    List<Trial> trials = new ArrayList<>();
    trials.add(new Trial(name, name, options));
    if (!BLOCKING_ONLY.contains(name)) {
      trials.add(new Trial(name + " (blocking)", name, more(options, "--sockets", "blocking")));
    }
    if (!OWN_CONNECTIONS.contains(name) && !name.equals("bulk")) {
      trials.add(new Trial(name + " (swapped)", name, more(options, "--swap")));
    }
    if (name.equals("splice-in")) {
      // It waits for an edge that never comes: a short limit. And a reader that never writes.
      trials.replaceAll(t -> new Trial(t.name(), name, more(t.options(), "--timeout-s", "5")));
      trials.add(
          new Trial(
              name + " (silent reader)", name, List.of("--timeout-s", "20", "--prelude", "0")));
    }
    return trials;
  }

  private static List<String> more(List<String> options, String... more) {
    return more(options, List.of(more));
  }

  private static List<String> more(List<String> options, List<String> more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(more);
    return all;
  }
}
