package dev.shortpath.testbed.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.tool.Tools;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent that a test starts with options of its own, in the run's cgroup for agents. */
final class OwnAgent implements AutoCloseable {
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final String name;
  private final PlacedRemote place;
  private final LocalProcess process;

  private OwnAgent(String name, PlacedRemote place, LocalProcess process) {
    this.name = name;
    this.place = place;
    this.process = process;
  }

  static OwnAgent start(World world, String... options) throws Exception {
    Launcher launcher = Launcher.into(Tools.here(), world.cgroup().resolve("agent"));
    String name = "sp-" + world.runId + "-own" + NAMES.incrementAndGet();
    List<String> arguments = new ArrayList<>(List.of("attach", "--name", name));
    arguments.addAll(List.of(options));
    LocalProcess process =
        LocalProcess.start("agent", launcher.command("shortpath-agent", arguments));
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.out(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null || !line.contains("\"event\":\"attached\"")) {
      throw new AssertionError("the agent did not attach: " + process.err());
    }
    world.programs.remember(Set.of(process.pid()));
    return new OwnAgent(name, new PlacedRemote("agents", launcher), process);
  }

  /** The status document. */
  JsonNode status() throws Exception {
    Command status = Command.of("shortpath-agent", "status", "--name", name);
    return JSON.readTree(place.feed(status, "", LIMIT).out());
  }

  /** A number of the status document, by its JSON pointer. */
  long at(String pointer) throws Exception {
    JsonNode value = status().at(pointer);
    if (!value.isIntegralNumber()) {
      throw new AssertionError("no number " + pointer + " in the agent's status");
    }
    return value.asLong();
  }

  /** SIGKILL. */
  void kill() throws Exception {
    ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
    process.await(LIMIT);
  }

  @Override
  public void close() {
    process.close();
  }
}
