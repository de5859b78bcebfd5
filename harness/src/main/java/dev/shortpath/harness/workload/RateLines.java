package dev.shortpath.harness.workload;

import dev.shortpath.harness.testbed.TestbedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The lines of {@code rates}: a head {@code # rates 1 …}, of the server {@code start_ns duration_ns
 * packets bytes} for each 100 ms, and at the end {@code # end packets=… …}.
 */
final class RateLines {
  private final List<Window> slices = new ArrayList<>();
  private Map<String, String> head = Map.of();
  private Map<String, String> end = Map.of();

  /**
   * What arrived in a span of time.
   *
   * @param startNanos CLOCK_MONOTONIC
   * @param nanos its length
   * @param packets 0 for TCP
   * @param bytes of the application
   */
  record Window(long startNanos, long nanos, long packets, long bytes) {}

  void take(String line) throws TestbedException {
    if (line.startsWith("# rates 1 ")) {
      head = Lines.fields(line);
    } else if (line.startsWith("# end ")) {
      end = Lines.fields(line);
    } else if (!head.isEmpty() && line.matches("\\d{1,18}( \\d{1,18}){3}")) {
      String[] words = line.split(" ");
      slices.add(
          new Window(
              Long.parseLong(words[0]),
              Long.parseLong(words[1]),
              Long.parseLong(words[2]),
              Long.parseLong(words[3])));
    } else {
      throw new TestbedException("rates said what it should not: '" + line + "'");
    }
  }

  /** The slices that lie within so many milliseconds after the start, as one; empty: none. */
  Optional<Window> between(long fromMillis, long toMillis) throws TestbedException {
    long start = field(head, "start_ns");
    return slices.stream()
        .filter(slice -> slice.startNanos() >= start + fromMillis * 1_000_000)
        .filter(slice -> slice.startNanos() + slice.nanos() <= start + toMillis * 1_000_000)
        .reduce(
            (a, b) ->
                new Window(
                    a.startNanos(),
                    b.startNanos() + b.nanos() - a.startNanos(),
                    a.packets() + b.packets(),
                    a.bytes() + b.bytes()));
  }

  long flows() throws TestbedException {
    return field(head, "flows");
  }

  /** Datagrams; of a TCP client its writes. */
  long packets() throws TestbedException {
    return field(end, "packets");
  }

  long bytes() throws TestbedException {
    return field(end, "bytes");
  }

  long durationNanos() throws TestbedException {
    return field(end, "duration_ns");
  }

  private static long field(Map<String, String> fields, String name) throws TestbedException {
    if (!fields.containsKey(name)) {
      throw new TestbedException("rates: its output was cut off");
    }
    return Long.parseLong(fields.get(name));
  }
}
