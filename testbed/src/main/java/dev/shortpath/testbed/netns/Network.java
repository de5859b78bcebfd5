package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.place.Sysctls;
import dev.shortpath.testbed.remote.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Makes the namespaces of a layout and joins them. Few programs, many lines each: it is quick. */
final class Network {
  /** Of a node, where its pods are joined. */
  static final String BRIDGE = "pods";

  private final Batches batches;
  private final Layout layout;

  Network(Site site, Layout layout) {
    this.batches = new Batches(site);
    this.layout = layout;
  }

  void make() throws TestbedException, InterruptedException {
    List<String> names = new ArrayList<>();
    layout.nodes().forEach(node -> names.add(node.netns()));
    layout.pods().forEach(pod -> names.add(pod.netns()));
    batches.ip(names.stream().map(name -> "netns add " + name).toList());
    sysctls();
    batches.ip(layout.pods().get(0).netns(), links());
    List<Callable<Void>> each = new ArrayList<>();
    layout.nodes().forEach(node -> each.add(() -> batches.ip(node.netns(), ofNode(node))));
    layout.pods().forEach(pod -> each.add(() -> batches.ip(pod.netns(), ofPod(pod))));
    Together.all(each);
  }

  private void sysctls() throws TestbedException, InterruptedException {
    List<Callable<Void>> each = new ArrayList<>();
    for (Node node : layout.nodes()) {
      each.add(() -> batches.sysctl(node.name(), node.netns(), Sysctls.NODE));
    }
    for (Pod pod : layout.pods()) {
      each.add(() -> batches.sysctl(pod.name(), pod.netns(), Sysctls.POD));
    }
    Together.all(each);
  }

  private List<String> links() {
    List<String> lines = new ArrayList<>();
    for (Pod pod : layout.pods()) {
      lines.add(veth(layout.port(pod), pod.node().netns(), "eth0", pod.netns()));
    }
    for (Node a : layout.nodes()) {
      for (Node b : layout.nodes()) {
        if (layout.number(a) < layout.number(b)) {
          lines.add(veth("to-" + b.name(), a.netns(), "to-" + a.name(), b.netns()));
        }
      }
    }
    return lines;
  }

  /**
   * A line that makes a pair. On Linux 6.1 {@code name} must not exist in the namespace where the
   * line is carried out, wherever the pair is to stand (net/core/rtnetlink.c, rtnl_newlink):
   * therefore in a pod's, which has no name but {@code eth0}, and never in the host's.
   */
  static String veth(String name, String netns, String peer, String peerNetns) {
    return String.format(
        "link add %s netns %s type veth peer name %s netns %s", name, netns, peer, peerNetns);
  }

  private List<String> ofNode(Node node) {
    int n = layout.number(node);
    List<String> lines = new ArrayList<>();
    lines.add("link set lo up");
    lines.add("link add " + BRIDGE + " type bridge stp_state 0 mcast_snooping 0");
    lines.add("addr add " + Addresses.gateway4(n) + "/24 dev " + BRIDGE);
    lines.add("addr add " + Addresses.gateway6(n) + "/64 dev " + BRIDGE + " nodad");
    lines.add("link set " + BRIDGE + " up");
    for (Pod pod : layout.podsOf(node)) {
      lines.add("link set " + layout.port(pod) + " master " + BRIDGE + " up");
    }
    for (Node other : layout.nodes()) {
      if (!other.equals(node)) {
        int o = layout.number(other);
        String link = "to-" + other.name();
        lines.add("addr add " + Addresses.link4(n) + "/24 dev " + link);
        lines.add("addr add " + Addresses.link6(n) + "/64 dev " + link + " nodad");
        lines.add("link set " + link + " up");
        lines.add("route add " + Addresses.subnet4(o) + " via " + Addresses.link4(o));
        lines.add("route add " + Addresses.subnet6(o) + " via " + Addresses.link6(o));
      }
    }
    return lines;
  }

  private List<String> ofPod(Pod pod) {
    int n = layout.number(pod.node());
    return List.of(
        "link set lo up",
        "addr add " + pod.ipv4().getHostAddress() + "/24 dev eth0",
        "addr add " + pod.ipv6().getHostAddress() + "/64 dev eth0 nodad",
        "link set eth0 up",
        "route add default via " + Addresses.gateway4(n),
        "route add default via " + Addresses.gateway6(n) + " dev eth0");
  }
}
