package dev.shortpath.reports.chart;

import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * XChart draws text as outlines, which are large, and can be neither searched nor read aloud. This
 * dictionary finds the text of an outline again.
 */
final class Outlines {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?(E-?\\d+)?");
  private static final String LETTERS = "MLQCZ";
  private static final int[] PAIRS = {1, 1, 2, 3, 0};

  /**
   * What an outline says.
   *
   * @param text as it was given
   * @param upright false where it reads from bottom to top
   */
  record Saying(String text, boolean upright) {}

  private final Map<String, Saying> sayings = new HashMap<>();

  Outlines(Set<String> known) {
    for (String text : known) {
      for (TextLayout layout : Fonts.layouts(text)) {
        AffineTransform turned = AffineTransform.getRotateInstance(-Math.PI / 2);
        sayings.put(path(layout.getOutline(turned)), new Saying(text, false));
        sayings.put(path(layout.getOutline(null)), new Saying(text, true));
      }
    }
  }

  /** What {@code path} says; null when it is no known text. */
  Saying read(String path) {
    return sayings.get(normal(path));
  }

  /** Path data with coordinates of one decimal. */
  static String normal(String path) {
    Matcher m = NUMBER.matcher(path);
    return m.replaceAll(n -> number(Double.parseDouble(n.group())));
  }

  static String number(double v) {
    BigDecimal rounded =
        BigDecimal.valueOf(v).setScale(1, RoundingMode.HALF_EVEN).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }

  private static String path(Shape shape) {
    StringBuilder path = new StringBuilder();
    double[] c = new double[6];
    for (PathIterator i = shape.getPathIterator(null); !i.isDone(); i.next()) {
      int segment = i.currentSegment(c);
      path.append(path.length() == 0 ? "" : " ").append(LETTERS.charAt(segment));
      for (int k = 0; k < PAIRS[segment]; k++) {
        path.append(k == 0 ? "" : " ").append(number(c[2 * k])).append(',');
        path.append(number(c[2 * k + 1]));
      }
    }
    return path.toString();
  }
}
