package dev.shortpath.harness.workload;

import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The lines of {@code connects client}: a head {@code # connects 1 …}, {@code KIND target start_ns
 * value_ns who} for each sample and each failure, and at the end {@code # end flows=… …}.
 */
final class Connects {
  /** How long TCP takes to be connected. */
  static final Metric CONNECT =
      new Metric(
          "connect",
          "ns",
          Better.LOWER,
          "from just before connect() on a socket that is already bound to its source port until the"
              + " connection is established, CLOCK_MONOTONIC on the client",
          "Shortpath, native program connects; the first packet pays for the rule chain, because"
              + " connection tracking lets all later ones skip it (kernel, net/netfilter"
              + "/nf_nat_core.c)");

  /** How long the first packet of a UDP flow takes, there and back. */
  static final Metric FIRST_PACKET =
      new Metric(
          "first-packet",
          "ns",
          Better.LOWER,
          "first packet of a new UDP flow (16 bytes): from just before the send until its echo is"
              + " received, CLOCK_MONOTONIC on the client",
          "Shortpath, native program connects");

  /** How long a later packet of the same flow takes. */
  static final Metric LATER_PACKET =
      new Metric(
          "later-packet",
          "ns",
          Better.LOWER,
          "a later packet of the same UDP flow, sent when the echo before it was received; timed as"
              + " the first",
          "Shortpath, native program connects");

  private static final Pattern LINE =
      Pattern.compile(
          "(connect|first-packet|later-packet|error) \\d{1,9} \\d{1,18} \\d{1,18} \\S{1,40}");

  private boolean headed;
  private Map<String, String> end;
  private long pid;

  /**
   * A sample or a failure.
   *
   * @param kind name of its metric, or {@code error}
   * @param target which of the targets, from 0
   * @param startNanos CLOCK_MONOTONIC, just before it began
   * @param nanos how long it took
   * @param who the name of the server that answered; of an error, its errno
   */
  record Line(String kind, int target, long startNanos, long nanos, String who) {
    boolean failed() {
      return kind.equals("error");
    }

    long endNanos() {
      return startNanos + nanos;
    }

    Sample sample() {
      return new Sample(kind, startNanos, nanos);
    }
  }

  /** The metrics of the samples on these lines. */
  static List<Metric> metrics() {
    return List.of(CONNECT, FIRST_PACKET, LATER_PACKET);
  }

  /** What a line says; null for the head and the end. */
  Line take(String line) throws TestbedException {
    if (line.startsWith("# connects 1 ")) {
      headed = true;
      pid = Long.parseLong(Lines.fields(line).get("pid"));
      return null;
    }
    if (line.startsWith("# end ")) {
      end = Lines.fields(line);
      return null;
    }
    if (!headed || !LINE.matcher(line).matches()) {
      throw new TestbedException("connects client said what it should not: '" + line + "'");
    }
    String[] words = line.split(" ");
    return new Line(
        words[0],
        Integer.parseInt(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        words[4]);
  }

  /** The client's process, once its head was read. */
  long pid() {
    return pid;
  }

  /** Flows that were refused, lost or reset, those of the warm-up among them. */
  long failed() throws TestbedException {
    return number("failed");
  }

  /** What the client sent; only flows that were answered count as opened. */
  Traffic traffic() throws TestbedException {
    return new Traffic(
        number("answered"),
        number("sent"),
        number("received"),
        number("bytes_sent"),
        number("bytes_received"),
        Duration.ofNanos(number("duration_ns")));
  }

  private long number(String field) throws TestbedException {
    if (end == null) {
      throw new TestbedException("connects client: its output was cut off");
    }
    return Long.parseLong(end.get(field));
  }
}
