package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.remote.SelfCheck;
import dev.shortpath.testbed.run.RunId;
import dev.shortpath.testbed.tool.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Testbed {@code k3s}: Docker on this machine, and a node image in it. */
public final class K3sProvider implements TestbedProvider {
  /** Environment variable: the node image, of k3s's command line. */
  static final String IMAGE = "SHORTPATH_K3S_IMAGE";

  /** What {@code make kube-node} loads into Docker. */
  static final String OWN_IMAGE = "shortpath.dev/kube-node:v1.34.1";

  private final Tools tools = Tools.here();

  @Override
  public String name() {
    return "k3s";
  }

  @Override
  public String summary() {
    return "a real Kubernetes, its nodes containers of this machine (needs Docker)";
  }

  @Override
  public List<String> topologies() {
    return List.of(K3sTreatment.TOPOLOGY);
  }

  @Override
  public Map<String, List<String>> factors(String topology) {
    return topology.equals(K3sTreatment.TOPOLOGY) ? K3sTreatment.factors() : Map.of();
  }

  /** The node image that runs use. */
  static String image() {
    String given = System.getenv().getOrDefault(IMAGE, "").strip();
    return given.isEmpty() ? OWN_IMAGE : given;
  }

  @Override
  public List<String> missing(TestbedRequest request) {
    List<String> lines = new ArrayList<>();
    if (!request.topology().equals(K3sTreatment.TOPOLOGY)) {
      lines.add(noTopology(request));
    } else {
      request
          .parameters()
          .keySet()
          .forEach(p -> lines.add("topology pods has no parameter '" + p + "'; it has none"));
      for (Treatment treatment : request.treatments()) {
        try {
          lines.addAll(missing(K3sTreatment.of(treatment)));
        } catch (TestbedException e) {
          lines.add(e.getMessage());
        }
      }
    }
    for (String tool : request.tools()) {
      if (!Images.PROGRAMS.contains(tool)) {
        lines.add(
            "testbed k3s: the workload's image has no program "
                + tool
                + "; it has "
                + String.join(", ", Images.PROGRAMS));
      }
    }
    lines.addAll(Images.missing(tools));
    Optional<String> docker = Docker.missing();
    docker.ifPresent(lines::add);
    if (docker.isEmpty() && Docker.imageId(image()).isEmpty()) {
      lines.add(noImage());
    }
    return lines.stream().distinct().toList();
  }

  private List<String> missing(K3sTreatment treatment) {
    // The agent asks the kernel as itself; the pod has the rights that it needs.
    return treatment.shortcut().redirects()
        ? SelfCheck.missing(tools, "shortpath-agent", "shortcut sockmap")
        : List.of();
  }

  private static String noImage() {
    return "testbed k3s: Docker has no image "
        + image()
        + ": make kube-node, or docker pull rancher/k3s:TAG and "
        + IMAGE
        + "=rancher/k3s:TAG";
  }

  private static String noTopology(TestbedRequest request) {
    return "testbed k3s has no topology '" + request.topology() + "'; it has pods";
  }

  @Override
  public Testbed open(TestbedRequest request) throws TestbedException, InterruptedException {
    RunId.check(request.runId());
    if (!request.topology().equals(K3sTreatment.TOPOLOGY)) {
      throw new TestbedException(noTopology(request));
    }
    List<K3sTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      treatments.add(K3sTreatment.of(treatment));
    }
    Optional<String> docker = Docker.missing();
    if (docker.isPresent()) {
      throw new TestbedException(docker.get());
    }
    return K3sTestbed.open(request, treatments, image(), tools);
  }

  @Override
  public List<String> clean() {
    return Docker.missing().isEmpty() ? Docker.removeDead() : List.of();
  }
}
