package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.tool.Tools;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a user tells testbed cluster.
 *
 * @param kubeconfig where the cluster is; null as long as no context is named
 * @param nodes names of the nodes to use, in order; empty for any that can be used
 * @param registry where the pods' images are pushed to; empty where the nodes have them
 */
record ClusterOptions(Kubeconfig kubeconfig, List<String> nodes, String registry) {
  static final String CONTEXT = "context";
  static final String KUBECONFIG = "kubeconfig";
  static final String NODES = "nodes";
  static final String REGISTRY = "registry";

  /** As of RFC 1123, what Kubernetes takes for a node's name. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  /** A host, a port, directories. */
  private static final Pattern REPOSITORY =
      Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)*");

  static final ClusterOptions NONE = new ClusterOptions(null, List.of(), "");

  /** Every option with its meaning. */
  static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put(CONTEXT, "the kubeconfig's context, which must be named");
    meanings.put(KUBECONFIG, "its file [$KUBECONFIG, or ~/.kube/config]");
    meanings.put(NODES, "one node or two, CLIENT,SERVER [the first that can be used]");
    meanings.put(REGISTRY, "HOST[:PORT][/PATH]: push the images there [the nodes have them]");
    return meanings;
  }

  /**
   * The pods' images, in place as far as that is for us to do.
   *
   * @throws TestbedException with the builder's own words
   */
  Images images(Tools tools) throws TestbedException, InterruptedException {
    return registry.isEmpty() ? Images.build(tools) : Images.push(tools, registry);
  }

  static ClusterOptions of(Map<String, String> options) throws TestbedException {
    String context = options.getOrDefault(CONTEXT, "");
    Kubeconfig kubeconfig =
        context.isEmpty() ? null : Kubeconfig.find(options.getOrDefault(KUBECONFIG, ""), context);
    String nodes = options.getOrDefault(NODES, "");
    List<String> names = nodes.isEmpty() ? List.of() : List.of(nodes.split(",", -1));
    if (names.size() > 2
        || names.stream().distinct().count() < names.size()
        || !names.stream().allMatch(name -> NAME.matcher(name).matches())) {
      throw new TestbedException(
          "testbed cluster: nodes '" + nodes + "': give one node's name or two, with a comma");
    }
    String registry = options.getOrDefault(REGISTRY, "");
    if (!registry.isEmpty() && !REPOSITORY.matcher(registry).matches()) {
      throw new TestbedException(
          "testbed cluster: registry '" + registry + "': give HOST[:PORT][/PATH]");
    }
    return new ClusterOptions(kubeconfig, names, registry);
  }
}
