package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.servicepath.NodeKernel;
import dev.shortpath.testbed.kube.servicepath.ProxyMetrics;
import dev.shortpath.testbed.kube.servicepath.ProxyPause;
import dev.shortpath.testbed.path.ProcNet;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node that is a container of this machine: its network namespace is entered from here.
 *
 * @param name of the node
 * @param container its id
 * @param network of the node
 * @param metrics of its kube-proxy
 * @param pause of its kube-proxy, where that is a process of its own
 */
record ContainerNode(
    String name,
    String container,
    ContainerNetwork network,
    ProxyMetrics metrics,
    Optional<ProxyPause> pause)
    implements NodeKernel {
  /** Where kube-proxy's metrics are to be had at the node's own address. */
  static ContainerNode of(KubernetesClient client, String name, String container, Tools tools)
      throws TestbedException {
    ContainerNetwork network = ContainerNetwork.of(name, container, tools);
    String address =
        client.nodes().withName(name).get().getStatus().getAddresses().stream()
            .filter(each -> each.getType().equals("InternalIP"))
            .map(NodeAddress::getAddress)
            .findFirst()
            .orElseThrow(() -> new TestbedException("node " + name + " has no address"));
    return new ContainerNode(
        name,
        container,
        network,
        new ProxyMetrics(name, new InetSocketAddress(address, ProxyMetrics.PORT)),
        ProxyProcess.of(network));
  }

  @Override
  public Remote tools() {
    return network.remote();
  }

  @Override
  public ProcNet proc() {
    return ProcNet.of(network.pid());
  }

  @Override
  public String table() {
    return "shortpath-translations";
  }

  @Override
  public void forget() throws TestbedException, InterruptedException {
    network.forget();
  }

  /** kube-proxy uses what its image calls iptables. */
  @Override
  public Map<String, String> describe() throws TestbedException, InterruptedException {
    String label = "iptables of node " + name;
    ContainerExec version = ContainerExec.start(label, container, List.of("iptables", "--version"));
    try (version) {
      version.await(Remote.SOON);
      return Map.of(
          label, new String(version.out().readAllBytes(), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw new TestbedException(label + ": " + e.getMessage(), e);
    }
  }
}
