package dev.shortpath.harness.analysis;

import java.util.List;
import java.util.Map;

/**
 * How a figure grows with a factor whose levels are numbers, all other factors being the same.
 *
 * @param metric name of the metric
 * @param unit of the points and the intercept; the slope is in this unit per one of {@code over}
 * @param statistic at each point
 * @param over the factor
 * @param levels of all other factors
 * @param stratum those of them that tell this line from the trend's other ones
 * @param points in ascending order of level, at least one
 * @param slope of the straight line through the points by ordinary least squares; null where there
 *     is no line, or the points lie on none
 * @param intercept the line's value at level 0; null likewise
 * @param ratio the figure at the last level by that at the first; null where one of them is not
 *     positive or no block holds both
 * @param blocks that hold every point: what the line rests on
 * @param note why there is no line, or that the figure does not grow along one; null otherwise
 */
public record TrendLine(
    String metric,
    String unit,
    String statistic,
    String over,
    Map<String, String> levels,
    Map<String, String> stratum,
    List<TrendPoint> points,
    Estimate slope,
    Estimate intercept,
    Estimate ratio,
    int blocks,
    String note) {}
