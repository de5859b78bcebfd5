package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.ChanceBand;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What published ratios of spreads can tell at all, with as many trials as their sources had. */
public final class Chances implements Prose {
  @Override
  public Place place() {
    return Place.LIMITS;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    Map<Integer, List<ChanceBand>> bands = new LinkedHashMap<>();
    data.first().judgements().stream()
        .map(Judgement::chance)
        .filter(Objects::nonNull)
        .forEach(b -> bands.computeIfAbsent(b.trials(), n -> new ArrayList<>()).add(b));
    List<Paragraph> paragraphs = new ArrayList<>();
    bands.forEach((trials, of) -> paragraphs.add(Paragraph.item(text(trials, of))));
    return paragraphs;
  }

  private static String text(int trials, List<ChanceBand> bands) {
    ChanceBand band = bands.get(0);
    long told = bands.stream().filter(ChanceBand::told).count();
    return String.format(
        Locale.ROOT,
        "Two arms of %d trials that do not differ at all show ratios of their standard deviations"
            + " between %.2f and %.2f in %d of 100 cases (normal theory; wider with heavy tails)."
            + " %d of the %d published ratios with that many trials lie beyond and can be told from"
            + " 1, each by itself; the others cannot, and a claim that rests on one is inconclusive"
            + " whatever is measured.",
        trials,
        band.low(),
        band.high(),
        Math.round(100 * band.level()),
        told,
        bands.size());
  }
}
