package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/** A scene whose server is its second one. */
record OtherBackend(Scene scene) implements Scene {
  @Override
  public Host client() {
    return scene.client();
  }

  @Override
  public Host server() {
    return scene.servers().get(1);
  }

  @Override
  public InetSocketAddress listen() {
    boolean ipv6 = scene.listen().getAddress() instanceof Inet6Address;
    return new InetSocketAddress(
        ipv6 ? server().ipv6() : server().ipv4(), scene.listen().getPort());
  }

  @Override
  public InetSocketAddress target() {
    return scene.target();
  }

  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    return scene.counters();
  }

  @Override
  public Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic traffic) {
    return scene.attest(before, after, traffic);
  }

  @Override
  public Map<String, Path> cgroups() {
    return scene.cgroups();
  }

  @Override
  public void close() {
    scene.close();
  }
}
