package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.kube.KubeProvider;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.PodsTopology;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.RunNamespaces;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Testbed {@code cluster}: a Kubernetes of the user's. */
public final class ClusterProvider extends KubeProvider {
  private static final Duration REMOVAL = Duration.ofSeconds(60);

  private final ClusterOptions options;
  private final Notes notes = Notes.here();

  public ClusterProvider() {
    this(ClusterOptions.NONE);
  }

  private ClusterProvider(ClusterOptions options) {
    super("cluster", new PodsTopology(), new ServicePathOnCluster(options.client().isPresent()));
    this.options = options;
  }

  @Override
  public String summary() {
    return "a Kubernetes of yours, by kubeconfig; everything in a namespace of its own";
  }

  @Override
  public Map<String, String> options() {
    return ClusterOptions.meanings();
  }

  @Override
  public TestbedProvider with(Map<String, String> given) throws TestbedException {
    return new ClusterProvider(ClusterOptions.of(given));
  }

  @Override
  protected List<String> missing(Needs needs, TestbedRequest request) {
    if (options.kubeconfig() == null) {
      return List.of(unnamed());
    }
    if (!needs.kernels() && (options.client().isPresent() || !options.serviceCidrs().isEmpty())) {
      return List.of(
          "testbed cluster: client and service-cidr are for topology service-path: leave them out");
    }
    try (KubernetesClient client = options.kubeconfig().quick()) {
      List<String> lines =
          new ArrayList<>(
              Rights.missing(
                  client,
                  RunNamespace.name(request.runId()),
                  needs,
                  options.serviceCidrs().isEmpty()));
      if (lines.isEmpty() && needs.kernels()) {
        lines.addAll(missingForServices(client, request));
      }
      if (lines.isEmpty()) {
        NodeChoice.of(UserCluster.allNodes(client), options.nodes(), needs);
      }
      return lines;
    } catch (TestbedException e) {
      return List.of(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of("testbed cluster: interrupted while it was asked");
    }
  }

  /** What is missing for Services and for who connects to them. */
  private List<String> missingForServices(KubernetesClient client, TestbedRequest request)
      throws TestbedException, InterruptedException {
    if (options.client().isPresent()) {
      options.client().get().connect().close();
    }
    int nodePorts = FreeAddresses.of(client, options).nodePorts();
    int wanted = ServicePathParameters.of(request.parameters()).nodePorts();
    return wanted <= nodePorts
        ? List.of()
        : List.of(
            "testbed cluster: other Services have NodePorts, %d are left: use --topology-parameter node-ports=%d"
                .formatted(nodePorts, nodePorts));
  }

  private static String unnamed() {
    return "testbed cluster: name the context: --testbed-option context=NAME, of "
        + Kubeconfig.files()
        + " or of --testbed-option kubeconfig=FILE";
  }

  @Override
  protected Cluster cluster(TestbedRequest request) throws TestbedException {
    if (options.kubeconfig() == null) {
      throw new TestbedException(unnamed());
    }
    return new UserCluster(request.runId(), options, tools(), notes);
  }

  /** The images are built, not pushed. */
  @Override
  public String dryRun(TestbedRequest request) throws TestbedException, InterruptedException {
    if (options.kubeconfig() == null) {
      throw new TestbedException(unnamed());
    }
    Needs needs = topology(request).needs(request);
    List<Node> nodes = new ArrayList<>();
    try (KubernetesClient client = options.kubeconfig().quick()) {
      NodeChoice.of(UserCluster.allNodes(client), options.nodes(), needs)
          .forEach(node -> nodes.add(new RemoteNode(node.getMetadata().getName())));
    }
    List<HasMetadata> all = new ArrayList<>();
    all.add(RunNamespace.manifest(request.runId(), needs));
    all.addAll(topology(request).manifests(request, nodes, Images.build(tools(), needs.kernels())));
    return all.stream().map(Serialization::asYaml).collect(Collectors.joining());
  }

  /** On every cluster that a run was noted for, and on the one that is named. */
  @Override
  public List<String> clean() {
    Map<String, Note> noted = notes.all();
    Set<Kubeconfig> clusters = new LinkedHashSet<>();
    noted.values().forEach(note -> clusters.add(note.cluster()));
    if (options.kubeconfig() != null) {
      clusters.add(options.kubeconfig());
    }
    List<String> lines = new ArrayList<>();
    for (Kubeconfig where : clusters) {
      List<String> runs =
          noted.keySet().stream().filter(run -> noted.get(run).cluster().equals(where)).toList();
      lines.addAll(clean(where, runs, noted));
    }
    return lines;
  }

  private List<String> clean(Kubeconfig where, List<String> runs, Map<String, Note> noted) {
    List<String> lines = new ArrayList<>();
    try (KubernetesClient client = where.quick()) {
      RunNamespaces namespaces = new RunNamespaces(client);
      for (String runId : namespaces.dead()) {
        try {
          namespaces.remove(runId, REMOVAL);
          lines.add("namespace " + RunNamespace.name(runId) + " of context " + where.context());
        } catch (TestbedException e) {
          lines.add(stays(where, e) + notes.remedy(List.of(runId)));
        }
      }
      for (String runId : runs) {
        if (!namespaces.has(runId)) {
          cleanHost(runId, noted.get(runId).client(), lines);
        }
      }
    } catch (TestbedException e) {
      lines.add(stays(where, e) + notes.remedy(runs));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return lines;
  }

  private static String stays(Kubeconfig where, TestbedException e) {
    return "what runs left on context %s of %s could not be removed: %s"
        .formatted(where.context(), where.file(), e.getMessage());
  }

  /** Its namespace is gone; its programs on the client's host may not be. */
  private void cleanHost(String runId, Optional<SshClient> host, List<String> lines) {
    try {
      if (host.isPresent() && host.get().clean(runId)) {
        lines.add("programs of run " + runId + " on " + host.get().address());
      }
      notes.delete(runId);
    } catch (TestbedException e) {
      lines.add(
          "programs of run %s could not be removed: %s%s"
              .formatted(runId, e.getMessage(), notes.remedy(List.of(runId), "that host")));
    }
  }
}
