package dev.shortpath.testbed.shortcut;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.tool.Tools;
import java.util.List;
import java.util.Map;

/** A kind of shortcut. A new one is a new class and a line in {@link Shortcuts}. */
public interface Shortcut {
  /** Level of the factor {@code shortcut}. */
  String name();

  /** Whether messages are to go past the stack where they can. */
  boolean redirects();

  /** What this machine lacks for it, a line each with the remedy; changes nothing. */
  List<String> missing(Tools tools);

  /** Its parts, their versions and what of them was built here by its SHA-256. */
  Map<String, String> parts(Tools tools);

  /**
   * Puts it in force on every one of {@code nodes}.
   *
   * @throws TestbedException when it did not take
   */
  Attached attach(Site site, List<Node> nodes) throws TestbedException, InterruptedException;
}
