package dev.shortpath.testbed.shortcut;

import java.util.List;
import java.util.Optional;

/** The shortcuts that there are. */
public final class Shortcuts {
  private static final List<Shortcut> ALL = List.of(new Off(), new Sockmap());

  private Shortcuts() {}

  /** Names of all shortcuts. */
  public static List<String> names() {
    return ALL.stream().map(Shortcut::name).toList();
  }

  /** The shortcut of that name. */
  public static Optional<Shortcut> find(String name) {
    return ALL.stream().filter(shortcut -> shortcut.name().equals(name)).findFirst();
  }
}
