package dev.shortpath.testbed.ssh;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An argument array as the line that SSH has in its place: the far side's shell takes it apart
 * again (POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes).
 */
final class PosixWords {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,-]+");

  private PosixWords() {}

  /**
   * The line.
   *
   * @throws IllegalArgumentException for a word with a NUL, which no program can be given
   */
  static String line(List<String> words) {
    return words.stream().map(PosixWords::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    if (word.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a NUL in an argument");
    }
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
