package dev.shortpath.reports.chart;

import org.w3c.dom.Element;

/** Lines of one style, each from where the one before ended, become one element. */
final class Polyline {
  private final StringBuilder out;
  private final StringBuilder points = new StringBuilder();
  private String style;
  private String end;

  Polyline(StringBuilder out) {
    this.out = out;
  }

  void start(Element line) {
    style = line.getAttribute("style");
    points.append(point(line, "1"));
    append(line);
  }

  /** Takes {@code line} when it goes on where the last one ended. */
  boolean takes(Element line) {
    boolean follows = point(line, "1").equals(end) && line.getAttribute("style").equals(style);
    if (follows) {
      append(line);
    }
    return follows;
  }

  void flush() {
    if (end != null) {
      out.append("<polyline points=\"").append(points).append("\" style=\"");
      out.append(SvgWriter.tidy(style)).append("\"/>");
    }
    points.setLength(0);
    end = null;
  }

  private void append(Element line) {
    end = point(line, "2");
    points.append(' ').append(end);
  }

  private static String point(Element line, String which) {
    return number(line, "x" + which) + "," + number(line, "y" + which);
  }

  private static String number(Element line, String name) {
    return Outlines.number(Double.parseDouble(line.getAttribute(name)));
  }
}
