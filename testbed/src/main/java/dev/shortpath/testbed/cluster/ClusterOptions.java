package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import dev.shortpath.testbed.ssh.SshAddress;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a user tells testbed cluster.
 *
 * @param kubeconfig where the cluster is; null as long as no context is named
 * @param nodes names of the nodes to use, in order; empty for any that can be used
 * @param registry where the pods' images are pushed to; empty where the nodes have them
 * @param client where the workload's client runs in topology service-path; empty for a pod
 * @param serviceCidrs of all ClusterIPs; empty where the API server is asked
 */
record ClusterOptions(
    Kubeconfig kubeconfig,
    List<String> nodes,
    String registry,
    Optional<SshClient> client,
    List<String> serviceCidrs) {
  static final String CONTEXT = "context";
  static final String KUBECONFIG = "kubeconfig";
  static final String NODES = "nodes";
  static final String REGISTRY = "registry";
  static final String CLIENT = "client";
  static final String CLIENT_KEY = "client-key";
  static final String KNOWN_HOSTS = "known-hosts";
  static final String SERVICE_CIDR = "service-cidr";

  /** As of RFC 1123, what Kubernetes takes for a node's name. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  /** A client's and a worker for each mode of kube-proxy. */
  private static final int MOST_NODES = 3;

  /** A host, a port, directories. */
  private static final Pattern REPOSITORY =
      Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)*");

  static final ClusterOptions NONE =
      new ClusterOptions(null, List.of(), "", Optional.empty(), List.of());

  /** Every option with its meaning. */
  static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put(CONTEXT, "the kubeconfig's context, which must be named");
    meanings.put(KUBECONFIG, "its file [$KUBECONFIG, or ~/.kube/config]");
    meanings.put(NODES, "CLIENT,SERVER, or [CLIENT,]WORKER[,WORKER] [the first that can be used]");
    meanings.put(REGISTRY, "HOST[:PORT][/PATH]: push the images there [the nodes have them]");
    meanings.put(CLIENT, "USER@HOST[:PORT], over SSH: the client of topology service-path [a pod]");
    meanings.put(CLIENT_KEY, "its private key file [as ssh: the agent's, or ~/.ssh/id_*]");
    meanings.put(KNOWN_HOSTS, "file with its key [~/.ssh/known_hosts]");
    meanings.put(SERVICE_CIDR, "CIDR[,CIDR] of all ClusterIPs [the API server is asked]");
    return meanings;
  }

  /**
   * The pods' images, in place as far as that is for us to do.
   *
   * @param kernels whether that of a node's kernel is one of them
   * @throws TestbedException with the builder's own words
   */
  Images images(Tools tools, boolean kernels) throws TestbedException, InterruptedException {
    return registry.isEmpty()
        ? Images.build(tools, kernels)
        : Images.push(tools, registry, kernels);
  }

  static ClusterOptions of(Map<String, String> options) throws TestbedException {
    String context = options.getOrDefault(CONTEXT, "");
    Kubeconfig kubeconfig =
        context.isEmpty() ? null : Kubeconfig.find(options.getOrDefault(KUBECONFIG, ""), context);
    String nodes = options.getOrDefault(NODES, "");
    List<String> names = nodes.isEmpty() ? List.of() : List.of(nodes.split(",", -1));
    if (names.size() > MOST_NODES
        || !names.stream().allMatch(name -> NAME.matcher(name).matches())) {
      throw new TestbedException(
          "testbed cluster: nodes '"
              + nodes
              + "': give the names of one, two or three nodes, with commas");
    }
    if (names.stream().distinct().count() < names.size()) {
      throw new TestbedException(
          "testbed cluster: nodes '" + nodes + "': a node is named twice: name each once");
    }
    String registry = options.getOrDefault(REGISTRY, "");
    if (!registry.isEmpty() && !REPOSITORY.matcher(registry).matches()) {
      throw new TestbedException(
          "testbed cluster: registry '" + registry + "': give HOST[:PORT][/PATH]");
    }
    return new ClusterOptions(kubeconfig, names, registry, client(options), cidrs(options));
  }

  private static Optional<SshClient> client(Map<String, String> options) throws TestbedException {
    String client = options.getOrDefault(CLIENT, "");
    if (client.isEmpty()) {
      for (String alone : List.of(CLIENT_KEY, KNOWN_HOSTS)) {
        if (options.containsKey(alone)) {
          throw new TestbedException(
              "testbed cluster: " + alone + " is for a client: name it, too");
        }
      }
      return Optional.empty();
    }
    return Optional.of(
        new SshClient(
            SshAddress.of(client), file(options, CLIENT_KEY), file(options, KNOWN_HOSTS)));
  }

  private static Path file(Map<String, String> options, String name) {
    String path = options.getOrDefault(name, "");
    return path.isEmpty() ? null : Path.of(path).toAbsolutePath().normalize();
  }

  private static List<String> cidrs(Map<String, String> options) throws TestbedException {
    String given = options.getOrDefault(SERVICE_CIDR, "");
    List<String> cidrs = given.isEmpty() ? List.of() : List.of(given.split(",", -1));
    long six = cidrs.stream().filter(cidr -> cidr.contains(":")).count();
    if (six > 1 || cidrs.size() - six > 1) {
      throw new TestbedException(
          "testbed cluster: service-cidr '" + given + "': give one of each family at most");
    }
    try {
      for (String cidr : cidrs) {
        ServiceAddresses.check(cidr);
      }
    } catch (TestbedException e) {
      throw new TestbedException("testbed cluster: service-cidr: " + e.getMessage(), e);
    }
    return cidrs;
  }
}
