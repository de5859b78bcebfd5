package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Figures;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One XY chart in the report's style. */
final class Plot {
  /** Width of a chart that must be readable on a phone. */
  static final int SMALL = 460;

  /** Width of a chart that shares its line with another one. */
  static final int NARROW = 560;

  /** Width of a chart that has a line of its own. */
  static final int WIDE = 1120;

  /** From one line of a row's label to the next. */
  private static final int LINE = 15;

  /** What a chart without ticks upwards leaves free on both sides of its plot, and of a label. */
  private static final int EDGES = 30;

  /** What an entry of a legend takes beside its label. */
  private static final int KEY = 80;

  private static final double HAIR = 1e-6;

  private static final float[][] DASHES = {null, {8, 4}, {2, 4}, {10, 3, 2, 3}, {5, 2}};

  private final XYChart chart;
  private final Set<String> texts = new TreeSet<>();
  private final Set<String> starts = new TreeSet<>();
  private int hidden;

  Plot(int width, int height, String xTitle, String yTitle) {
    chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .xAxisTitle(text(xTitle))
            .yAxisTitle(text(yTitle))
            .build();
    Style.apply(chart.getStyler());
    chart.getStyler().setyAxisTickLabelsFormattingFunction(v -> text(Figures.tick(v)));
    chart.getStyler().setxAxisTickLabelsFormattingFunction(v -> text(Figures.tick(v)));
  }

  /** A chart whose plot is {@code height} high, with room for a legend below it. */
  static Plot withLegend(int width, int height, String xTitle, String yTitle, List<String> labels) {
    double line = labels.stream().mapToDouble(label -> Fonts.width(label) + 50).sum();
    boolean fits = line < width - 60;
    int lines = labels.stream().mapToInt(label -> Fonts.lines(label, width - KEY).size()).sum();
    int entries = 21 * labels.size() + LINE * (lines - labels.size());
    Plot plot = new Plot(width, height + 24 + (fits ? 24 : entries), xTitle, yTitle);
    XYStyler style = plot.chart.getStyler();
    style.setLegendLayout(fits ? LegendLayout.Horizontal : LegendLayout.Vertical);
    style.setLegendVisible(true);
    return plot;
  }

  Plot x(double min, double max) {
    chart.getStyler().setXAxisMin(min).setXAxisMax(max);
    return this;
  }

  /** XChart writes no tick that stands at the very end of an axis: the end lies a hair below. */
  Plot y(double min, double max) {
    chart.getStyler().setYAxisMin(min - HAIR * (max - min)).setYAxisMax(max);
    return this;
  }

  /** Rows instead of a scale: no ticks and no lines across. */
  Plot rows(int n) {
    chart.getStyler().setYAxisTicksVisible(false);
    chart.getStyler().setPlotGridHorizontalLinesVisible(false);
    return y(-n + 0.35, 0.9);
  }

  /** Ticks at whole numbers only. */
  Plot wholeX(double max) {
    int width = chart.getWidth() - 100;
    chart.getStyler().setXAxisTickMarkSpacingHint((int) Math.max(40, 1.3 * width / max));
    return this;
  }

  /** A line with an entry in the legend. */
  XYSeries legendLine(String label, double[] x, double[] y, int index, float width) {
    XYSeries line = line(x, y, Ink.series(index), width, index / Ink.SERIES + index % 4);
    line.setLabel(entry(label));
    line.setShowInLegend(true);
    return line;
  }

  /** A label in as many lines as it takes to be seen whole. */
  private String entry(String label) {
    List<String> lines = Fonts.lines(label, chart.getWidth() - KEY);
    lines.forEach(this::text);
    return String.join("\n", lines);
  }

  /** An entry in the legend for lines that are drawn without one. */
  void legendOnly(String label, int index) {
    double[] nowhere = {Double.NaN};
    XYSeries entry = line(new double[] {0}, nowhere, Ink.series(index), 2, 0);
    entry.setLabel(entry(label));
    entry.setShowInLegend(true);
  }

  /** A line without an entry; {@code dash} counts the kinds of dashes, 0 is a full line. */
  XYSeries line(double[] x, double[] y, Color colour, float width, int dash) {
    XYSeries line = chart.addSeries("line " + hidden++, x, y);
    line.setLineColor(colour);
    line.setLineStyle(
        new BasicStroke(
            width,
            BasicStroke.CAP_BUTT,
            BasicStroke.JOIN_ROUND,
            10,
            DASHES[dash % DASHES.length],
            0));
    line.setMarker(SeriesMarkers.NONE);
    line.setShowInLegend(false);
    return line;
  }

  /** A closed shape. */
  void shape(double[] x, double[] y, Color fill, Color border) {
    XYSeries shape = line(x, y, border, 1, 0);
    shape.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
    shape.setFillColor(fill);
  }

  /** Marks without lines. */
  void marks(double[] x, double[] y, Color colour, Marker marker) {
    XYSeries marks = line(x, y, colour, 1, 0);
    marks.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    marks.setMarker(marker);
    marks.setMarkerColor(colour);
  }

  /**
   * How high rows are so that each of these labels has the lines that it takes.
   *
   * @param row with a label of one line, in pixels
   * @param width of the chart
   */
  static int rowHeight(int row, int width, List<String> labels) {
    int lines = labels.stream().mapToInt(l -> Fonts.lines(l, width - EDGES).size()).max().orElse(1);
    return row + LINE * Math.max(0, lines - 1);
  }

  /**
   * A text that starts at the plot's left edge, in as many lines as it takes to be seen whole.
   *
   * @param xMiddle the middle of the axis
   * @param y height of its last line
   * @param row height of a row in pixels
   */
  void rowLabel(String label, double xMiddle, double y, int row) {
    List<String> lines = Fonts.lines(label, chart.getWidth() - EDGES);
    for (int i = 0; i < lines.size(); i++) {
      starts.add(text(lines.get(i)));
      double up = (double) LINE * (lines.size() - 1 - i) / row;
      chart.addAnnotation(new AnnotationText(lines.get(i), xMiddle, y + up, false));
    }
  }

  /**
   * A line through the whole plot, whose ends both axes must have been given before; below what is
   * drawn later. XChart's own line of this kind stands some pixels beside its value.
   */
  void across(double value, boolean vertical) {
    XYStyler style = chart.getStyler();
    double[] at = {value, value};
    double[] ends =
        vertical
            ? new double[] {style.getYAxisMin(), style.getYAxisMax()}
            : new double[] {style.getXAxisMin(), style.getXAxisMax()};
    line(vertical ? at : ends, vertical ? ends : at, Ink.AXIS, 1.2f, 0);
  }

  /** Ticks of both axes as their kinds of axis write them. */
  Plot axes(Axis x, Axis y) {
    chart.getStyler().setxAxisTickLabelsFormattingFunction(v -> text(x.ticks().apply(v)));
    chart.getStyler().setyAxisTickLabelsFormattingFunction(v -> text(y.ticks().apply(v)));
    return x(x.min(), x.max()).y(y.min(), y.max());
  }

  /** Ticks at 0, 1, 2 … with these words. */
  Plot categories(List<String> words) {
    chart
        .getStyler()
        .setxAxisTickLabelsFormattingFunction(
            v -> {
              int i = (int) Math.rint(v);
              boolean named = Math.abs(v - i) < 1e-6 && i >= 0 && i < words.size();
              return named ? text(words.get(i)) : Axis.unseen(v + 1);
            });
    int each = (chart.getWidth() - 90) / words.size();
    chart.getStyler().setXAxisTickMarkSpacingHint(Math.max(30, (int) (0.75 * each)));
    return x(-0.5, words.size() - 0.5);
  }

  /** Upright bars from {@code low} to {@code high} at each {@code x}. */
  void whiskers(double[] x, double[] low, double[] high, Color colour) {
    double[] xs = new double[3 * x.length];
    double[] ys = new double[3 * x.length];
    for (int i = 0; i < x.length; i++) {
      xs[3 * i] = xs[3 * i + 1] = xs[3 * i + 2] = x[i];
      ys[3 * i] = low[i];
      ys[3 * i + 1] = high[i];
      ys[3 * i + 2] = Double.NaN;
    }
    line(xs, ys, colour, 1.4f, 0);
  }

  /** Height in pixels. */
  int height() {
    return chart.getHeight();
  }

  /** The SVG element alone. */
  String svg(String id, String title) {
    return new Svg(id, title, texts, starts).of(chart);
  }

  Drawing finish(String id, String title, String caption) {
    String svg = svg(id, title);
    boolean wide = chart.getWidth() > NARROW;
    return new Drawing(id, title, caption, wide, chart.getWidth(), chart.getHeight(), svg);
  }

  private String text(String text) {
    if (!text.isBlank() && text.charAt(0) != '\u200b') {
      texts.add(text);
    }
    return text;
  }
}
