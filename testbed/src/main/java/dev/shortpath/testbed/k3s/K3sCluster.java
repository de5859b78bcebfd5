package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.servicepath.ProxyMetrics;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.k3s.K3sContainer;

/** A server and, where two nodes are needed, an agent on a Docker network of their own. */
final class K3sCluster implements Cluster {
  private static final String SERVER = "n1";
  private static final String AGENT = "n2";

  /** All pods: {@code --cluster-cidr}. */
  static final String POD_CIDR4 = "10.244.0.0/16";

  /** Likewise. */
  static final String POD_CIDR6 = "fd00:10:244::/56";

  /** Runs of this process that are not removed yet. */
  private static final Set<String> STANDING = ConcurrentHashMap.newKeySet();

  private static final long REMOVAL_PAUSE_MILLIS = 200;
  private static final int REMOVAL_TRIES = 100;
  private static final int LAST_TRIES = 25;

  private final String runId;
  private final String image;
  private final Tools tools;
  private final Map<String, String> labels;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, String> containers = new HashMap<>();
  private Network network;
  private Images images;
  private boolean claimed;
  private volatile GenericContainer<?> startingNode;
  private volatile Future<?> starting;
  private String kubeconfig;
  private KubernetesClient client;

  /**
   * A cluster that is not there yet.
   *
   * @throws TestbedException where this process cannot be named
   */
  K3sCluster(String runId, String image, Tools tools) throws TestbedException {
    this(runId, image, tools, Labelled.labels(runId));
  }

  /** Likewise, with labels on all that it is made of. */
  K3sCluster(String runId, String image, Tools tools, Map<String, String> labels) {
    this.runId = runId;
    this.image = image;
    this.tools = tools;
    this.labels = Map.copyOf(labels);
  }

  /** A node that does not start is named with its last words. */
  @Override
  public void start(Needs needs) throws TestbedException, InterruptedException {
    boolean first = STANDING.add(runId);
    if (first) {
      // An attempt before may not have been able to remove all that it made.
      Labelled.removeOwn(runId, labels);
    }
    List<String> remains = Labelled.remains(runId);
    if (!remains.isEmpty()) {
      if (first) {
        STANDING.remove(runId);
      }
      throw new TestbedException(
          "a run of id "
              + runId
              + " is going on, or Docker does not remove "
              + String.join(", ", remains));
    }
    startNodes(needs, Images.build(tools, false));
    new RunNamespace(client, runId).make(needs);
  }

  /** Starts its nodes; nodes of the same name and make that are there already are taken. */
  void startNodes(Needs needs, Images built) throws TestbedException, InterruptedException {
    claimed = true;
    images = built;
    boolean dualStack = needs.ipv6();
    network = network("shortpath-" + runId, dualStack ? MadeNetwork.subnet(runId) : null);
    KubeNodes kubeNodes = new KubeNodes(image, network, images.archives());
    List<String> common = List.of("--token=" + runId);
    List<String> server = new ArrayList<>(common);
    server.add("--kube-proxy-arg=proxy-mode=iptables");
    if (!needs.proxyModes().isEmpty()) {
      // Nothing runs here that asks for a Service: its kube-proxy leaves the processors alone.
      server.add("--kube-proxy-arg=iptables-min-sync-period=1h");
      server.add("--kube-proxy-arg=iptables-sync-period=1h");
    }
    // Nothing of these is on the path; names are not asked for.
    for (String part : List.of("coredns", "servicelb", "metrics-server", "local-storage")) {
      server.add("--disable=" + part);
    }
    server.addAll(
        List.of("--disable-network-policy", "--flannel-backend=host-gw", "--tls-san=localhost"));
    if (dualStack) {
      server.add("--cluster-cidr=" + POD_CIDR4 + "," + POD_CIDR6);
      server.add("--service-cidr=" + ServiceAddresses.CIDR4 + "," + ServiceAddresses.CIDR6);
    }
    server.add("--node-name=" + SERVER);
    K3sContainer first = kubeNodes.server(SERVER, server.toArray(String[]::new));
    start(SERVER, first);
    kubeconfig = first.getKubeConfigYaml();
    client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
    nodes.add(NodeContainer.of(SERVER, first));
    containers.put(SERVER, first.getContainerId());
    if (needs.nodes() > 1) {
      join(kubeNodes, AGENT, "iptables");
    }
    for (String mode : needs.proxyModes()) {
      join(kubeNodes, "n" + (nodes.size() + 1), mode);
    }
  }

  private void join(KubeNodes kubeNodes, String name, String mode)
      throws TestbedException, InterruptedException {
    GenericContainer<?> node =
        kubeNodes.agent(
            name,
            "--token=" + runId,
            "--server=https://" + SERVER + ":6443",
            "--node-name=" + name,
            "--kube-proxy-arg=proxy-mode=" + mode,
            "--kube-proxy-arg=metrics-bind-address=0.0.0.0:" + ProxyMetrics.PORT);
    start(name, node);
    nodes.add(NodeContainer.of(name, node));
    containers.put(name, node.getContainerId());
  }

  private Network network(String name, String ipv6) throws TestbedException {
    Optional<String> there = Labelled.network(name);
    return there.isPresent() ? new MadeNetwork(there.get()) : MadeNetwork.make(labels, name, ipv6);
  }

  /** In a thread of its own: Testcontainers does not stop when it is interrupted. */
  private void start(String name, GenericContainer<?> node)
      throws TestbedException, InterruptedException {
    node.withLabels(labels);
    // So that Testcontainers leaves the removal to us: at the program's end both would be at it.
    node.withReuse(true);
    node.withCreateContainerCmdModifier(c -> c.withName("shortpath-" + runId + "-" + name));
    startingNode = node;
    starting =
        Together.start(
            () -> {
              node.start();
              return null;
            });
    try {
      starting.get();
    } catch (ExecutionException e) {
      throw new TestbedException("node " + name + " did not start: " + reason(e, node), e);
    }
  }

  /** The last thing that the node said, else the innermost reason. */
  private static String reason(Throwable failure, GenericContainer<?> node) {
    try {
      if (node.getContainerId() != null) {
        String[] lines = node.getLogs().strip().split("\\R");
        if (!lines[lines.length - 1].isBlank()) {
          return lines[lines.length - 1];
        }
      }
    } catch (RuntimeException e) {
      // It is gone, and its log with it.
    }
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("unknown");
  }

  @Override
  public KubernetesClient client() {
    return client;
  }

  /** Who may do anything there, as YAML. */
  String kubeconfig() {
    return kubeconfig;
  }

  @Override
  public List<Node> nodes() {
    return nodes;
  }

  /** Id of the container that a node is. */
  String container(String node) {
    return containers.get(node);
  }

  /** Id of the network of the nodes. */
  String network() {
    return network.getId();
  }

  String runId() {
    return runId;
  }

  @Override
  public Images images() {
    return images;
  }

  @Override
  public String describe() {
    var info = client.nodes().withName(SERVER).get().getStatus().getNodeInfo();
    return "k3s: Kubernetes %s, %s, in %d node container%s of image %s (%s); Docker %s; Linux %s"
        .formatted(
            info.getKubeletVersion(),
            info.getContainerRuntimeVersion().replace("://", " "),
            nodes.size(),
            nodes.size() == 1 ? "" : "s",
            image,
            Docker.imageId(image).orElse("gone"),
            Docker.client().versionCmd().exec().getVersion(),
            info.getKernelVersion());
  }

  @Override
  public void remove() {
    if (!claimed) {
      return;
    }
    claimed = false;
    if (client != null) {
      client.close();
    }
    boolean interrupted = Thread.interrupted();
    if (!Docker.silent()) { // else it is the next command's to remove
      interrupted |= removeContainers();
    }
    STANDING.remove(runId);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it was interrupted. */
  private boolean removeContainers() {
    boolean interrupted = false;
    // What is being started may not have been made yet; once it is made and removed, its start is
    // over, whatever Testcontainers still waits for.
    for (int i = 0; i < REMOVAL_TRIES && starting != null && !starting.isDone(); i++) {
      boolean made = startingNode.getContainerId() != null;
      Labelled.remove(runId);
      if (made) {
        break;
      }
      try {
        Thread.sleep(REMOVAL_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    // A network is in use until the last container is really gone.
    for (int i = 0; i < LAST_TRIES; i++) {
      Labelled.remove(runId);
      if (Labelled.remains(runId).isEmpty()) {
        break;
      }
      try {
        Thread.sleep(REMOVAL_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }
}
