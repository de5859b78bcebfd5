package dev.shortpath.testbed.shortcut;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.SelfCheck;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.tool.Digest;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The project's own agent: an instance per node, each with maps of its own and attached to its
 * node's cgroup alone, so that nodes on one kernel do not see each other's sockets.
 */
final class Sockmap implements Shortcut {
  private static final String AGENT = "shortpath-agent";

  @Override
  public String name() {
    return "sockmap";
  }

  @Override
  public boolean redirects() {
    return true;
  }

  @Override
  public List<String> missing(Tools tools) {
    return SelfCheck.missing(tools, AGENT, "shortcut sockmap");
  }

  @Override
  public Map<String, String> parts(Tools tools) {
    return Map.of("shortcut sockmap", describe(tools));
  }

  private static String describe(Tools tools) {
    try {
      Path agent = tools.locate(AGENT);
      Result said =
          LocalProcess.run(AGENT, List.of(agent.toString(), "--version"), "", Remote.SOON);
      String version = said.ok() ? said.out().strip() : "version unknown: " + said.lastWord();
      return version + ", " + Digest.describe(agent);
    } catch (TestbedException e) {
      return "version unknown: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "version unknown: interrupted while it was asked for";
    }
  }

  @Override
  public Attached attach(Site site, List<Node> nodes)
      throws TestbedException, InterruptedException {
    List<Agent> started = Collections.synchronizedList(new ArrayList<>());
    List<Callable<Agent>> starts = new ArrayList<>();
    for (Node node : nodes) {
      starts.add(
          () -> {
            Agent agent = Agent.start(site, node);
            started.add(agent);
            return agent.awaitAttached();
          });
    }
    try {
      return new Agents(Together.all(starts));
    } catch (TestbedException | InterruptedException | RuntimeException e) {
      started.forEach(Agent::close);
      throw e;
    }
  }

  static Command command(String... arguments) {
    return Command.of(AGENT, arguments);
  }

  private record Agents(List<Agent> agents) implements Attached {
    @Override
    public List<Callable<Map<String, Long>>> counters() {
      List<Callable<Map<String, Long>>> readers = new ArrayList<>();
      agents.forEach(agent -> readers.add(agent::counters));
      return readers;
    }

    @Override
    public Map<String, Path> cgroups() {
      return agents.isEmpty() ? Map.of() : Map.of("agent", agents.get(0).cgroup());
    }

    @Override
    public void check() throws TestbedException {
      for (Agent agent : agents) {
        agent.check();
      }
    }

    @Override
    public void close() {
      agents.forEach(Agent::close);
    }
  }
}
