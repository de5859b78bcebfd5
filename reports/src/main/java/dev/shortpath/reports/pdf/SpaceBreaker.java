package dev.shortpath.reports.pdf;

import com.openhtmltopdf.extend.FSTextBreaker;

/**
 * Lines break after spaces and nowhere else. The JDK's own rules break {@code −21.35} after the
 * point, and may differ from one JDK to the next.
 */
final class SpaceBreaker implements FSTextBreaker {
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
    int space = at;
    while (space < text.length() && !breaks(text.charAt(space))) {
      space++;
    }
    while (space < text.length() && breaks(text.charAt(space))) {
      space++;
    }
    at = space;
    return at;
  }

  private static boolean breaks(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }
}
