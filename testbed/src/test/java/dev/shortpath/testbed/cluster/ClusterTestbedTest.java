package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.testbed.Sabotage;
import dev.shortpath.testbed.TestbedContract;
import dev.shortpath.testbed.k3s.KubeNodeCluster;
import dev.shortpath.testbed.k3s.NeedsKubeNode;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The contract, held by {@code cluster}. Needs Docker and the node image, for a cluster. */
@Tag("k3s")
@ExtendWith(NeedsKubeNode.class)
class ClusterTestbedTest extends TestbedContract {
  @TempDir static Path directory;

  private static KubeNodeCluster users;
  private static Map<String, String> options;

  @BeforeAll
  static void start() throws Exception {
    users = KubeNodeCluster.start(runId());
    Path kubeconfig = users.kubeconfig(directory.resolve("kubeconfig"));
    options = Map.of("context", KubeNodeCluster.CONTEXT, "kubeconfig", kubeconfig.toString());
  }

  @AfterAll
  static void end() {
    if (users != null) {
      users.close();
    }
  }

  @Override
  protected TestbedProvider provider() {
    try {
      return new ClusterProvider().with(options);
    } catch (TestbedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected Map<String, String> options() {
    return options;
  }

  @Override
  protected Optional<String> impossible() {
    return Optional.empty();
  }

  @Override
  protected String topology() {
    return "pods";
  }

  @Override
  protected List<Treatment> treatments() {
    List<Treatment> all = new ArrayList<>();
    Map<String, List<String>> factors = provider().factors(topology());
    for (String shortcut : factors.get("shortcut")) {
      for (String placement : factors.get("placement")) {
        for (String family : factors.get("ip-family")) {
          all.add(treatment(shortcut, placement, family));
        }
      }
    }
    return all;
  }

  private static Treatment treatment(String shortcut, String placement, String family) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("mesh", "none");
    levels.put("shortcut", shortcut);
    levels.put("placement", placement);
    levels.put("ip-family", family);
    return new Treatment(levels);
  }

  @Override
  protected Treatment richest() {
    return treatment("sockmap", "two-nodes", "ipv6");
  }

  @Override
  protected List<Sabotage> sabotages() {
    List<String> none = List.of();
    Treatment redirected = treatment("sockmap", "one-node", "ipv4");
    return List.of(
        new Sabotage(
            "agent deleted",
            redirected,
            (scene, id) -> {
              users
                  .admin()
                  .pods()
                  .inNamespace(RunNamespace.name(id))
                  .withLabel("app.kubernetes.io/component", "agent")
                  .withGracePeriod(0)
                  .delete();
              return () -> {};
            },
            none,
            "the agent of node n1"),
        new Sabotage(
            "a program whose sockets the agent leaves alone",
            redirected,
            (scene, id) -> () -> {},
            List.of("--blocking"),
            "the agent paired 0 of 1 connections"),
        new Sabotage(
            "a stranger's agent on the whole host",
            treatment("off", "one-node", "ipv4"),
            (scene, id) -> {
              String agent = Tools.here().locate("shortpath-agent").toString();
              LocalProcess running =
                  LocalProcess.start(
                      "a stranger's agent", List.of(agent, "attach", "--name", "stranger-" + id));
              if (running.out().read() < 0) {
                throw new IllegalStateException(running.err());
              }
              return running;
            },
            none,
            "carried"));
  }

  @Override
  protected List<String> remains(String runId) {
    return remains(users, runId);
  }

  /** What of a run is on a user's cluster, or noted. */
  static List<String> remains(KubeNodeCluster users, String runId) {
    List<String> names = new ArrayList<>();
    users
        .admin()
        .namespaces()
        .withLabel(RunNamespace.RUN, runId)
        .list()
        .getItems()
        .forEach(namespace -> names.add(namespace.getMetadata().getName()));
    if (Notes.here().all().containsKey(runId)) {
      names.add("note of run " + runId);
    }
    return names;
  }
}
