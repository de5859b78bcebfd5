package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.dataplane.KernelServices;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.idle.Idling;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.PodManifests;
import dev.shortpath.testbed.kube.PodRemote;
import dev.shortpath.testbed.kube.Pods;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.servicepath.NodeKernel;
import dev.shortpath.testbed.kube.servicepath.Outside;
import dev.shortpath.testbed.kube.servicepath.ProxyMetrics;
import dev.shortpath.testbed.kube.servicepath.Surroundings;
import dev.shortpath.testbed.kube.servicepath.Worker;
import dev.shortpath.testbed.path.ProcNet;
import dev.shortpath.testbed.servicepath.LinkShape;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import dev.shortpath.testbed.ssh.SshHost;
import dev.shortpath.testbed.ssh.SshRemote;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cluster that others use, too: looked at by pods, changed in the run's namespace alone. */
final class ClusterSurroundings implements Surroundings {
  /** The pod that is the client outside. */
  static final String CLIENT = "client-outside";

  private final UserCluster cluster;
  private final TestbedRequest request;
  private final boolean fromOutside;
  private final Tools tools;
  private final Pods pods;
  private final PodManifests manifests;

  /**
   * Of a cluster that was started.
   *
   * @param fromOutside whether a pod of the first node connects to the workers
   */
  ClusterSurroundings(
      UserCluster cluster, TestbedRequest request, boolean fromOutside, Tools tools) {
    this.cluster = cluster;
    this.fromOutside = fromOutside;
    this.request = request;
    this.tools = tools;
    this.pods = new Pods(cluster.client(), request.runId());
    this.manifests = new PodManifests(request.runId(), cluster.images());
  }

  @Override
  public ServiceAddresses addresses() throws TestbedException, InterruptedException {
    return FreeAddresses.of(cluster.client(), cluster.options());
  }

  /** Its pod's name. */
  static String kernelPod(Node node) {
    return "node-" + node.name();
  }

  /** The table that counts a run's flows. */
  static String table(String runId) {
    return RunNamespace.name(runId);
  }

  @Override
  public NodeKernel kernel(Node node) throws TestbedException, InterruptedException {
    String name = kernelPod(node);
    String table = table(request.runId());
    pods.create(manifests.kernel(name, node.name(), table));
    Images images = cluster.images();
    images.check(images.node().orElseThrow(), pods.awaitReady(name));
    Remote tools = PodRemote.ofNode(cluster.client(), pods.namespace(), name);
    // The kubelet does so with the pod, but not where it has to end it at once.
    cluster.atEnd(() -> tools.run(Command.of("nft", KernelServices.without(table)), Remote.SOON));
    // A pod in the node's network namespace has the node's loopback interface, where kube-proxy
    // listens.
    LocalPortForward forward =
        cluster
            .client()
            .pods()
            .inNamespace(pods.namespace())
            .withName(name)
            .portForward(ProxyMetrics.PORT, InetAddress.getLoopbackAddress(), 0);
    cluster.atEnd(forward);
    ProxyMetrics metrics =
        new ProxyMetrics(
            node.name(),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), forward.getLocalPort()));
    try {
      metrics.mode();
    } catch (TestbedException e) {
      throw new TestbedException(
          "node %s: no kube-proxy answers on the node's 127.0.0.1:%d, where kube-proxy serves its metrics: topology service-path measures kube-proxy"
              .formatted(node.name(), ProxyMetrics.PORT),
          e);
    }
    return new ClusterNode(tools, metrics, table);
  }

  @Override
  public ProcNet pod(Pod pod) {
    return ProcNet.of(
        new PodRemote(cluster.client(), pods.namespace(), pod.getMetadata().getName()));
  }

  @Override
  public Outside outside(List<Worker> workers, LinkShape link)
      throws TestbedException, InterruptedException {
    Optional<SshClient> host = cluster.options().client();
    if (host.isPresent()) {
      return ClientOutside.of(
          overSsh(host.get()), workers, "host " + host.get().address() + " over SSH");
    }
    if (!fromOutside) {
      return new ClientOutside(workers.get(0).client().host(), Set.of(), "pods of the workers");
    }
    Node node = cluster.nodes().get(0);
    pods.create(manifests.waiting(CLIENT, node.name()));
    cluster.images().check(cluster.images().workload(), pods.awaitReady(CLIENT));
    return ClientOutside.of(
        new PodRemote(cluster.client(), pods.namespace(), CLIENT),
        workers,
        "a pod of node "
            + node.name()
            + ", whose own kube-proxy's rules each connection passes, too");
  }

  private Remote overSsh(SshClient client) throws TestbedException, InterruptedException {
    SshHost host = client.connect();
    cluster.atEnd(host);
    List<Path> programs = new ArrayList<>(List.of(tools.locate("shortpath-tether")));
    for (String tool : request.tools()) {
      programs.add(tools.locate(tool));
    }
    String directory = SshClient.directory(request.runId());
    host.remove(directory); // an attempt before may have lost its connection
    host.install(directory, programs);
    SshRemote remote = new SshRemote(host);
    remote.check(programs.stream().map(program -> program.getFileName().toString()).toList());
    return remote;
  }

  /** They are other machines'. */
  @Override
  public Idling idle(Idle idle) {
    return Idling.elsewhere();
  }
}
