package dev.shortpath.testbed.shortcut;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.Together;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An instance of the agent for one node. It runs in the run's own cgroup and in the harness'
 * network namespace, because its control socket belongs to the namespace that it was started in.
 */
final class Agent implements AutoCloseable {
  private final Site site;
  private final Node node;
  private final String name;
  private final Running process;

  private Agent(Site site, Node node, String name, Running process) {
    this.site = site;
    this.node = node;
    this.name = name;
    this.process = process;
  }

  static Agent start(Site site, Node node) throws TestbedException {
    String name = "sp-" + site.runId() + "-" + node.name();
    Running process =
        site.agents()
            .start(Sockmap.command("attach", "--name", name, "--cgroup", node.cgroup().toString()));
    return new Agent(site, node, name, process);
  }

  /** Waits until it says that it is in force. */
  Agent awaitAttached() throws TestbedException, InterruptedException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.out(), StandardCharsets.UTF_8));
    Future<String> line = Together.start(out::readLine);
    try {
      String said = line.get(Remote.SOON.toMillis(), TimeUnit.MILLISECONDS);
      if (said == null || !said.contains("\"event\":\"attached\"")) {
        int exit = process.await(Remote.SOON);
        throw new TestbedException(what() + " did not attach (exit " + exit + "): " + lastErr());
      }
      return this;
    } catch (TimeoutException e) {
      throw new TestbedException(
          what() + " did not attach within " + Remote.SOON.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new TestbedException(what() + " cannot be read: " + e.getCause().getMessage(), e);
    }
  }

  private String what() {
    return "the agent of node " + node.name();
  }

  private String lastErr() {
    String[] lines = process.err().strip().split("\\R");
    String last = lines[lines.length - 1];
    return last.isEmpty() ? "it said nothing" : last;
  }

  Path cgroup() {
    return site.agentCgroup();
  }

  void check() throws TestbedException {
    if (!process.alive()) {
      throw new TestbedException(what() + " died: " + lastErr());
    }
  }

  Map<String, Long> counters() throws TestbedException, InterruptedException {
    check();
    try {
      String json =
          site.admin().feed(Sockmap.command("status", "--name", name), "", Remote.SOON).out();
      return AgentStatus.parse("agent." + node.name(), json);
    } catch (IOException e) {
      throw new TestbedException(what() + " gave a status that is not JSON: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
