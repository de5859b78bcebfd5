package dev.shortpath.reports.chart;

import java.awt.Color;

/** One legend for several plots, line by line within a width. */
final class Legend {
  private static final int LINE = 22;
  private static final int LEFT = 8;

  private final StringBuilder entries = new StringBuilder();
  private final int width;
  private double x = LEFT;
  private int y = 6 + LINE / 2;

  Legend(int width) {
    this.width = width;
  }

  /** A line with its mark. */
  void line(String label, int index) {
    String style = "fill:none;stroke:" + colour(Ink.series(index)) + ";stroke-width:2";
    entry(label, "<path d=\"M-12,0H12\" style=\"" + style + "\"/>" + form(index));
  }

  /** A mark alone. */
  void mark(String label, int index) {
    entry(label, form(index));
  }

  /** A cross. */
  void cross(String label) {
    String style = "style=\"fill:none;stroke:" + colour(Ink.TEXT) + ";stroke-width:2\"";
    entry(label, "<path d=\"M-4,-4L4,4M-4,4L4,-4\" " + style + "/>");
  }

  /** An area. */
  void area(String label) {
    String fill = "fill:" + colour(Ink.AXIS) + ";fill-opacity:0.24";
    entry(label, "<path d=\"M-12,-6H12V6H-12Z\" style=\"" + fill + "\"/>");
  }

  private static String form(int index) {
    String fill = "fill:" + colour(Ink.series(index)) + ";stroke:none";
    return "<path d=\"" + Mark.of(index).outline() + "\" style=\"" + fill + "\"/>";
  }

  private void entry(String label, String drawn) {
    double wide = 34 + Fonts.width(label) + 16;
    if (x > LEFT && x + wide > width) {
      x = LEFT;
      y += LINE;
    }
    entries
        .append("<g transform=\"translate(")
        .append(Outlines.number(x + 14))
        .append(' ')
        .append(y)
        .append(")\">")
        .append(drawn)
        .append(text(label, 20, 4))
        .append("</g>");
    x += wide;
  }

  /** Its SVG elements; empty where it has no entry. */
  String svg() {
    return entries.toString();
  }

  /** How much room it takes above the plots. */
  int height() {
    return entries.length() == 0 ? 4 : y + LINE / 2 + 4;
  }

  /** A text as wide as it is laid out, whatever font a reader has. */
  static String text(String text, double x, double y) {
    return "<text x=\""
        + Outlines.number(x)
        + "\" y=\""
        + Outlines.number(y)
        + "\" textLength=\""
        + Outlines.number(Fonts.width(text))
        + "\" lengthAdjust=\"spacingAndGlyphs\" font-size=\""
        + Outlines.number(Fonts.SIZE)
        + "\" font-family=\""
        + Fonts.CSS
        + "\" style=\"fill:"
        + colour(Ink.TEXT)
        + ";stroke:none\">"
        + SvgWriter.escape(text)
        + "</text>";
  }

  private static String colour(Color c) {
    return "rgb(" + c.getRed() + "," + c.getGreen() + "," + c.getBlue() + ")";
  }
}
