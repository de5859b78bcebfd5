package dev.shortpath.harness.workload;

import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.time.Duration;
import java.util.Map;

/**
 * The lines of {@code pingecho client}: a head {@code # pingecho 1 …}, {@code seq sent_ns
 * latency_ns} for each sample, and at the end {@code # end sent=… received=… lost=… duration_ns=…}.
 */
final class Pings {
  private long count;
  private boolean headed;
  private Map<String, String> end;

  /** The sample on a line; null for the head and the end. */
  Sample take(String line) throws TestbedException {
    if (line.startsWith("# pingecho 1 ")) {
      headed = true;
      return null;
    }
    if (line.startsWith("# end ")) {
      end = Lines.fields(line);
      return null;
    }
    String[] words = line.split(" ", -1);
    if (headed && words.length == 3) {
      try {
        count++;
        return new Sample(
            PingEcho.LATENCY.name(), Long.parseLong(words[1]), Long.parseLong(words[2]));
      } catch (NumberFormatException e) {
        // told below
      }
    }
    throw new TestbedException("pingecho client said what it should not: '" + line + "'");
  }

  /** Samples taken so far. */
  long count() {
    return count;
  }

  /** Whether the end was seen and nothing was lost. */
  boolean complete() {
    return end != null && "0".equals(end.get("lost"));
  }

  Traffic traffic(Map<String, String> parameters) {
    long size = number(parameters, "size");
    long sent = Long.parseLong(end.get("sent"));
    long received = Long.parseLong(end.get("received"));
    return new Traffic(
        1,
        sent,
        received,
        sent * size,
        received * size,
        Duration.ofNanos(Long.parseLong(end.get("duration_ns"))));
  }
}
