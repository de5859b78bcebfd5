package dev.shortpath.testbed.workload;

import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.testbed.SceneOver;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * A scene with another transport, other targets, servers or actions.
 *
 * @param base what everything else is asked of
 */
record Altered(
    Scene base,
    String protocol,
    List<InetSocketAddress> targets,
    List<Host> servers,
    Map<String, Action> actions)
    implements SceneOver {
  static Altered udp(Scene base) {
    return to(base, "udp", base.targets());
  }

  static Altered to(Scene base, String protocol, List<InetSocketAddress> targets) {
    return new Altered(base, protocol, targets, base.servers(), Map.of());
  }

  @Override
  public InetSocketAddress target() {
    return targets.get(0);
  }
}
