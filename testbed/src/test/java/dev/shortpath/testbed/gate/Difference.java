package dev.shortpath.testbed.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A remaining difference of the shortcut from plain TCP. The gate fails when one of them is gone,
 * and when there is another.
 *
 * @param trial in which it shows
 * @param path on which it shows: {@code direct}, {@code ambient}, {@code sidecar}
 * @param key what is observed
 * @param plain its value on that path without the shortcut
 * @param shortcut its value with it
 * @param always whether it shows every time. Behind a proxy, which forwards when it gets to it, it
 *     may be a matter of timing whether a message is redirected; then either all differences of the
 *     trial must show or none
 * @param told words of docs/compatibility.md that tell of it
 */
record Difference(
    String trial,
    String path,
    String key,
    String plain,
    String shortcut,
    boolean always,
    String told) {
  private static final String FIN = "A reader that closes with redirected data unread";
  private static final String URGENT = "An urgent byte (`MSG_OOB`) arrives as an ordinary byte";

  /**
   * The one difference in which bytes are lost: a reader that has written by {@code write} and then
   * reads by {@code splice}. Nothing shows it to the agent in time.
   */
  static final String SPLICE = "**`splice()` from a socket does not see redirected data**";

  private static final Set<String> SPLICING = Set.of("splice-in", "splice-in (swapped)");

  /** Whether {@link #SPLICE} is what a trial shows. */
  static boolean splices(String trial) {
    return SPLICING.contains(trial);
  }

  /** All others that remain, of both address families alike. */
  static final List<Difference> REMAINING = remaining();

  private static List<Difference> remaining() {
    List<Difference> all = new ArrayList<>();
    for (String trial : List.of("close-unread", "close-unread (swapped)")) {
      closes(all, trial, "direct", true);
      closes(all, trial, "sidecar", false);
    }
    // HAProxy hides the reset of a server even without the shortcut.
    closes(all, "close-unread (swapped)", "ambient", false);
    for (String trial : List.of("oob", "oob (swapped)")) {
      all.add(new Difference(trial, "direct", "reader.poll", "PRI", "none", true, URGENT));
      all.add(new Difference(trial, "direct", "reader.at_mark", "1", "0", true, URGENT));
      all.add(new Difference(trial, "direct", "reader.urgent", "X", "a", true, URGENT));
      all.add(new Difference(trial, "direct", "reader.stream", "abc|def", "bcXdef", true, URGENT));
      for (String path : List.of("ambient", "sidecar")) {
        all.add(new Difference(trial, path, "reader.recv_oob", "EINVAL", "1", true, URGENT));
        all.add(new Difference(trial, path, "reader.urgent", "-", "a", true, URGENT));
        all.add(new Difference(trial, path, "reader.stream", "abcdef", "bcXdef", true, URGENT));
      }
    }
    return List.copyOf(all);
  }

  private static void closes(List<Difference> all, String trial, String path, boolean always) {
    String poll = "IN OUT ERR HUP";
    all.add(new Difference(trial, path, "sender.poll", poll, "IN OUT", always, FIN));
    all.add(new Difference(trial, path, "sender.recv", "ECONNRESET", "EOF", always, FIN));
    all.add(new Difference(trial, path, "sender.send_after", "EPIPE", "ok", always, FIN));
  }

  /** What the shortcut may give where the stack gave this: one possibility, or two. */
  static Set<Map<String, String>> applied(String trial, String path, Map<String, String> plain) {
    Map<String, String> different = new TreeMap<>(plain);
    boolean always = true;
    for (Difference d : REMAINING) {
      if (d.trial.equals(trial) && d.path.equals(path)) {
        if (!d.plain.equals(plain.get(d.key))) {
          throw new AssertionError(d + ": the stack alone gave " + plain.get(d.key));
        }
        different.put(d.key, d.shortcut);
        always &= d.always;
      }
    }
    return always ? Set.of(different) : Set.of(different, plain);
  }
}
