package dev.shortpath.harness.workload.ditg;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A log's figures, as ITGDec gives them.
 *
 * @param flows in the order in which they appear in the log
 * @param total of all flows; its jitter is over packets that follow one another in the log,
 *     whatever their flows
 * @param earliest receiving time in the log, in seconds since the midnight (UTC) before its first
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
   * Reads a log once, in constant memory, a long one on all processors.
   *
   * @throws DitgFormatException when it is none, or empty
   * @throws IOException when it cannot be read
   */
  public static DitgSummary of(Path log) throws IOException {
    DitgLog.Extent extent = DitgLog.extent(log);
    double start = DitgLog.start(log);
    int parts = extent.records() < Parts.LONG ? 1 : Runtime.getRuntime().availableProcessors();
    Count whole = Parts.count(log, extent, start, parts);
    if (whole == null) {
      // A late packet begins a part. That is rare; in one piece there is no such place.
      whole = Parts.count(log, extent, start, 1);
    }
    return whole.summary(extent.rest());
  }
}
