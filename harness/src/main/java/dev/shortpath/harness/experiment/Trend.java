package dev.shortpath.harness.experiment;

/**
 * A question to the analysis: how does a figure grow with a factor whose levels are numbers? It is
 * answered in each stratum, that is, for each combination of the other factors' levels.
 *
 * @param metric name of the metric
 * @param statistic name of the statistic, for example {@code p50}
 * @param over the factor, for example {@code services}
 */
public record Trend(String metric, String statistic, String over) {
  public Trend {
    Names.check("metric", metric);
    Names.check("statistic", statistic);
    Names.check("factor", over);
  }
}
