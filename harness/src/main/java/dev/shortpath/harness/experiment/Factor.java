package dev.shortpath.harness.experiment;

import java.util.List;

/**
 * What an experiment varies.
 *
 * @param name for example {@code mesh}; matches {@link Names#PATTERN}
 * @param levels its values, in the order in which reports show them; at least one
 */
public record Factor(String name, List<String> levels) {
  public Factor {
    Names.check("factor", name);
    levels = List.copyOf(levels);
    levels.forEach(level -> Names.check("level of " + name, level));
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("factor " + name + " has no level");
    }
  }
}
