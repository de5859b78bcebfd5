package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.place.Sysctls;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.servicepath.LinkShape;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Makes the namespaces of topology {@code service-path}, joins them and shapes the links.
 *
 * <p>A pod has single addresses and one route, to its node, whose end of the link has the node's
 * own pod address (as with the CNI plug-in ptp); the node has a route to each of the pod's
 * addresses.
 */
final class ServicePathNetwork {
  private static final String TO_CLIENT = "to-client";

  private final Batches batches;
  private final ServicePathLayout layout;
  private final ServicePathParameters parameters;

  ServicePathNetwork(Site site, ServicePathLayout layout, ServicePathParameters parameters) {
    this.batches = new Batches(site);
    this.layout = layout;
    this.parameters = parameters;
  }

  void make() throws TestbedException, InterruptedException {
    List<String> names = new ArrayList<>(List.of(layout.client().netns(), layout.router().netns()));
    for (Worker worker : layout.workers().values()) {
      names.add(worker.node().netns());
      worker.pods().forEach(pod -> names.add(pod.netns()));
    }
    batches.ip(names.stream().map(name -> "netns add " + name).toList());
    Together.all(sysctls());
    batches.ip(layout.client().netns(), links());
    Together.all(addresses());
    if (parameters.link().shaped()) {
      Together.all(shapes());
    }
  }

  private List<Callable<Void>> sysctls() {
    List<Callable<Void>> each = new ArrayList<>();
    each.add(() -> batches.sysctl("client", layout.client().netns(), Sysctls.CLIENT));
    each.add(() -> batches.sysctl("router", layout.router().netns(), Sysctls.ROUTER));
    for (Worker worker : layout.workers().values()) {
      String name = worker.node().name();
      each.add(() -> batches.sysctl(name, worker.node().netns(), Sysctls.WORKER));
      for (Pod pod : worker.pods()) {
        List<String> settings = pod.equals(worker.client()) ? Sysctls.CLIENT : Sysctls.BACKEND;
        each.add(() -> batches.sysctl(pod.name(), pod.netns(), settings));
      }
    }
    return each;
  }

  private List<String> links() {
    List<String> lines = new ArrayList<>();
    String router = layout.router().netns();
    lines.add(Network.veth(TO_CLIENT, router, "eth0", layout.client().netns()));
    for (Worker worker : layout.workers().values()) {
      String node = worker.node().netns();
      lines.add(Network.veth(ServicePathLayout.link(worker), router, Worker.UPLINK, node));
      for (Pod pod : worker.pods()) {
        lines.add(Network.veth(worker.link(pod), node, "eth0", pod.netns()));
      }
    }
    return lines;
  }

  private List<Callable<Void>> addresses() {
    List<Callable<Void>> each = new ArrayList<>();
    each.add(() -> batches.ip(layout.client().netns(), ofClient()));
    each.add(() -> batches.ip(layout.router().netns(), ofRouter()));
    for (Worker worker : layout.workers().values()) {
      each.add(() -> batches.ip(worker.node().netns(), ofWorker(worker)));
      for (Pod pod : worker.pods()) {
        each.add(() -> batches.ip(pod.netns(), ofPod(worker, pod)));
      }
    }
    return each;
  }

  private static List<String> ofClient() {
    List<String> lines = new ArrayList<>(up("eth0", 0, 1));
    lines.addAll(defaults("eth0", 0, 2));
    return lines;
  }

  private List<String> ofRouter() {
    List<String> lines = new ArrayList<>(up(TO_CLIENT, 0, 2));
    for (Worker worker : layout.workers().values()) {
      int n = worker.number();
      lines.addAll(up(ServicePathLayout.link(worker), n, 1));
      lines.add(route(ServicePathAddresses.subnet4(n), worker.ipv4().getHostAddress()));
      lines.add(route(ServicePathAddresses.subnet6(n), worker.ipv6().getHostAddress()));
    }
    return lines;
  }

  private List<String> ofWorker(Worker worker) {
    int n = worker.number();
    List<String> lines = new ArrayList<>(up(Worker.UPLINK, n, 2));
    lines.addAll(defaults(Worker.UPLINK, n, 1));
    for (Pod pod : worker.pods()) {
      String link = worker.link(pod);
      lines.add(
          "addr add " + ServicePathAddresses.gateway4(n).getHostAddress() + "/32 dev " + link);
      lines.add("addr add " + ServicePathAddresses.GATEWAY6 + "/64 dev " + link + " nodad");
      lines.add("link set " + link + " up");
      for (ServiceGenerator.Backend address : worker.addresses(pod, parameters.endpoints())) {
        lines.add("route add " + address.ipv4().getHostAddress() + "/32 dev " + link);
        lines.add("route add " + address.ipv6().getHostAddress() + "/128 dev " + link);
      }
    }
    return lines;
  }

  private List<String> ofPod(Worker worker, Pod pod) {
    String gateway = ServicePathAddresses.gateway4(worker.number()).getHostAddress();
    List<String> lines = new ArrayList<>(List.of("link set lo up"));
    for (ServiceGenerator.Backend address : worker.addresses(pod, parameters.endpoints())) {
      lines.add("addr add " + address.ipv4().getHostAddress() + "/32 dev eth0");
      lines.add("addr add " + address.ipv6().getHostAddress() + "/128 dev eth0 nodad");
    }
    lines.add("link set eth0 up");
    String own4 = " src " + pod.ipv4().getHostAddress();
    String own6 = " src " + pod.ipv6().getHostAddress();
    lines.add("route add " + gateway + "/32 dev eth0 scope link" + own4);
    lines.add("route add default via " + gateway + " dev eth0" + own4);
    lines.add("route add default via " + ServicePathAddresses.GATEWAY6 + " dev eth0" + own6);
    return lines;
  }

  private static List<String> up(String nic, int link, int end) {
    return List.of(
        "link set lo up",
        "addr add " + ServicePathAddresses.link4(link, end).getHostAddress() + "/24 dev " + nic,
        "addr add "
            + ServicePathAddresses.link6(link, end).getHostAddress()
            + "/64 dev "
            + nic
            + " nodad",
        "link set " + nic + " up");
  }

  private static List<String> defaults(String nic, int link, int end) {
    return List.of(
        route("default", ServicePathAddresses.link4(link, end).getHostAddress()),
        route("default", ServicePathAddresses.link6(link, end).getHostAddress() + " dev " + nic));
  }

  private static String route(String to, String via) {
    return "route add " + to + " via " + via;
  }

  private List<Callable<Void>> shapes() {
    LinkShape shape = parameters.link();
    List<Callable<Void>> each = new ArrayList<>();
    List<String> ofRouter = new ArrayList<>(List.of(shape.line(TO_CLIENT)));
    for (Worker worker : layout.workers().values()) {
      ofRouter.add(shape.line(ServicePathLayout.link(worker)));
      List<String> ofWorker = List.of(shape.line(Worker.UPLINK));
      each.add(() -> batches.tc(worker.node().netns(), ofWorker));
    }
    each.add(() -> batches.tc(layout.router().netns(), ofRouter));
    each.add(() -> batches.tc(layout.client().netns(), List.of(shape.line("eth0"))));
    return each;
  }
}
