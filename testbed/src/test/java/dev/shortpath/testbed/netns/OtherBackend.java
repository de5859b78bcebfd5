package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.testbed.SceneOver;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;

/** A scene whose server is its second one. */
record OtherBackend(Scene base) implements SceneOver {
  @Override
  public Host server() {
    return base.servers().get(1);
  }

  @Override
  public List<Host> servers() {
    return List.of(server());
  }

  @Override
  public InetSocketAddress listen() {
    boolean ipv6 = base.listen().getAddress() instanceof Inet6Address;
    return new InetSocketAddress(ipv6 ? server().ipv6() : server().ipv4(), base.listen().getPort());
  }
}
