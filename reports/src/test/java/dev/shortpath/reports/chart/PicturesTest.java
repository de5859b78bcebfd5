package dev.shortpath.reports.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Series;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.style.markers.SeriesMarkers;

class PicturesTest {
  @Test
  void densityFollowsTheNormalDistribution() {
    Random random = new Random(5);
    double[] sample = random.doubles(20_000).map(u -> random.nextGaussian()).sorted().toArray();
    double[] density = Density.of(sample, -3, 3, 61);
    for (int i = 0; i < 61; i++) {
      double z = -3 + 0.1 * i;
      assertEquals(Math.exp(-z * z / 2), density[i], 0.06, "at " + z);
    }
  }

  @Test
  void densityShowsTwoModes() {
    Random random = new Random(5);
    double[] sample =
        random
            .doubles(5000)
            .map(u -> (u < 0.5 ? -4 : 4) + 0.5 * random.nextGaussian())
            .sorted()
            .toArray();
    double[] density = Density.of(sample, -6, 6, 121);
    assertTrue(density[60] < 0.3 * Math.min(density[20], density[100]));
  }

  @Test
  void stepsAreTheDistributionFunction() {
    Steps steps = Steps.of(new double[] {1, 2, 2, 4}, 0, 5, 5);
    assertArrayEquals(new double[] {0, 1, 1, 2, 2, 4, 4, 5, 5}, steps.x());
    assertArrayEquals(new double[] {0, 0, .25, .25, .75, .75, 1, 1, 1}, steps.y());
  }

  @Test
  void bucketsKeepEveryPeak() {
    int n = 10_000;
    long[] times = new long[n];
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      times[i] = 7_000_000_000L + i * 1_000_000L;
      values[i] = 100;
    }
    values[1234] = 900;
    values[8765] = 5;
    Series series = new Series(1, 1, "t", 1, times, values);
    Buckets buckets = Buckets.of(series, 50, 1000);
    assertEquals(100, buckets.values().length);
    assertEquals(900, Arrays.stream(buckets.values()).max().orElseThrow());
    assertEquals(5, Arrays.stream(buckets.values()).min().orElseThrow());
    assertEquals(500, Arrays.stream(Buckets.of(series, 50, 500).values()).max().orElseThrow());
    assertEquals(1.234, buckets.seconds()[2 * 6], 0.2);
  }

  @Test
  void aRangeSaysWhatItLeavesOut() {
    double[] sorted = new double[1000];
    Arrays.setAll(sorted, i -> 100_000 + i);
    sorted[998] = 500_000;
    sorted[999] = 900_000;
    Range range = Range.of(sorted, 0.99);
    assertEquals(100_990, range.high());
    assertEquals(9, range.beyond());
    String note = range.note(Scale.of("ns", 100_000));
    assertTrue(note.contains("9 samples lie beyond") && note.contains("900.00 µs"), note);
    double[] tight = new double[1000];
    Arrays.setAll(tight, i -> i);
    assertEquals("", Range.of(tight, 0.99).note(Scale.of("1", 1)), "a bit more is shown");
  }

  /** A slow treatment is few among all samples, and is to be seen none the less. */
  @Test
  void aRangeLeavesNoTreatmentOut() {
    double[] fast = new double[2000];
    Arrays.setAll(fast, i -> i / 100.0);
    double[] slow = new double[10];
    Arrays.setAll(slow, i -> 400 + i);
    Range range = Range.of(List.of(fast, new double[0], slow), 0.99);
    assertEquals(0, range.low());
    assertEquals(409, range.high());
    assertEquals(0, range.beyond());
  }

  @Test
  void partsHoldEverythingOnce() {
    List<Part<Integer>> parts = Part.of(List.of(1, 2, 3, 4, 5), 2);
    assertEquals(List.of(1, 2), parts.get(0).items());
    assertEquals(List.of(5), parts.get(2).items());
    assertEquals("x-3", parts.get(2).id("x"));
    assertEquals("X (3 of 3)", parts.get(2).title("X"));
    assertEquals("x", Part.of(List.of(1), 2).get(0).id("x"));
    assertTrue(Part.of(List.of(), 2).isEmpty());
  }

  @Test
  void axesAreLogarithmicWhereFiguresSpanDecades() {
    Axis plain = Axis.of(new double[] {66, 160, 380});
    assertEquals(0, plain.min(), "from 0 unless figures lie close together");
    assertEquals(66, plain.at(66));
    assertEquals("10\u202f000", plain.ticks().apply(10_000.0));
    Axis close = Axis.of(new double[] {478.1, 478.9});
    assertTrue(close.min() > 470 && close.min() < 478);
    Axis decades = Axis.of(new double[] {3, 90, 2000});
    assertTrue(decades.logarithmic());
    assertEquals(3, decades.at(1000), 1e-12);
    assertEquals("100", decades.ticks().apply(2.0));
    assertTrue(decades.ticks().apply(2.5).chars().allMatch(c -> c == 0x200b), "unseen");
    assertEquals(decades.min(), decades.within(0));
  }

  /** A scale is read from its ends; XChart leaves out what stands at them. */
  @Test
  void bothEndsOfAScaleAreWritten() {
    Axis levels = Axis.of(new double[] {1, 5000, 10_000}, ScalingChart.BESIDE);
    Axis cpu = Axis.of(new double[] {35, 190, 210});
    String svg =
        new Plot(Panels.width(3), 240, "services", "cpu-system, ms")
            .axes(levels, cpu)
            .svg("some", "Some");
    assertEquals(2, svg.split(">0</text>", -1).length - 1, "of both axes");
    assertTrue(svg.contains(">10\u202f000</text>"), "the highest level");
    Axis decades = Axis.of(new double[] {20, 700});
    assertEquals(1, decades.min(), "only 100 lies within: from the power of ten below");
    String powers = new Plot(340, 240, "x", "y").axes(levels, decades).svg("some", "Some");
    assertTrue(powers.contains(">10</text>") && powers.contains(">100</text>"));
  }

  @Test
  void aLogarithmicAxisBeginsNearItsFigures() {
    Axis ratios = Axis.of(new double[] {0.09, 1, 3.2});
    assertTrue(ratios.min() < Math.log10(0.09) && ratios.min() > Math.log10(0.05));
  }

  @Test
  void levelsStandAsTheyAreUnlessMostOfThemWouldCrowd() {
    assertTrue(Axis.of(new double[] {1, 10, 100, 1000, 10_000}, 0).logarithmic());
    assertTrue(!Axis.of(new double[] {1, 1000, 5000, 10_000}, 0).logarithmic());
    assertTrue(!Axis.of(new double[] {0, 1, 10_000}, 0).logarithmic(), "0 has no logarithm");
  }

  @Test
  void aLineThroughThePlotStandsAtItsValue() {
    for (boolean vertical : new boolean[] {false, true}) {
      Plot plot = new Plot(340, 200, "x", "y").x(0, 3).y(0, 5);
      plot.across(1, vertical);
      plot.marks(new double[] {1}, new double[] {1}, Ink.series(0), SeriesMarkers.CIRCLE);
      String svg = plot.svg("some", "Some");
      Matcher line =
          Pattern.compile("points=\"([0-9.]+),([0-9.]+) [^\"]*\" style=\"[^\"]*width:1.2")
              .matcher(svg);
      Matcher mark = Pattern.compile("cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"").matcher(svg);
      assertTrue(line.find() && mark.find(), svg);
      int axis = vertical ? 1 : 2;
      assertEquals(Double.parseDouble(mark.group(axis)), Double.parseDouble(line.group(axis)), 1);
    }
  }

  @Test
  void panelsStandSideBySideUnderOneLegend() {
    Panels panels = new Panels("some", "Some <title>", 3);
    panels.legend().line("iptables & co", 0);
    panels.legend().cross("published");
    for (String stratum : List.of("ip-family=ipv4", "ip-family=ipv6", "a third")) {
      Plot plot = new Plot(Panels.width(3), 200, "x", "y").x(0, 1).y(0, 1);
      plot.whiskers(new double[] {0.5}, new double[] {0.2}, new double[] {0.4}, Ink.series(0));
      panels.add(stratum, plot);
    }
    Drawing drawing = panels.finish("caption");
    String svg = drawing.svg(Ink.SCREEN);
    assertEquals(Panels.WIDTH, drawing.width());
    assertTrue(svg.contains("iptables &amp; co") && svg.contains("ip-family=ipv6"));
    assertEquals(4, svg.split("<svg ", -1).length - 1, "three within one");
    assertTrue(!svg.contains("rgb("), "colours follow the page");
  }

  @Test
  void aLongHeadingKeepsToItsPanel() {
    String part = "protocol=tcp, workload=connect, ";
    Panels panels = new Panels("some", "Some", 3);
    for (int i = 0; i < 3; i++) {
      panels.add(part + part + "position=" + i, new Plot(Panels.width(3), 200, "x", "y"));
    }
    Matcher texts =
        Pattern.compile("<text x=\"([\\d.]+)\" y=\"([\\d.]+)\" textLength=\"([\\d.]+)\"[^>]*>[pw]")
            .matcher(panels.finish("").svg(Ink.SCREEN));
    int lines = 0;
    while (texts.find()) {
      double left = Double.parseDouble(texts.group(1));
      double right = left + Double.parseDouble(texts.group(3));
      double end = (Math.floor(left / Panels.width(3)) + 1) * Panels.width(3);
      assertTrue(right <= end, "ends at " + right + ", the panel at " + end);
      lines++;
    }
    assertTrue(lines >= 6, lines + " lines");
  }

  /** Of a slope of a run with many factors: 118 characters. */
  @Test
  void aLongRowLabelIsSeenWhole() {
    String label =
        "service-data-plane=iptables-legacy, protocol=tcp, ip-family=ipv4, workload=connect,"
            + " position=last, access=node-port";
    int row = Plot.rowHeight(34, Plot.NARROW, List.of(label, "short"));
    assertEquals(34, Plot.rowHeight(34, Plot.NARROW, List.of("short")));
    Plot plot = new Plot(Plot.NARROW, 70 + 2 * row, "slope", "").x(-3, 30).rows(2);
    plot.marks(new double[] {1}, new double[] {0}, Ink.series(0), SeriesMarkers.CIRCLE);
    plot.rowLabel(label, 13.5, 0.36 * 34 / row, row);
    plot.rowLabel("short", 13.5, -1 + 0.36 * 34 / row, row);
    String svg = plot.finish("some", "Some", "").template();
    Matcher texts =
        Pattern.compile(
                "translate\\(([\\d.]+) ([\\d.]+)\\)[^<]*<text textLength=\"([\\d.]+)\"[^>]*>([a-z][^<]*)<")
            .matcher(svg);
    StringBuilder read = new StringBuilder();
    double before = 0;
    while (texts.find()) {
      double end = Double.parseDouble(texts.group(1)) + Double.parseDouble(texts.group(3));
      assertTrue(end <= Plot.NARROW, texts.group(4) + " ends at " + end);
      double at = Double.parseDouble(texts.group(2));
      if (!texts.group(4).equals("slope")) {
        assertTrue(at > Math.max(10, before + 10), "lines stand below each other: " + at);
        before = at;
        read.append(texts.group(4)).append(' ');
      }
    }
    assertEquals(label + " short ", read.toString());
  }

  @Test
  void aLongEntryOfALegendIsSeenWhole() {
    String label =
        "service-data-plane=iptables-legacy, services=10000, protocol=tcp, workload=programming,"
            + " position=last";
    Plot plot = Plot.withLegend(Plot.NARROW, 300, "x", "y", List.of(label, "short"));
    plot.legendLine(label, new double[] {0, 1}, new double[] {0, 1}, 0, 2);
    plot.legendLine("short", new double[] {0, 1}, new double[] {1, 0}, 1, 2);
    Matcher texts =
        Pattern.compile(
                "translate\\(([\\d.]+) ([\\d.]+)\\)[^<]*<text textLength=\"([\\d.]+)\"[^>]*>([a-z][^<]+)<")
            .matcher(plot.finish("some", "Some", "").template());
    StringBuilder read = new StringBuilder();
    while (texts.find()) {
      double end = Double.parseDouble(texts.group(1)) + Double.parseDouble(texts.group(3));
      assertTrue(end <= Plot.NARROW, texts.group(4) + " ends at " + end);
      assertTrue(Double.parseDouble(texts.group(2)) < plot.height(), texts.group(4));
      read.append(texts.group(4)).append(' ');
    }
    assertTrue(read.toString().contains("workload=programming, position=last short "), "" + read);
  }
}
