package dev.shortpath.scenarios.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Bulk TCP throughput between two pods, with the agent attached and without. */
final class Bulk implements Benchmark {
  private static final Path GATE =
      Path.of(System.getProperty("shortpath.home", "."), "bpf/tests/gate/build/gate")
          .toAbsolutePath();

  @Override
  public List<String> figures() {
    return List.of("bulk_ratio");
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    return List.of(
        Alternating.figure(
            "bulk_ratio",
            "Gbit/s",
            ">= 0.95",
            9,
            () -> throughput(ground, Ground.treatment("none", "sockmap", "one-node")),
            () -> throughput(ground, Ground.treatment("none", "off", "one-node"))));
  }

  private static double throughput(Ground ground, Treatment treatment) throws Exception {
    try (Scene scene = ground.prepare(treatment)) {
      String address =
          scene.listen().getAddress().getHostAddress() + ":" + scene.listen().getPort();
      String control = "unix:" + ground.directory().resolve("gate.sock");
      Command serve =
          Command.of(GATE.toString(), "server", "--listen", address, "--control", control);
      try (Running server = scene.server().remote().start(serve)) {
        server.out().read();
        Command send =
            Command.of(GATE.toString(), "client", "--connect", address, "--control", control)
                .and("bulk", "--seconds", "3");
        Result result = scene.client().remote().run(send, Duration.ofSeconds(60));
        if (!result.ok()) {
          throw new IllegalStateException("gate bulk: " + result.out() + result.err());
        }
        return new ObjectMapper().readTree(result.out()).at("/timing/gbit_s").asDouble();
      }
    }
  }
}
