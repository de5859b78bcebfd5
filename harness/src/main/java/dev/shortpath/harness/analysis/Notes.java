package dev.shortpath.harness.analysis;

import java.util.ArrayList;
import java.util.List;

/** The sentences that go with the figures. */
final class Notes {
  private Notes() {}

  static List<String> of(Selection selection, Policy policy, List<TrendLine> trends) {
    long blocks = selection.used().stream().map(r -> r.trial().block()).distinct().count();
    String level = Math.round(policy.level() * 1000) / 10.0 + " %";
    List<String> notes = new ArrayList<>();
    if (selection.imported()) {
      notes.add(
          "Path not attested: the data were published without counters, so nothing shows which"
              + " path the packets took.");
    }
    if (blocks > 1) {
      notes.add(
          "Intervals ("
              + level
              + ") are Student's t with the standard error of a bootstrap over "
              + blocks
              + " blocks, both sides of a comparison in the same resampled blocks, and never less"
              + " than the standard error within trials; of ratios on the logarithmic scale.");
    } else if (blocks == 1) {
      notes.add(
          "Intervals ("
              + level
              + ") rest on a single block: percentiles of a bootstrap of consecutive samples within"
              + " its trials. They tell nothing about how another run would differ.");
    }
    if (!trends.isEmpty()) {
      notes.add(
          "Trends are straight lines by ordinary least squares through the figures at each level,"
              + " drawn anew in each resample of the blocks that hold every level.");
    }
    if (!policy.trim().equals("none")) {
      notes.add(
          "Trimming "
              + policy.trim()
              + ": of each metric, samples above the 99th percentile of all groups pooled are"
              + " dropped; latency variation is taken before that, RFC 3550 jitter from all"
              + " samples.");
    }
    return notes;
  }
}
