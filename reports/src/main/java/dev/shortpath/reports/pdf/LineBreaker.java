package dev.shortpath.reports.pdf;

import com.openhtmltopdf.extend.FSTextBreaker;

/**
 * Lines break after spaces; where a word is longer than any of a language, also after {@code = - ,
 * /} before a letter, and at last within. The JDK's own rules break {@code −21.35} after the point,
 * and may differ from one JDK to the next; those of {@code word-wrap} let a column be one letter
 * wide.
 */
final class LineBreaker implements FSTextBreaker {
  /** Longer ones are names, paths and digests. */
  private static final int WORD = 20;

  /** A column may be as narrow. */
  private static final int LONGEST = 24;

  private String text = "";
  private int at;

  @Override
  public void setText(String text) {
    this.text = text;
    this.at = 0;
  }

  @Override
  public int next() {
    if (at >= text.length()) {
      return -1;
    }
    int end = at + 1;
    while (end < text.length() && !breaks(end)) {
      end++;
    }
    at = end;
    return at;
  }

  private boolean breaks(int before) {
    char last = text.charAt(before - 1);
    char next = text.charAt(before);
    if (space(last)) {
      return !space(next);
    }
    return longWord(before) && (seam(before) || tooLong(before));
  }

  private boolean seam(int before) {
    return "=-,/".indexOf(text.charAt(before - 1)) >= 0
        && Character.isLetter(text.charAt(before))
        && before > at + 1
        && Character.isLetterOrDigit(text.charAt(before - 2));
  }

  /** Of the word that a place stands in. */
  private boolean longWord(int place) {
    int from = place;
    while (from > 0 && !space(text.charAt(from - 1))) {
      from--;
    }
    int to = place;
    while (to < text.length() && !space(text.charAt(to))) {
      to++;
    }
    return to - from > WORD;
  }

  /** A surrogate pair stays whole, and spaces stay with what they follow. */
  private boolean tooLong(int before) {
    return before - at >= LONGEST
        && !space(text.charAt(before))
        && !Character.isLowSurrogate(text.charAt(before));
  }

  private static boolean space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }
}
