package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.ApiServer;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.RunNamespaces;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Collectors;

/** A cluster that is there already, and stays: a run has its own namespace in it. */
final class UserCluster implements Cluster {
  /** An API server that is away for half a minute is waited for. */
  private static final Duration REMOVAL = Duration.ofSeconds(60);

  private final String runId;
  private final ClusterOptions options;
  private final Tools tools;
  private final Notes notes;
  private List<io.fabric8.kubernetes.api.model.Node> nodes = List.of();
  private KubernetesClient client;
  private Images images;
  private final Deque<AutoCloseable> atEnd = new ConcurrentLinkedDeque<>();
  private Optional<SshClient> overSsh = Optional.empty();
  private boolean made;

  UserCluster(String runId, ClusterOptions options, Tools tools, Notes notes) {
    this.runId = runId;
    this.options = options;
    this.tools = tools;
    this.notes = notes;
  }

  @Override
  public void start(Needs needs) throws TestbedException, InterruptedException {
    client = options.kubeconfig().patient();
    nodes = NodeChoice.of(allNodes(client), options.nodes(), needs);
    RunNamespaces namespaces = new RunNamespaces(client);
    if (namespaces.has(runId)) {
      throw RunNamespace.isThere(runId);
    }
    images = options.images(tools, needs.kernels());
    overSsh = needs.kernels() ? options.client() : Optional.empty();
    notes.write(runId, new Note(options.kubeconfig(), overSsh));
    made = true;
    new RunNamespace(client, runId).make(needs);
    Quotas.check(client, RunNamespace.name(runId), needs);
  }

  ClusterOptions options() {
    return options;
  }

  /** Something that is closed before the cluster is left, the last one first. */
  void atEnd(AutoCloseable closeable) {
    atEnd.push(closeable);
  }

  static List<io.fabric8.kubernetes.api.model.Node> allNodes(KubernetesClient client)
      throws TestbedException, InterruptedException {
    return ApiServer.ask("testbed cluster: nodes", () -> client.nodes().list().getItems());
  }

  @Override
  public KubernetesClient client() {
    return client;
  }

  @Override
  public List<Node> nodes() {
    List<Node> remote = new ArrayList<>();
    nodes.forEach(node -> remote.add(new RemoteNode(node.getMetadata().getName())));
    return remote;
  }

  @Override
  public Images images() {
    return images;
  }

  @Override
  public String describe() {
    return "cluster: context "
        + options.kubeconfig().context()
        + ": "
        + nodes.stream()
            .map(
                node -> {
                  NodeSystemInfo info = node.getStatus().getNodeInfo();
                  return "node %s: Kubernetes %s, %s, Linux %s, %s"
                      .formatted(
                          node.getMetadata().getName(),
                          info.getKubeletVersion(),
                          info.getContainerRuntimeVersion().replace("://", " "),
                          info.getKernelVersion(),
                          info.getOsImage());
                })
            .collect(Collectors.joining("; "));
  }

  private void closeAll() {
    for (AutoCloseable each = atEnd.poll(); each != null; each = atEnd.poll()) {
      try {
        each.close();
      } catch (Exception e) {
        // What it leaves goes with the namespace, or is noted.
      }
    }
  }

  /** Where it cannot be removed, the note stays, and {@code clean} tries again. */
  @Override
  public void remove() {
    try {
      closeAll();
      if (made) {
        made = false;
        new RunNamespaces(client).remove(runId, REMOVAL);
        if (overSsh.isPresent()) {
          overSsh.get().clean(runId); // where its connection was lost, its programs are still there
        }
        notes.delete(runId);
      }
    } catch (TestbedException e) {
      // The note stays.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by nobody: a testbed's removal goes to its end
    } finally {
      if (client != null) {
        client.close();
      }
    }
  }
}
