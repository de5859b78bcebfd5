package dev.shortpath.harness.workload;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * sockperf's {@code --full-log}: after a line {@code packet, txTime(sec), rxTime(sec), rtt(usec)},
 * a line a message.
 */
final class SockperfLog {
  private SockperfLog() {}

  static void read(Path log, SampleSink sink) throws TestbedException {
    try (BufferedReader lines = Files.newBufferedReader(log)) {
      boolean table = false;
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith("packet,")) {
          table = true;
        } else if (table && !line.isEmpty() && Character.isDigit(line.charAt(0))) {
          sink.accept(sample(line));
        }
      }
      if (!table) {
        throw new TestbedException(log + ": sockperf wrote no table of messages");
      }
    } catch (IOException e) {
      throw new TestbedException("cannot read sockperf's log " + log + ": " + e.getMessage(), e);
    }
  }

  private static Sample sample(String line) throws TestbedException {
    String[] fields = line.split(", ");
    try {
      long sent = Math.round(Double.parseDouble(fields[1]) * 1e9);
      long received = Math.round(Double.parseDouble(fields[2]) * 1e9);
      return new Sample(PingEcho.LATENCY.name(), sent, received - sent);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new TestbedException("sockperf's log: not a message: '" + line + "'", e);
    }
  }
}
