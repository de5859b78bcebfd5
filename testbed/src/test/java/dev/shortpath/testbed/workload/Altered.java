package dev.shortpath.testbed.workload;

import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.net.InetSocketAddress;
import java.nio.file.Path;
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
    implements Scene {
  static Altered udp(Scene base) {
    return new Altered(base, "udp", base.targets(), base.servers(), Map.of());
  }

  @Override
  public Host client() {
    return base.client();
  }

  @Override
  public Host server() {
    return base.server();
  }

  @Override
  public InetSocketAddress listen() {
    return base.listen();
  }

  @Override
  public InetSocketAddress target() {
    return targets.get(0);
  }

  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    return base.counters();
  }

  @Override
  public Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic traffic) {
    return base.attest(before, after, traffic);
  }

  @Override
  public Map<String, Path> cgroups() {
    return base.cgroups();
  }

  @Override
  public void close() {
    base.close();
  }
}
