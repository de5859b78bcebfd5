/**
 * Charts: XChart draws them, as SVG; XChart's types stay in this package. A new chart is a class
 * that implements {@link dev.shortpath.reports.chart.Chart} and a line in {@code
 * META-INF/services}.
 */
package dev.shortpath.reports.chart;
