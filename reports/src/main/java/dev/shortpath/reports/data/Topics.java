package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Trend;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Which metric comes first in the views of a sweep, and by which of its statistics. */
public final class Topics {
  private static final Set<String> MIDDLES = Set.of("p50", "mean");

  private Topics() {}

  /** The metrics that are drawn: those that trends and claims ask for first. */
  public static List<String> metrics(ReportData data) {
    Set<String> order = new LinkedHashSet<>();
    data.run().experiment().trends().forEach(t -> order.add(t.metric()));
    data.run().experiment().claims().forEach(c -> order.add(c.metric()));
    order.addAll(data.drawn());
    order.retainAll(data.drawn());
    return List.copyOf(order);
  }

  /** The statistic that stands for a metric: what is asked for its middle, or the median. */
  public static String statistic(ReportData data, String metric) {
    List<String> asked = new ArrayList<>();
    data.run().experiment().trends().stream()
        .filter(t -> t.metric().equals(metric))
        .map(Trend::statistic)
        .forEach(asked::add);
    data.run().experiment().claims().stream()
        .filter(c -> c.metric().equals(metric))
        .map(Claim::statistic)
        .forEach(asked::add);
    return asked.stream().filter(MIDDLES::contains).findFirst().orElse("p50");
  }

  /** The scale for what one chart shows of a metric: that of its middle figure. */
  public static Scale scale(
      ReportData data, String metric, List<Sweep.Panel> panels, String statistic) {
    double[] figures =
        panels.stream()
            .flatMap(p -> p.lines().values().stream())
            .flatMap(List::stream)
            .map(p -> p.summary().statistics().get(statistic))
            .filter(Objects::nonNull)
            .mapToDouble(Estimate::value)
            .sorted()
            .toArray();
    String unit = data.metric(metric).map(m -> m.unit()).orElse("");
    return Scale.of(unit, figures.length == 0 ? 0 : figures[figures.length / 2]);
  }
}
