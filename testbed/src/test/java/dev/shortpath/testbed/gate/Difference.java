package dev.shortpath.testbed.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A remaining difference of the shortcut from plain TCP. The gate fails when one of them is gone,
 * and when there is another.
 *
 * @param trial in which it shows
 * @param path on which it shows: {@code direct}, {@code ambient}, {@code sidecar}
 * @param key what is observed
 * @param plain its value by plain TCP; null where it is not observed
 * @param shortcut its value with the shortcut; null where it is not observed
 * @param told words of docs/compatibility.md that tell of it
 */
record Difference(
    String trial, String path, String key, String plain, String shortcut, String told) {
  private static final String FIN = "A reader that closes with redirected data unread";
  private static final String URGENT = "An urgent byte (`MSG_OOB`) arrives as an ordinary byte";

  /** All that remain, of both address families alike. */
  static final List<Difference> REMAINING = remaining();

  private static List<Difference> remaining() {
    List<Difference> all = new ArrayList<>();
    for (String trial : List.of("close-unread", "close-unread (swapped)")) {
      all.addAll(closes(trial, "direct"));
    }
    // Here the client closes on its own proxy; the other way round the proxies hide a reset anyway.
    for (String path : List.of("ambient", "sidecar")) {
      all.addAll(closes("close-unread (swapped)", path));
    }
    for (String trial : List.of("oob", "oob (swapped)")) {
      all.add(new Difference(trial, "direct", "reader.poll", "PRI", "none", URGENT));
      all.add(new Difference(trial, "direct", "reader.at_mark", "1", "0", URGENT));
      all.add(new Difference(trial, "direct", "reader.urgent", "X", "a", URGENT));
      all.add(new Difference(trial, "direct", "reader.stream", "abc|def", "bcXdef", URGENT));
      for (String path : List.of("ambient", "sidecar")) {
        all.add(new Difference(trial, path, "reader.recv_oob", "EINVAL", "1", URGENT));
        all.add(new Difference(trial, path, "reader.urgent", "-", "a", URGENT));
        all.add(new Difference(trial, path, "reader.stream", "abcdef", "bcXdef", URGENT));
      }
    }
    return List.copyOf(all);
  }

  private static List<Difference> closes(String trial, String path) {
    return List.of(
        new Difference(trial, path, "sender.poll", "IN OUT ERR HUP", "IN OUT", FIN),
        new Difference(trial, path, "sender.recv", "ECONNRESET", "EOF", FIN),
        new Difference(trial, path, "sender.send_after", "EPIPE", "ok", FIN));
  }

  /** What the shortcut must give where the stack gave this. */
  static Map<String, String> applied(String trial, String path, Map<String, String> plain) {
    Map<String, String> expected = new TreeMap<>(plain);
    for (Difference d : REMAINING) {
      if (d.trial.equals(trial) && d.path.equals(path)) {
        if (!Objects.equals(plain.get(d.key), d.plain)) {
          throw new AssertionError(d + ": the stack alone gave " + plain.get(d.key));
        }
        expected.put(d.key, d.shortcut);
      }
    }
    expected.values().removeIf(Objects::isNull);
    return expected;
  }
}
