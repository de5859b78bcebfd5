package dev.shortpath.harness.workload.ditg;

import static dev.shortpath.harness.workload.ditg.DitgRecord.WORDS;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A log's figures over time, as ITGDec's options {@code -b -d -j -p} give them: intervals begin
 * with the log's earliest receiving time; a packet that was logged after one of a later interval
 * counts in that one.
 *
 * @param interval seconds
 * @param flows in the order in which they appear in the log
 * @param intervals number of intervals
 * @param lines for each flow its intervals, as many as it has packets for; the rest is {@link
 *     Point#NONE}
 */
public record DitgSeries(
    double interval, List<DitgFlow> flows, int intervals, List<List<Point>> lines) {
  public DitgSeries {
    flows = List.copyOf(flows);
    lines = lines.stream().map(List::copyOf).toList();
  }

  /**
   * One flow in one interval.
   *
   * @param packets received
   * @param bytes of payload received
   * @param meanDelay seconds; 0 where nothing came
   * @param jitter mean absolute difference to the delay of the flow's packet before, which may lie
   *     in an earlier interval, in seconds; 0 where there is none
   * @param lost packets by which {@code sequence − packets of the flow so far} passed its highest
   *     value so far
   */
  public record Point(long packets, long bytes, double meanDelay, double jitter, long lost) {
    /** An interval in which nothing came. */
    public static final Point NONE = new Point(0, 0, 0, 0, 0);
  }

  /** The point of a flow in an interval, both numbered from 0. */
  public Point at(int flow, int number) {
    List<Point> line = lines.get(flow);
    return number < line.size() ? line.get(number) : Point.NONE;
  }

  /** Payload of all flows in an interval, in bit/s. */
  public double bitRate(int number) {
    double bits = 0;
    for (int flow = 0; flow < flows.size(); flow++) {
      bits += at(flow, number).bytes() * 8.0;
    }
    return bits / interval;
  }

  /**
   * Reads a log once more.
   *
   * @param summary of the same log
   * @param interval seconds, more than 0
   * @throws IOException when it cannot be read, or is none
   */
  public static DitgSeries of(Path log, DitgSummary summary, double interval) throws IOException {
    Flows flows = new Flows();
    List<Line> lines = new ArrayList<>();
    Clock clock = new Clock(DitgLog.start(log));
    DitgLog.read(
        log,
        0,
        DitgLog.extent(log).records(),
        (words, from, to) -> {
          int index = flows.indexOf(words, from);
          if (index == lines.size()) {
            lines.add(new Line(interval));
          }
          for (int at = from * WORDS; at < to * WORDS; at += WORDS) {
            double received = DitgRecord.received(words, at);
            lines
                .get(index)
                .add(
                    clock.steady(received) - summary.earliest(),
                    DitgRecord.delay(received, DitgRecord.sent(words, at)),
                    DitgRecord.size(words, at),
                    DitgRecord.sequence(words, at));
          }
        });
    List<List<Point>> points = lines.stream().map(Line::points).toList();
    int longest = points.stream().mapToInt(List::size).max().orElse(0);
    return new DitgSeries(interval, flows.list(), longest, points);
  }

  /** A flow's intervals, growing. */
  private static final class Line {
    private final double interval;
    private final List<Point> done = new ArrayList<>();
    private long flowPackets;
    private long flowLost;
    private double last;
    private long packets;
    private long bytes;
    private double delays;
    private double steps;
    private long lost;

    Line(double interval) {
      this.interval = interval;
    }

    void add(double since, double delay, int size, int sequence) {
      while (since > (done.size() + 1) * interval) {
        close();
      }
      packets++;
      bytes += size;
      delays += delay;
      if (flowPackets++ > 0) {
        steps += Math.abs(delay - last);
      }
      last = delay;
      long missing = sequence - flowPackets;
      if (missing > flowLost) {
        lost += missing - flowLost;
        flowLost = missing;
      }
    }

    private void close() {
      long pairs = packets == flowPackets ? packets - 1 : packets;
      done.add(
          packets == 0
              ? Point.NONE
              : new Point(packets, bytes, delays / packets, pairs > 0 ? steps / pairs : 0, lost));
      packets = 0;
      bytes = 0;
      delays = 0;
      steps = 0;
      lost = 0;
    }

    List<Point> points() {
      close();
      return done;
    }
  }
}
