package dev.shortpath.harness.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
 * @param direction which way the source says the figure moves; where {@code publishedAt} has a
 *     figure, its ratio says it, unless this is {@link Direction#EQUAL}; whether the source could
 *     tell that ratio from 1 is for the analysis to say
 * @param published the source's figures; null for a claim that states a direction only
 * @param publishedAt the source's figures by stratum, where it has several; the first that fits is
 *     taken
 * @param publishedTrials how many trials an arm of the source had; null where it is not stated
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
    Published published,
    List<PublishedAt> publishedAt,
    Integer publishedTrials) {
  public Claim {
    Names.check("claim", id);
    baseline = Collections.unmodifiableMap(new LinkedHashMap<>(baseline));
    treatment = Collections.unmodifiableMap(new LinkedHashMap<>(treatment));
    if (baselineStatistic == null) {
      baselineStatistic = statistic;
    }
    // Runs of before this was known lack it.
    publishedAt = publishedAt == null ? List.of() : List.copyOf(publishedAt);
  }

  /** A claim with the same figures in every stratum, or none. */
  public Claim(
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
    this(
        id,
        source,
        statement,
        metric,
        statistic,
        baselineStatistic,
        baseline,
        treatment,
        direction,
        published,
        List.of(),
        null);
  }

  /** The claim as it stands of these two treatments: one published figure at most. */
  public Claim of(Treatment baseline, Treatment treatment) {
    return publishedAt.stream()
        .filter(p -> baseline.matches(p.at()) && treatment.matches(p.at()))
        .findFirst()
        .map(p -> stating(p.published()))
        .orElseGet(() -> stating(published));
  }

  private Claim stating(Published figures) {
    return new Claim(
        id,
        source,
        statement,
        metric,
        statistic,
        baselineStatistic,
        baseline,
        treatment,
        figures == published ? direction : direction(figures),
        figures,
        List.of(),
        publishedTrials);
  }

  private Direction direction(Published figures) {
    return direction == Direction.EQUAL || figures.ratio() == null || figures.ratio() == 1
        ? direction
        : figures.ratio() < 1 ? Direction.LOWER : Direction.HIGHER;
  }
}
