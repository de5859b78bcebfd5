package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.kube.Standing;
import dev.shortpath.testbed.kube.Topology;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Topology {@code service-path} with a worker of a cluster for each of kube-proxy's modes that the
 * treatments name. Services are the whole cluster's, so that all workers have the same: what makes
 * them different for one worker than for another is refused.
 */
final class ServicePathTopology implements Topology {
  /** Without Services, the first worker's pods are reached directly. */
  static final List<String> PLANES = List.of(ServicePathTreatment.NONE, "iptables-nft", "nftables");

  @Override
  public String name() {
    return "service-path";
  }

  @Override
  public Map<String, List<String>> factors() {
    return ServicePathTreatment.factors(PLANES);
  }

  @Override
  public List<String> missing(TestbedRequest request) {
    List<String> lines = new ArrayList<>();
    if (!"root".equals(System.getProperty("user.name"))) {
      lines.add("topology service-path on testbed k3s enters network namespaces: run it with sudo");
    }
    // With this machine's tools in the containers' network namespaces.
    lines.addAll(
        Tools.here()
            .missing("ip", "tc", "sysctl", "nft", "conntrack", "iptables-nft-restore", "cat"));
    ServicePathParameters parameters = null;
    try {
      parameters = ServicePathParameters.of(request.parameters());
      if (parameters.endpoints() > 1) {
        lines.add(
            "testbed k3s: a pod has one address: use --parameter "
                + ServicePathParameters.ENDPOINTS
                + "=1");
      }
    } catch (TestbedException e) {
      lines.add(e.getMessage());
    }
    List<ServicePathTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      try {
        ServicePathTreatment wanted = ServicePathTreatment.of(treatment, PLANES);
        treatments.add(wanted);
        if (parameters != null) {
          wanted.check(parameters);
        }
      } catch (TestbedException e) {
        lines.add(e.getMessage());
      }
    }
    treatments.stream()
        .map(ServicePathTreatment::idle)
        .distinct()
        .map(Idle::missing)
        .forEach(lines::addAll);
    lines.addAll(mixtures(treatments));
    return lines.stream().distinct().toList();
  }

  /** What cannot be told apart where Services are the whole cluster's. */
  static List<String> mixtures(Collection<ServicePathTreatment> treatments) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Function<ServicePathTreatment, String>> factor :
        Map.<String, Function<ServicePathTreatment, String>>of(
                "protocol", t -> t.protocol().lower(),
                "traffic-policy", t -> t.local() ? "local" : "cluster")
            .entrySet()) {
      TreeSet<String> levels =
          treatments.stream().map(factor.getValue()).collect(Collectors.toCollection(TreeSet::new));
      if (levels.size() > 1) {
        lines.add(
            "testbed k3s: the %s is that of all the cluster's Services, one a run: use --set %s=%s"
                .formatted(factor.getKey(), factor.getKey(), levels.first()));
      }
    }
    List<String> planes = planes(treatments);
    boolean byPods = treatments.stream().anyMatch(t -> t.serviced() && !t.nodePort());
    boolean anywhere = treatments.stream().anyMatch(t -> t.serviced() && !t.local());
    if (planes.size() > 1 && (byPods || anywhere)) {
      lines.add(
          ("testbed k3s: with several Service data planes, %s leads to pods of either worker: use"
                  + " --set service-data-plane=%s, or --set %s")
              .formatted(
                  byPods ? "access cluster-ip" : "traffic-policy cluster",
                  planes.get(0),
                  byPods ? "access=node-port" : "traffic-policy=local"));
    }
    return lines;
  }

  /** A worker for each; one for those who need none. */
  static List<String> planes(Collection<ServicePathTreatment> treatments) {
    List<String> planes =
        treatments.stream()
            .filter(ServicePathTreatment::serviced)
            .map(ServicePathTreatment::plane)
            .distinct()
            .sorted()
            .toList();
    return planes.isEmpty() ? List.of(PLANES.get(1)) : planes;
  }

  static List<ServicePathTreatment> treatments(TestbedRequest request) throws TestbedException {
    List<ServicePathTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      treatments.add(ServicePathTreatment.of(treatment, PLANES));
    }
    return treatments;
  }

  @Override
  public Needs needs(TestbedRequest request) throws TestbedException {
    return new Needs(
        false, true, false, planes(treatments(request)).stream().map(KubeProxy::mode).toList());
  }

  @Override
  public Standing make(Cluster cluster, TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException {
    if (!Files.exists(Path.of("/proc/net/if_inet6"))) {
      throw new TestbedException(
          "topology service-path is dual stack and this kernel has no IPv6: start it without"
              + " ipv6.disable=1");
    }
    return StandingServicePath.make(
        (K3sCluster) cluster,
        request,
        ServicePathParameters.of(request.parameters()),
        treatments(request),
        tools);
  }
}
