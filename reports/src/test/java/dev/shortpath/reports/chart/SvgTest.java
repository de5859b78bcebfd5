package dev.shortpath.reports.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SvgTest {
  private static Drawing drawing() {
    Plot plot = Plot.withLegend(Plot.NARROW, 200, "value, µs", "share", List.of("a <b> & c"));
    plot.x(0, 10).y(0, 1);
    plot.legendLine("a <b> & c", new double[] {1, 2, 3}, new double[] {0.1, 0.5, 0.2}, 0, 2);
    plot.rowLabel("row label", 5, 0.5, 40);
    return plot.finish("some", "A <title>", "caption");
  }

  @Test
  void textsAreTexts() {
    String svg = drawing().template();
    for (String text : List.of("value, µs", "share", "a &lt;b&gt; &amp; c", "row label")) {
      assertTrue(svg.contains(">" + text + "</text>"), text);
    }
    assertTrue(svg.matches("(?s).*>0\\.\\d</text>.*"), "ticks");
    assertTrue(svg.contains("rotate(-90)"), "the y axis' title reads upwards");
    assertTrue(svg.contains("A &lt;title&gt;</title>"));
    assertFalse(svg.contains(" Q"), "no text is left as an outline");
  }

  @Test
  void chainsOfLinesBecomeOneElement() {
    String svg = drawing().template();
    assertTrue(svg.matches("(?s).*<polyline points=\"\\S+ \\S+ \\S+\".*"));
    assertFalse(svg.contains("<line"));
  }

  @Test
  void coloursFollowTheInk() {
    Drawing drawing = drawing();
    assertTrue(drawing.svg(Ink.SCREEN).contains("var(--s1)"));
    assertTrue(drawing.svg(Ink.SCREEN).contains("var(--ink)"));
    assertFalse(drawing.svg(Ink.SCREEN).contains("rgb("), "nothing escapes the page's colours");
    assertFalse(drawing.svg(Ink.PAPER).contains("var("));
    assertFalse(drawing.svg(Ink.PAPER).contains("rgb("));
  }

  @Test
  void sizeFollowsItsWidth() {
    Drawing drawing = drawing();
    String half = drawing.svg(Ink.PAPER, drawing.width() / 2);
    assertTrue(
        half.contains("width=\"280\" height=\"" + Math.round(drawing.height() / 2.0) + "\""));
    assertTrue(half.contains("viewBox=\"0 0 560 " + drawing.height() + "\""));
  }

  @Test
  void drawnTwiceItIsTheSame() {
    assertEquals(drawing(), drawing());
  }
}
