package dev.shortpath.reports.chart;

import java.awt.Color;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where colours come from. Charts are drawn with placeholder colours, which are replaced at the
 * end: by CSS variables on a page that is light or dark, by fixed colours in files and on paper.
 */
public enum Ink {
  /** Variables {@code --ink}, {@code --axis}, {@code --grid}, {@code --page}, {@code --s1} … . */
  SCREEN,
  /** Fixed colours for a white ground. */
  PAPER;

  /** How many colours series have before they repeat (dashes differ then). */
  static final int SERIES = 8;

  private static final int MARK = 201;
  private static final List<String> NAMES = List.of("ink", "axis", "grid", "page");
  private static final List<String> FIXED = List.of("#1a1a1a", "#6b6b6b", "#dcdcdc", "#ffffff");
  private static final List<String> FIXED_SERIES =
      List.of(
          "#0b66b0", "#c04a00", "#007a5a", "#a0368c", "#7a6400", "#3f3fbf", "#b3202a", "#4d6470");
  private static final Pattern PLACEHOLDER = Pattern.compile("rgb\\(" + MARK + ",(\\d+),(\\d+)\\)");

  static final Color TEXT = new Color(MARK, 0, 0);
  static final Color AXIS = new Color(MARK, 0, 1);
  static final Color AXIS_SOFT = new Color(MARK, 0, 1, 60);
  static final Color GRID = new Color(MARK, 0, 2);
  static final Color PAGE = new Color(MARK, 0, 3);
  static final Color NONE = new Color(0, 0, 0, 0);

  static Color series(int index) {
    return new Color(MARK, 1, index % SERIES);
  }

  static Color series(int index, int alpha) {
    return new Color(MARK, 1, index % SERIES, alpha);
  }

  String colour(String template) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(
            m -> {
              int index = Integer.parseInt(m.group(2));
              boolean series = m.group(1).equals("1");
              String colour =
                  this == SCREEN
                      ? "var(--" + (series ? "s" + (index + 1) : NAMES.get(index)) + ")"
                      : series ? FIXED_SERIES.get(index) : FIXED.get(index);
              return Matcher.quoteReplacement(colour);
            });
  }
}
