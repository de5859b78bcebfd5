package dev.shortpath.testbed.mesh;

import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import java.util.ArrayList;
import java.util.List;

/** Names of the counters of the interfaces that legs cross. */
public final class Interfaces {
  private Interfaces() {}

  /** Prefix of the counters of a pod's interface. */
  public static String of(Pod pod, String nic) {
    return "net." + pod.name() + "." + nic;
  }

  /** Prefix of the counters of a node's interface. */
  public static String of(Node node, String nic) {
    return "net." + node.name() + "." + nic;
  }

  /** Name of the interface on {@code from} that leads to node {@code to}. */
  public static String link(Node to) {
    return "to-" + to.name();
  }

  /** What a connection within a pod crosses. */
  static List<String> inside(Pod pod) {
    return List.of(of(pod, "lo"));
  }

  /** What a connection from the pair's client pod to its server pod crosses. */
  static List<String> between(Pair pair) {
    List<String> names = new ArrayList<>();
    names.add(of(pair.client(), "eth0"));
    if (!pair.oneNode()) {
      names.add(of(pair.client().node(), link(pair.server().node())));
    }
    names.add(of(pair.server(), "eth0"));
    return names;
  }
}
