package dev.shortpath.testbed.servicepath;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Where in the list of Services that can be reached the target stands. */
public enum Position {
  FIRST,
  MIDDLE,
  LAST,
  RANDOM;

  public static final List<String> LEVELS =
      Arrays.stream(values()).map(p -> p.name().toLowerCase(Locale.ROOT)).toList();

  /** How many targets {@link #RANDOM} draws, if there are so many. */
  public static final int DRAWN = 64;

  static Position of(String level) {
    return valueOf(level.toUpperCase(Locale.ROOT));
  }

  /**
   * The targets' numbers, each once.
   *
   * @param count of the Services that can be reached, which are numbered from 1; at least 1
   * @param random draws them
   */
  public List<Integer> among(int count, RandomGenerator random) {
    return switch (this) {
      case FIRST -> List.of(1);
      case MIDDLE -> List.of((count + 1) / 2);
      case LAST -> List.of(count);
      case RANDOM ->
          random.ints(1, count + 1).distinct().limit(Math.min(DRAWN, count)).boxed().toList();
    };
  }
}
