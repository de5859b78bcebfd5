package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network.Ipam;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.k3s.K3sContainer;

/**
 * A server and its agents on a Docker network of their own. {@link #close} removes them and fails
 * when a container, its cgroups, its volumes or the network are still there afterwards.
 */
public final class KubeCluster implements AutoCloseable {
  private final KubeNodes kubeNodes;
  private final Network network;
  private final List<GenericContainer<?>> nodes = new ArrayList<>();
  private KubernetesClient client;

  private KubeCluster(Path podImage, Network network) {
    this.kubeNodes = new KubeNodes(K3sProvider.image(), network, List.of(podImage));
    this.network = network;
  }

  /** A network without nodes. */
  public static KubeCluster onNetwork(boolean dualStack) throws IOException {
    Network.NetworkImpl.NetworkImplBuilder network = Network.builder();
    if (dualStack) {
      // A local range (RFC 4193); Docker adds an IPv4 range of its own choice.
      Ipam.Config ipv6 = new Ipam.Config().withSubnet("fd5a:7012::/64");
      network
          .enableIpv6(true)
          .createNetworkCmdModifier(c -> c.withIpam(new Ipam().withConfig(List.of(ipv6))));
    }
    return new KubeCluster(NeedsKubeNode.podImage().orElseThrow(), network.build());
  }

  /** What a program prints in a node's container; a failure carries both its outputs. */
  public static String in(GenericContainer<?> node, String... command) {
    try {
      Container.ExecResult result = node.execInContainer(command);
      if (result.getExitCode() != 0) {
        throw new IllegalStateException(
            "%s: exit status %d: %s%s"
                .formatted(
                    String.join(" ", command),
                    result.getExitCode(),
                    result.getStderr(),
                    result.getStdout()));
      }
      return result.getStdout().trim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public K3sContainer startServer(String name, String... flags) {
    K3sContainer server = kubeNodes.server(name, flags);
    nodes.add(server);
    server.start();
    Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
    client = new KubernetesClientBuilder().withConfig(config).build();
    return server;
  }

  public GenericContainer<?> startAgent(String name, String... flags) {
    GenericContainer<?> agent = kubeNodes.agent(name, flags);
    nodes.add(agent);
    agent.start();
    return agent;
  }

  /** A client by the kubeconfig that Testcontainers reads from the server. */
  public KubernetesClient client() {
    return client;
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    List<String> left = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      GenericContainer<?> node = nodes.get(i);
      if (node.getContainerId() != null) {
        List<Path> cgroups = node.isRunning() ? cgroups(node) : List.of();
        var inspected = Docker.client().inspectContainerCmd(node.getContainerId()).exec();
        node.stop();
        cgroups.stream().filter(Files::exists).forEach(c -> left.add("cgroup " + c));
        inspected.getMounts().stream()
            .filter(
                m ->
                    m.getName() != null
                        && isThere(() -> Docker.client().inspectVolumeCmd(m.getName()).exec()))
            .forEach(m -> left.add("volume " + m.getName()));
        if (isThere(() -> Docker.client().inspectContainerCmd(inspected.getId()).exec())) {
          left.add("container " + inspected.getId());
        }
      }
    }
    String id = network.getId();
    network.close();
    if (isThere(() -> Docker.client().inspectNetworkCmd().withNetworkId(id).exec())) {
      left.add("network " + id);
    }
    if (!left.isEmpty()) {
      throw new AssertionError("left behind: " + left);
    }
  }

  /** A node's own cgroup in every hierarchy that may have it. */
  private static List<Path> cgroups(GenericContainer<?> node) {
    Path root = Path.of("/sys/fs/cgroup");
    return in(node, "cat", "/proc/1/cgroup")
        .lines()
        .map(line -> line.substring(line.indexOf(":/") + 2))
        .filter(path -> !path.isEmpty())
        .distinct()
        .flatMap(
            path -> {
              try (Stream<Path> hierarchies = Files.list(root)) {
                return Stream.concat(Stream.of(root), hierarchies.toList().stream())
                    .map(h -> h.resolve(path));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .filter(Files::isDirectory)
        .toList();
  }

  private static boolean isThere(Runnable inspect) {
    try {
      inspect.run();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
