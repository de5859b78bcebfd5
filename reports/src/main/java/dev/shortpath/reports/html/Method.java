package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Policy;
import dev.shortpath.harness.experiment.WorkloadSpec;
import dev.shortpath.harness.store.RunRecord;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Order, seed, workload, statistics. */
public final class Method implements Prose {
  @Override
  public Place place() {
    return Place.METHOD;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    List<Paragraph> paragraphs = new ArrayList<>();
    RunRecord run = data.run();
    paragraphs.add(Paragraph.text(run.experiment().description()));
    if (!data.imported()) {
      long blocks = run.plan().stream().map(t -> t.block()).distinct().count();
      paragraphs.add(
          Paragraph.item(
              "Order: "
                  + Figures.counted(run.plan().size(), "trial")
                  + " in "
                  + Figures.counted(blocks, "block")
                  + "; each block holds every treatment once (and A/A treatments twice), in an"
                  + " order drawn from seed "
                  + run.seed()
                  + ". Profile "
                  + run.profile()
                  + ", testbed "
                  + run.testbed()
                  + "."));
    }
    workloads(data).forEach((name, text) -> paragraphs.add(Paragraph.item(text)));
    for (Analysis analysis : data.analyses()) {
      Policy policy = analysis.policy();
      paragraphs.add(
          Paragraph.item(
              "Analysis: trimming "
                  + policy.trim()
                  + ", "
                  + Figures.percent(policy.level())
                  + " intervals, bootstrap with "
                  + Figures.counted(policy.resamples(), "resample")
                  + ", seed "
                  + policy.seed()
                  + ". Quantiles by linear interpolation (type 7); the standard deviation is the"
                  + " population's."));
    }
    paragraphs.add(
        Paragraph.item(
            "Verdicts: reproduced – the interval excludes no effect, has the claimed sign, and"
                + " covers or exceeds the published figure; not reproduced – it excludes the"
                + " claim; inconclusive – it does neither, or the published figure itself cannot be"
                + " told from no effect with its source's own trials. Each verdict states its"
                + " reason."));
    return paragraphs;
  }

  private static Map<String, String> workloads(ReportData data) {
    Map<String, String> texts = new TreeMap<>();
    data.run().experiment().workloads().forEach((name, w) -> texts.put(name, text(name, w)));
    data.trials().stream()
        .filter(t -> t.workload() != null)
        .forEach(
            t -> {
              String text = text(t.workload().type(), t.workload());
              texts.put(text, text);
            });
    if (data.trials().stream().anyMatch(t -> t.workload() != null)) {
      data.run().experiment().workloads().keySet().forEach(texts::remove);
    }
    return texts;
  }

  private static String text(String name, WorkloadSpec workload) {
    return "Workload "
        + name
        + ": "
        + new TreeMap<>(workload.parameters())
            .entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "))
        + ".";
  }
}
