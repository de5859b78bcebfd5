package dev.shortpath.harness.workload.ditg;

import java.util.ArrayList;
import java.util.List;

/**
 * Figures of a part of a log, flow by flow and of all flows together. As long as there is one flow,
 * its figures are those of all.
 */
final class Count implements DitgLog.Batches {
  private final Flows flows = new Flows();
  private final List<Tally> tallies = new ArrayList<>();
  private final List<Losses> losses = new ArrayList<>();
  private final Clock clock;
  private Tally total;
  private Tally tally;
  private Losses loss;

  /**
   * Begins a part.
   *
   * @param start first receiving time of the whole log, seconds since midnight
   */
  Count(double start) {
    clock = new Clock(start);
  }

  @Override
  public void take(long[] words, int from, int to) {
    choose(flows.indexOf(words, from));
    tally.add(words, from, to, clock);
    loss.add(words, from, to);
    if (total != null) {
      total.add(words, from, to, clock);
    }
  }

  private void choose(int index) {
    if (index == tallies.size()) {
      if (index == 1 && total == null) {
        total = tallies.get(0).copy();
      }
      tallies.add(new Tally());
      losses.add(new Losses());
    }
    tally = tallies.get(index);
    loss = losses.get(index);
  }

  /**
   * Takes the log's next part.
   *
   * @return false when the two cannot be joined; this one is of no use then
   */
  boolean add(Count next) {
    if (total == null && !flows.list().equals(next.flows.list())) {
      total = total().copy();
    }
    if (total != null) {
      total.add(next.total());
    }
    for (int i = 0; i < next.tallies.size(); i++) {
      int index = flows.indexOf(next.flows, i);
      choose(index);
      tally.add(next.tallies.get(i));
      if (!loss.add(next.losses.get(i))) {
        return false;
      }
    }
    return true;
  }

  private Tally total() {
    return total != null ? total : tallies.isEmpty() ? new Tally() : tallies.get(0);
  }

  DitgSummary summary(int rest) {
    List<DitgSummary.Flow> each = new ArrayList<>();
    long lost = 0;
    long late = 0;
    for (int i = 0; i < tallies.size(); i++) {
      Losses of = losses.get(i);
      lost += of.lost();
      late += of.late();
      DitgFigures figures = tallies.get(i).figures(of.lost(), of.late());
      each.add(new DitgSummary.Flow(flows.list().get(i), figures));
    }
    return new DitgSummary(each, total().figures(lost, late), total().earliest(), rest);
  }
}
