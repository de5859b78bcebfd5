package dev.shortpath.reports.chart;

import java.util.ArrayList;
import java.util.List;

/** Several plots of the same kind side by side, under one legend: small multiples. */
final class Panels {
  /** Width of all panels together. */
  static final int WIDTH = 1020;

  /** Of a heading. */
  private static final int LINE = 16;

  private static final int LEFT = 8;

  private record Panel(String heading, Plot plot) {}

  private final String id;
  private final String title;
  private final List<Panel> panels = new ArrayList<>();
  private final Legend legend;
  private final int width;
  private final int columns;
  private final int wide;

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
    this.legend = new Legend(width);
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

  /** The legend above them. */
  Legend legend() {
    return legend;
  }

  /** Everything as one drawing. */
  Drawing finish(String caption) {
    int lines = panels.stream().mapToInt(p -> lines(p.heading()).size()).max().orElse(0);
    int head = lines == 0 ? 0 : lines * LINE + 4;
    int top = legend.height();
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
        .append(legend.svg());
    for (int i = 0; i < panels.size(); i++) {
      int x = i % columns * wide;
      int y = top + i / columns * high;
      Panel panel = panels.get(i);
      int line = y + LINE - 2;
      for (String text : lines(panel.heading())) {
        out.append(Legend.text(text, x + LEFT, line));
        line += LINE;
      }
      String heading = panel.heading().isEmpty() ? title : panel.heading();
      String svg = panel.plot().svg(id + "-p" + (i + 1), heading);
      out.append("<svg x=\"" + x + "\" y=\"" + (y + head) + "\" ").append(svg.substring(5));
    }
    out.append("</svg>");
    return new Drawing(id, title, caption, width > Plot.NARROW, width, height, out.toString());
  }

  /** A heading broken after commas, so that it keeps to its panel. */
  private List<String> lines(String heading) {
    return Fonts.lines(heading, wide - LEFT);
  }
}
