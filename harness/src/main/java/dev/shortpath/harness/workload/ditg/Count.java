package dev.shortpath.harness.workload.ditg;

import java.util.ArrayList;
import java.util.List;

/** Figures of a part of a log, flow by flow and of all flows together. */
final class Count implements DitgLog.Visitor {
  private final Flows flows = new Flows();
  private final List<Tally> tallies = new ArrayList<>();
  private final List<Losses> losses = new ArrayList<>();
  private final Tally total = new Tally();
  private final Clock clock;
  private int lastIndex = -1;
  private Tally lastTally;
  private Losses lastLosses;

  /**
   * Begins a part.
   *
   * @param start first receiving time of the whole log, seconds since midnight
   */
  Count(double start) {
    clock = new Clock(start);
  }

  @Override
  public void visit(DitgRecord at) {
    int index = flows.indexOf(at);
    if (index != lastIndex) {
      choose(index);
    }
    int size = at.size();
    double timeOfDay = at.received();
    double received = clock.steady(timeOfDay);
    double delay = at.delay(timeOfDay);
    lastTally.add(size, received, delay);
    lastLosses.add(at.sequence());
    total.add(size, received, delay);
  }

  private void choose(int index) {
    if (index == tallies.size()) {
      tallies.add(new Tally());
      losses.add(new Losses());
    }
    lastIndex = index;
    lastTally = tallies.get(index);
    lastLosses = losses.get(index);
  }

  /**
   * Takes the log's next part.
   *
   * @return false when the two cannot be joined; this one is of no use then
   */
  boolean add(Count next) {
    total.add(next.total);
    for (int i = 0; i < next.tallies.size(); i++) {
      int index = flows.indexOf(next.flows, i);
      choose(index);
      lastTally.add(next.tallies.get(i));
      if (!lastLosses.add(next.losses.get(i))) {
        return false;
      }
    }
    return true;
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
    return new DitgSummary(each, total.figures(lost, late), total.earliest(), rest);
  }
}
