package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.experiment.Trend;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.statistics.Bounds;
import dev.shortpath.harness.statistics.Intervals;
import dev.shortpath.harness.statistics.LeastSquares;
import dev.shortpath.harness.statistics.Replicates;
import dev.shortpath.harness.statistics.Statistic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Draws a trend's lines, one in each stratum, from the blocks that hold every one of its points: so
 * what a block does to all points alike is no growth. Each resample of blocks gives a line of its
 * own; their spread gives the intervals, as of every other figure.
 */
final class Trends {
  private final Arms arms;
  private final Strata strata;
  private final Comparer comparer;
  private final Policy policy;

  Trends(Arms arms, Strata strata, Comparer comparer, Policy policy) {
    this.arms = arms;
    this.strata = strata;
    this.comparer = comparer;
    this.policy = policy;
  }

  /** The lines of a trend; none where the run has no samples of its metric, or a single level. */
  List<TrendLine> of(Trend trend) {
    Optional<Statistic> statistic = Statistic.named(trend.statistic());
    Metric metric = arms.metric(trend.metric());
    if (statistic.isEmpty() || metric == null) {
      return List.of();
    }
    List<List<Arm>> lines = new ArrayList<>();
    for (List<Treatment> group : strata.along(trend.over())) {
      List<Arm> line = new ArrayList<>();
      for (Treatment treatment : group) {
        Arm arm = arms.arm(metric.name(), treatment, 1);
        if (arm != null && !arm.blocks(statistic.get()).isEmpty()) {
          line.add(arm);
        }
      }
      if (!line.isEmpty()) {
        lines.add(line);
      }
    }
    Set<String> varied = Strata.varied(lines.stream().map(l -> l.get(0).treatment()).toList());
    varied.remove(trend.over());
    return lines.stream().map(l -> line(trend, metric, statistic.get(), l, varied)).toList();
  }

  private TrendLine line(
      Trend trend, Metric metric, Statistic statistic, List<Arm> line, Set<String> varied) {
    SortedSet<Integer> blocks = new TreeSet<>(line.get(0).blocks(statistic));
    line.forEach(arm -> blocks.retainAll(arm.blocks(statistic)));
    boolean drawn = line.size() > 1 && !blocks.isEmpty();
    double[] x = new double[line.size()];
    double[] y = new double[line.size()];
    List<Replicates> replicates = new ArrayList<>();
    List<TrendPoint> points = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      Arm arm = line.get(i);
      // Points without a line stand each for itself.
      SortedSet<Integer> own = drawn ? blocks : arm.blocks(statistic);
      Replicates figure = arm.replicates(statistic, own);
      x[i] = Strata.number(arm.treatment(), trend.over());
      y[i] = statistic.of(arm.pool(statistic, own).once());
      if (figure != null) {
        replicates.add(figure);
      }
      points.add(
          new TrendPoint(
              x[i],
              arm.treatment().id(),
              comparer.estimate(
                  y[i],
                  figure == null
                      ? Optional.empty()
                      : Intervals.ofPositive(y[i], figure, policy.level()))));
    }
    Map<String, String> levels = new LinkedHashMap<>(line.get(0).treatment().levels());
    levels.remove(trend.over());
    LeastSquares fit = drawn ? LeastSquares.over(x) : null;
    String bend = drawn ? bend(trend.over(), fit, x, y, replicates) : null;
    boolean straight = drawn && bend == null;
    return new TrendLine(
        metric.name(),
        metric.unit(),
        statistic.key(),
        trend.over(),
        Collections.unmodifiableMap(levels),
        Strata.only(varied, line.get(0).treatment()),
        points,
        straight ? sum(fit.slope(), y, replicates) : null,
        straight ? sum(fit.intercept(), y, replicates) : null,
        drawn ? ratio(y, replicates) : null,
        blocks.size(),
        drawn
            ? bend
            : line.size() > 1
                ? "no block holds every point"
                : "samples of a single level: a line needs two");
  }

  /**
   * What the line leaves out: the point that is furthest from it, among those whose distance is no
   * chance (all points together, by Bonferroni's inequality); null where there is none.
   */
  private String bend(
      String over, LeastSquares fit, double[] x, double[] y, List<Replicates> replicates) {
    if (x.length < 3 || replicates.size() < x.length) {
      return null;
    }
    double level = 1 - (1 - policy.level()) / x.length;
    double furthest = 0;
    String note = null;
    for (int i = 0; i < x.length; i++) {
      double[] weights = fit.residual(i, x[i]);
      double distance = LeastSquares.sum(weights, y);
      double percent = 100 * distance / (y[i] - distance);
      boolean chance =
          Intervals.of(distance, Replicates.sum(replicates, weights), level)
              .map(bounds -> bounds.low() <= 0 && bounds.high() >= 0)
              .orElse(true);
      // What is rounded away is no bend either.
      boolean visible = y[i] > distance && Math.abs(percent) > 0.5;
      if (!chance && visible && Math.abs(distance) > furthest) {
        furthest = Math.abs(distance);
        note =
            String.format(
                Locale.ROOT,
                "the points lie on no straight line: at %s=%.0f the figure is %.0f %% %s it",
                over,
                x[i],
                Math.abs(percent),
                distance > 0 ? "above" : "below");
      }
    }
    return note;
  }

  private Estimate sum(double[] weights, double[] y, List<Replicates> replicates) {
    double value = LeastSquares.sum(weights, y);
    return comparer.estimate(
        value,
        replicates.size() < y.length
            ? Optional.empty()
            : Intervals.of(value, Replicates.sum(replicates, weights), policy.level()));
  }

  private Estimate ratio(double[] y, List<Replicates> replicates) {
    double first = y[0];
    double last = y[y.length - 1];
    if (!(first > 0) || !(last > 0)) {
      return null;
    }
    Optional<Bounds> bounds =
        replicates.size() < y.length
            ? Optional.empty()
            : Intervals.of(
                    Math.log(last / first),
                    replicates.get(y.length - 1).with(replicates.get(0), (l, f) -> Math.log(l / f)),
                    policy.level())
                .map(Bounds::exp);
    return comparer.estimate(last / first, bounds);
  }
}
