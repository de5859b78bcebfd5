package dev.shortpath.harness.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A published statement with its figure, to be judged by a run.
 *
 * <p>A claim that leaves a factor open is judged once in each stratum, that is, for each
 * combination of the levels of the factors that neither side names.
 *
 * @param id unique in its experiment; matches {@link Names#PATTERN}
 * @param source paper and table or figure
 * @param statement one sentence, ours
 * @param metric name of the metric
 * @param statistic name of the statistic on the treatment's side, for example {@code p50}
 * @param baselineStatistic name of the statistic on the baseline's side; the same unless stated
 * @param baseline levels that name the baseline
 * @param treatment levels that name the treatment
 * @param direction which way the source says the figure moves
 * @param published the source's figures; null for a claim that states a direction only
 */
public record Claim(
    String id,
    String source,
    String statement,
    String metric,
    String statistic,
    String baselineStatistic,
    Map<String, String> baseline,
    Map<String, String> treatment,
    Direction direction,
    Published published) {
  public Claim {
    Names.check("claim", id);
    baseline = Collections.unmodifiableMap(new LinkedHashMap<>(baseline));
    treatment = Collections.unmodifiableMap(new LinkedHashMap<>(treatment));
    if (baselineStatistic == null) {
      baselineStatistic = statistic;
    }
  }
}
