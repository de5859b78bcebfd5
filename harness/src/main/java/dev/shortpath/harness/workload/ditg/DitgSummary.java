package dev.shortpath.harness.workload.ditg;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A log's figures, as ITGDec gives them.
 *
 * @param flows in the order in which they appear in the log
 * @param total of all flows; its jitter is over packets that follow one another in the log,
 *     whatever their flows
 * @param earliest receiving time in the log, in seconds since midnight UTC
 * @param rest bytes of a last, unfinished record
 */
public record DitgSummary(List<Flow> flows, DitgFigures total, double earliest, int rest) {
  public DitgSummary {
    flows = List.copyOf(flows);
  }

  /**
   * One flow and its figures.
   *
   * @param flow who sent to whom
   * @param figures of its packets
   */
  public record Flow(DitgFlow flow, DitgFigures figures) {}

  /**
   * Reads a log once, in constant memory.
   *
   * @throws DitgFormatException when it is none, or empty
   * @throws IOException when it cannot be read
   */
  public static DitgSummary of(Path log) throws IOException {
    Reading reading = new Reading();
    DitgLog.Extent extent = DitgLog.read(log, reading);
    return reading.summary(extent.rest());
  }

  private static final class Reading implements DitgLog.Visitor {
    private final Flows flows = new Flows();
    private final List<Tally> tallies = new ArrayList<>();
    private final List<Losses> losses = new ArrayList<>();
    private final Tally total = new Tally();
    private final Clock clock = new Clock();

    @Override
    public void visit(DitgRecord at) {
      int index = flows.indexOf(at);
      if (index == tallies.size()) {
        tallies.add(new Tally());
        losses.add(new Losses());
      }
      int size = at.size();
      double received = clock.steady(at.received());
      double delay = at.delay();
      tallies.get(index).add(size, received, delay);
      losses.get(index).add(at.sequence());
      total.add(size, received, delay);
    }

    DitgSummary summary(int rest) {
      List<Flow> each = new ArrayList<>();
      long lost = 0;
      long late = 0;
      for (int i = 0; i < tallies.size(); i++) {
        Losses of = losses.get(i);
        lost += of.lost();
        late += of.late();
        each.add(new Flow(flows.list().get(i), tallies.get(i).figures(of.lost(), of.late())));
      }
      return new DitgSummary(each, total.figures(lost, late), total.earliest(), rest);
    }
  }
}
