package dev.shortpath.harness.workload;

import static dev.shortpath.harness.workload.Parameter.Kind.COUNT;
import static dev.shortpath.harness.workload.Parameter.Kind.POSITIVE;
import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A foreign ping-pong over the same path, so that ours can be checked: Debian's {@code sockperf},
 * round trips, epoll on non-blocking sockets. Between messages its client spins, ours sleeps:
 * compare them back to back ({@code mps 0}).
 */
public final class Sockperf implements Workload {
  private static final String TOOL = "sockperf";
  private static final Pattern TOTAL =
      Pattern.compile("\\[Total Run].*SentMessages=(\\d+); ReceivedMessages=(\\d+)");

  @Override
  public String name() {
    return TOOL;
  }

  @Override
  public String summary() {
    return "Debian's sockperf ping-pong over TCP, to check ping-echo against";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(PingEcho.LATENCY);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter(
            "seconds", POSITIVE, "5", "length of the traffic; its first 0.4 s are warm-up"),
        new Parameter("mps", COUNT, "0", "messages a second; 0: one after the other"),
        new Parameter("size", POSITIVE, "24", "bytes of a message, at least 14"));
  }

  @Override
  public List<String> tools() {
    return List.of(TOOL);
  }

  @Override
  public Duration estimate(Map<String, String> parameters) {
    return Duration.ofSeconds(number(parameters, "seconds")).plusMillis(600);
  }

  @Override
  public Traffic run(Scene scene, Map<String, String> parameters, SampleSink sink, Path output)
      throws TestbedException, InterruptedException {
    String listen = feed(output, "server.feed", scene.listen());
    String target = feed(output, "client.feed", scene.target());
    Command server = Command.of(TOOL, "server", "-f", listen, "-F", "e", "--nonblocked");
    try (Running running = scene.server().remote().start(server)) {
      Lines.awaitLine(running, "Warmup", Remote.SOON, TOOL + " server");
      Path log = output.resolve("sockperf.csv");
      String mps = parameters.get("mps");
      Command client =
          Command.of(
              TOOL,
              "ping-pong",
              "-f",
              target,
              "-F",
              "e",
              "--nonblocked",
              "--full-rtt",
              "-t",
              parameters.get("seconds"),
              "-m",
              parameters.get("size"),
              "--mps",
              mps.equals("0") ? "max" : mps,
              "--full-log",
              log.toString());
      Remote at = scene.client().remote();
      Duration limit = estimate(parameters).multipliedBy(2).plusSeconds(10);
      String said = Lines.against(running, TOOL + " server", () -> run(at, client, limit));
      SockperfLog.read(log, sink);
      return traffic(said, parameters);
    }
  }

  private static String run(Remote at, Command client, Duration limit)
      throws TestbedException, InterruptedException {
    Result result = at.run(client, limit);
    if (!result.ok()) {
      throw new TestbedException(TOOL + " client: " + result.lastWord());
    }
    return result.out();
  }

  private Traffic traffic(String out, Map<String, String> parameters) throws TestbedException {
    Matcher total = TOTAL.matcher(out);
    if (!total.find()) {
      throw new TestbedException(TOOL + " client did not say how many messages it sent");
    }
    long sent = Long.parseLong(total.group(1));
    long received = Long.parseLong(total.group(2));
    long size = number(parameters, "size");
    return new Traffic(1, sent, received, sent * size, received * size, estimate(parameters));
  }

  /** sockperf takes epoll only with a list of addresses in a file. */
  private static String feed(Path output, String name, InetSocketAddress at) {
    Path file = output.resolve(name).toAbsolutePath();
    try {
      Files.writeString(file, "T:" + Endpoints.text(at) + "\n", StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toString();
  }
}
