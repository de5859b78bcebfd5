package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.KubeProvider;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.kube.PodsTopology;
import dev.shortpath.testbed.remote.SelfCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Testbed {@code k3s}: Docker on this machine, and a node image in it. */
public final class K3sProvider extends KubeProvider {
  /** Environment variable: the node image, of k3s's command line. */
  static final String IMAGE = "SHORTPATH_K3S_IMAGE";

  /** What {@code make kube-node} loads into Docker. */
  static final String OWN_IMAGE = "shortpath.dev/kube-node:v1.34.1";

  /** Option: the cluster stays for the next run. */
  static final String KEEP = "keep";

  private final boolean keep;

  public K3sProvider() {
    this(false);
  }

  private K3sProvider(boolean keep) {
    super("k3s", PodsTopology.onThisMachine(), new ServicePathOnK3s());
    this.keep = keep;
  }

  @Override
  public String summary() {
    return "a real Kubernetes, its nodes containers of this machine (needs Docker)";
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        KEEP, "yes: the cluster stays for the next run that needs the same; clean ends it");
  }

  @Override
  public TestbedProvider with(Map<String, String> options) throws TestbedException {
    String value = options.getOrDefault(KEEP, "no");
    if (!value.equals("yes") && !value.equals("no")) {
      throw new TestbedException("testbed k3s: keep '" + value + "': say yes or no");
    }
    return new K3sProvider(value.equals("yes"));
  }

  /** The node image that runs use. */
  static String image() {
    String given = System.getenv().getOrDefault(IMAGE, "").strip();
    return given.isEmpty() ? OWN_IMAGE : given;
  }

  @Override
  protected List<String> missing(Needs needs, TestbedRequest request) {
    List<String> lines = new ArrayList<>();
    if (needs.agent()) {
      // The agent asks the kernel as itself; the pod has the rights that it needs.
      lines.addAll(SelfCheck.missing(tools(), "shortpath-agent", "shortcut sockmap"));
    }
    if (keep && !needs.proxyModes().isEmpty()) {
      lines.add(notKept(request));
    }
    Optional<String> docker = Docker.missing();
    docker.ifPresent(lines::add);
    if (docker.isEmpty() && Docker.imageId(image()).isEmpty()) {
      lines.add(noImage());
    }
    return lines;
  }

  /** Its containers outside the cluster, and its Services, are the run's own. */
  private static String notKept(TestbedRequest request) {
    return "testbed k3s: topology "
        + request.topology()
        + " has no cluster to keep: leave keep out";
  }

  private static String noImage() {
    return "testbed k3s: Docker has no image "
        + image()
        + ": make kube-node, or docker pull rancher/k3s:TAG and "
        + IMAGE
        + "=rancher/k3s:TAG";
  }

  @Override
  protected Cluster cluster(TestbedRequest request) throws TestbedException {
    Optional<String> docker = Docker.missing();
    if (docker.isPresent()) {
      throw new TestbedException(docker.get());
    }
    if (!keep) {
      return new K3sCluster(request.runId(), image(), tools());
    }
    if (!topology(request).needs(request).proxyModes().isEmpty()) {
      throw new TestbedException(notKept(request));
    }
    return new KeptCluster(request.runId(), image(), tools());
  }

  @Override
  public List<String> clean() {
    return Docker.missing().isEmpty() ? Labelled.removeDead(!keep) : List.of();
  }
}
