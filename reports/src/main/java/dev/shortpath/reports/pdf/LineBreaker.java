package dev.shortpath.reports.pdf;

import com.openhtmltopdf.extend.FSTextBreaker;

/**
 * Lines break after spaces, after {@code = - , /} before a letter, and within what is longer than a
 * column is wide. The JDK's own rules break {@code −21.35} after the point, and may differ from one
 * JDK to the next; those of {@code word-wrap} let a column be one letter wide.
 */
final class LineBreaker implements FSTextBreaker {
  /** No word has as many letters; a digest or a path may. */
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
    while (end < text.length() && !breaks(end) && !tooLong(end)) {
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
    return "=-,/".indexOf(last) >= 0
        && Character.isLetter(next)
        && before > at + 1
        && Character.isLetterOrDigit(text.charAt(before - 2));
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
