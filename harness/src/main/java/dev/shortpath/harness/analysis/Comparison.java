package dev.shortpath.harness.analysis;

import java.util.List;
import java.util.Map;

/**
 * A treatment held against a baseline.
 *
 * @param metric name of the metric
 * @param statistic on the treatment's side
 * @param baselineStatistic on the baseline's side
 * @param baseline id of the baseline treatment
 * @param treatment id of the treatment
 * @param stratum levels that both share
 * @param unit of the difference
 * @param baselineValue the statistic of the baseline
 * @param treatmentValue the statistic of the treatment
 * @param ratio treatment / baseline
 * @param difference treatment - baseline
 * @param pValue two-sided, of {@code test}
 * @param test name of the test and what it compares
 * @param cliffsDelta of the samples: -1 (every treatment sample is below every baseline sample) … 1
 * @param smallestDetectable the smallest departure of the ratio from 1 that this run could have
 *     shown, from its A/A trials or, without them, from the spread over blocks; null where neither
 *     is there
 * @param blocks the ratio in each block that holds both sides
 */
public record Comparison(
    String metric,
    String statistic,
    String baselineStatistic,
    String baseline,
    String treatment,
    Map<String, String> stratum,
    String unit,
    double baselineValue,
    double treatmentValue,
    Estimate ratio,
    Estimate difference,
    Double pValue,
    String test,
    Double cliffsDelta,
    Double smallestDetectable,
    List<BlockRatio> blocks) {}
