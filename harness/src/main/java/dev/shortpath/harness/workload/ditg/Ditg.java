package dev.shortpath.harness.workload.ditg;

import static dev.shortpath.harness.workload.Parameter.Kind.FLAG;
import static dev.shortpath.harness.workload.Parameter.Kind.POSITIVE;
import static dev.shortpath.harness.workload.Parameter.flag;
import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.Parameter;
import dev.shortpath.harness.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The workload of Leiter et al. (Infocommunications Journal XVII(1), 2025): one flow of Debian's
 * {@code d-itg} from client to server, over TCP for throughput, over UDP for one-way delay. The
 * receiver logs every packet; {@link DitgSummary} reads that log.
 *
 * <p>The {@link Traffic} that it returns is what arrived: packets that were lost crossed a part of
 * the path only.
 */
public final class Ditg implements Workload {
  @Override
  public String name() {
    return "d-itg";
  }

  @Override
  public String summary() {
    return "one flow of Debian's D-ITG: TCP throughput, UDP one-way delay (ITGSend, ITGRecv)";
  }

  @Override
  public List<Metric> metrics() {
    return DitgMetrics.ALL;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("seconds", POSITIVE, "30", "length of the flow"),
        new Parameter(
            "tcp-size", POSITIVE, "8192", "bytes of payload that each write to TCP carries"),
        new Parameter(
            "tcp-rate", POSITIVE, "20000", "writes a second at most, above what links carry"),
        new Parameter("udp-size", POSITIVE, "512", "bytes of payload of a datagram"),
        new Parameter("udp-rate", POSITIVE, "1000", "datagrams a second"),
        new Parameter("attempts", POSITIVE, "1", "tries within a trial before it counts as failed"),
        new Parameter("keep-log", FLAG, "false", "keep the receiver's log, 144 bytes a packet"));
  }

  @Override
  public List<String> tools() {
    return List.of(DitgSession.RECEIVER, DitgSession.SENDER, DitgSession.SOCKETS);
  }

  @Override
  public Duration estimate(Map<String, String> parameters) {
    // The two programs take a second to agree on a flow and to end it.
    return Duration.ofSeconds(number(parameters, "seconds")).plusMillis(1100);
  }

  @Override
  public Traffic run(Scene scene, Map<String, String> parameters, SampleSink sink, Path output)
      throws TestbedException, InterruptedException {
    long attempts = number(parameters, "attempts");
    for (int attempt = 1; ; attempt++) {
      Path log = output.resolve("itgrecv-" + attempt + ".log").toAbsolutePath();
      try {
        new DitgSession(scene, parameters, log).run();
        return report(
            log, scene.protocol().equals("udp"), scene.onThisMachine(), attempt - 1, sink);
      } catch (TestbedException e) {
        keep(output.resolve("failure-" + attempt + ".txt"), e.getMessage() + "\n");
        if (attempt == attempts) {
          throw e;
        }
      } finally {
        if (!flag(parameters, "keep-log")) {
          remove(log);
        }
      }
    }
  }

  private static Traffic report(
      Path log, boolean datagrams, boolean oneClock, int failed, SampleSink sink)
      throws TestbedException {
    try {
      DitgSummary summary = DitgSummary.of(log);
      DitgSeries series = DitgSeries.of(log, summary, 1);
      keep(log.resolveSibling("itgrecv-figures.txt"), DitgText.of(summary));
      if (summary.flows().size() != 1) {
        throw new TestbedException(
            log + " has packets of " + summary.flows().size() + " flows where one was sent");
      }
      for (Sample sample : DitgMetrics.samples(summary, series, datagrams, oneClock, failed)) {
        sink.accept(sample);
      }
      DitgFigures all = summary.total();
      Duration duration = Duration.ofNanos(Math.round(all.seconds() * 1e9));
      return new Traffic(1, all.packets(), 0, all.bytes(), 0, duration);
    } catch (IOException e) {
      throw new TestbedException("the receiver's log cannot be used: " + e.getMessage(), e);
    }
  }

  static void keep(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a matter of the run, as a full disk is
    }
  }

  private static void remove(Path log) throws TestbedException {
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new TestbedException("cannot remove " + log + ": " + e.getMessage(), e);
    }
  }
}
