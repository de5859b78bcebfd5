package dev.shortpath.testbed.gate;

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
  /** All that remain, of both address families alike. */
  static final List<Difference> REMAINING = List.of();

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
