package dev.shortpath.reports.chart;

import java.awt.BasicStroke;
import java.util.Locale;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** What all charts look like. */
final class Style {
  private Style() {}

  static void apply(XYStyler style) {
    style.setLocale(Locale.ROOT);
    style.setBaseFont(Fonts.FONT);
    style.setAxisTickLabelsFont(Fonts.FONT);
    style.setAxisTitleFont(Fonts.FONT);
    style.setLegendFont(Fonts.FONT);
    style.setAnnotationTextFont(Fonts.FONT);
    style.setChartFontColor(Ink.TEXT);
    style.setAnnotationTextFontColor(Ink.TEXT);
    style.setAxisTickLabelsColor(Ink.TEXT);
    style.setAxisTickMarksColor(Ink.AXIS);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(Ink.GRID);
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setChartBackgroundColor(Ink.NONE);
    style.setPlotBackgroundColor(Ink.NONE);
    style.setLegendBackgroundColor(Ink.NONE);
    style.setLegendBorderColor(Ink.NONE);
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendVisible(false);
    style.setLegendPadding(6);
    style.setPlotContentSize(1);
    style.setPlotMargin(0);
    style.setChartPadding(6);
    style.setMarkerSize(7);
    style.setXAxisTickMarkSpacingHint(70);
    style.setYAxisTickMarkSpacingHint(40);
  }
}
