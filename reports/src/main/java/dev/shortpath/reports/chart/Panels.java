package dev.shortpath.reports.chart;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Several plots of the same kind side by side, under one legend: small multiples. */
final class Panels {
  /** Width of all panels together. */
  static final int WIDTH = 1020;

  /** The forms of marks, in the order of a chart's lines. */
  static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.TRIANGLE_DOWN);

  private static final String[] SHAPES = {
    "M-4,0A4,4 0 1 0 4,0A4,4 0 1 0 -4,0Z",
    "M0,-5L5,0L0,5L-5,0Z",
    "M-4,-4H4V4H-4Z",
    "M0,-5L4.5,4H-4.5Z",
    "M0,5L4.5,-4H-4.5Z"
  };
  private static final int LINE = 22;
  private static final int HEAD = 20;

  private record Panel(String heading, Plot plot) {}

  private final String id;
  private final String title;
  private final List<Panel> panels = new ArrayList<>();
  private final StringBuilder legend = new StringBuilder();
  private final int width;
  private final int columns;
  private final int wide;
  private double legendX = 8;
  private int legendY = 6 + LINE / 2;

  /**
   * Room for panels.
   *
   * @param count how many there will be
   */
  Panels(String id, String title, int count) {
    this(id, title, columns(count), width(count));
  }

  /**
   * Room for panels.
   *
   * @param columns how many stand side by side
   * @param wide width of one
   */
  Panels(String id, String title, int columns, int wide) {
    this.id = id;
    this.title = title;
    this.columns = columns;
    this.wide = wide;
    this.width = columns * wide;
  }

  /** How many panels stand side by side. */
  static int columns(int count) {
    return count == 1 ? 1 : count == 2 || count == 4 ? 2 : 3;
  }

  /** Width of a panel where there are {@code count}. */
  static int width(int count) {
    return count == 1 ? Plot.NARROW : WIDTH / columns(count);
  }

  void add(String heading, Plot plot) {
    panels.add(new Panel(heading, plot));
  }

  /** An entry of the legend: a line with its mark. */
  void line(String label, int index) {
    String style = "fill:none;stroke:" + colour(Ink.series(index)) + ";stroke-width:2";
    entry(label, "<path d=\"M-12,0H12\" style=\"" + style + "\"/>", index);
  }

  /** An entry of the legend: a mark alone. */
  void mark(String label, int index) {
    entry(label, "", index);
  }

  /** An entry of the legend: a cross. */
  void cross(String label) {
    String style = "style=\"fill:none;stroke:" + colour(Ink.TEXT) + ";stroke-width:2\"";
    entry(label, "<path d=\"M-4,-4L4,4M-4,4L4,-4\" " + style + "/>", -1);
  }

  /** An entry of the legend: an area. */
  void area(String label) {
    String fill = "fill:" + colour(Ink.AXIS) + ";fill-opacity:0.24";
    entry(label, "<path d=\"M-12,-6H12V6H-12Z\" style=\"" + fill + "\"/>", -1);
  }

  private void entry(String label, String line, int index) {
    double wide = 34 + Fonts.width(label) + 16;
    if (legendX > 8 && legendX + wide > width) {
      legendX = 8;
      legendY += LINE;
    }
    legend
        .append("<g transform=\"translate(")
        .append(Outlines.number(legendX + 14))
        .append(' ')
        .append(legendY)
        .append(")\">")
        .append(line);
    if (index >= 0) {
      String fill = "fill:" + colour(Ink.series(index)) + ";stroke:none";
      legend
          .append("<path d=\"")
          .append(SHAPES[index % SHAPES.length])
          .append("\" style=\"" + fill + "\"/>");
    }
    legend.append(text(label, 20, 4)).append("</g>");
    legendX += wide;
  }

  /** Everything as one drawing. */
  Drawing finish(String caption) {
    boolean heads = panels.stream().anyMatch(p -> !p.heading().isEmpty());
    int head = heads ? HEAD : 0;
    int top = legend.length() == 0 ? 4 : legendY + LINE / 2 + 4;
    int high = head + panels.stream().mapToInt(p -> p.plot().height()).max().orElse(0);
    int rows = (panels.size() + columns - 1) / columns;
    int height = top + rows * high;
    StringBuilder out = new StringBuilder();
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        .append(width + " " + height)
        .append("\" width=\"" + width + "\" height=\"" + height + "\" role=\"img\"")
        .append(" aria-labelledby=\"" + id + "-title\"><title id=\"" + id + "-title\">")
        .append(SvgWriter.escape(title))
        .append("</title>")
        .append(legend);
    for (int i = 0; i < panels.size(); i++) {
      int x = i % columns * wide;
      int y = top + i / columns * high;
      Panel panel = panels.get(i);
      if (!panel.heading().isEmpty()) {
        out.append(text(panel.heading(), x + 8, y + 14));
      }
      String heading = panel.heading().isEmpty() ? title : panel.heading();
      String svg = panel.plot().svg(id + "-p" + (i + 1), heading);
      out.append("<svg x=\"" + x + "\" y=\"" + (y + head) + "\" ").append(svg.substring(5));
    }
    out.append("</svg>");
    return new Drawing(id, title, caption, width > Plot.NARROW, width, height, out.toString());
  }

  private static String text(String text, double x, double y) {
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
