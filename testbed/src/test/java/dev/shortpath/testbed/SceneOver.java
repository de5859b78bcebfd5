package dev.shortpath.testbed;

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

/** A scene that asks another one for all that it does not say itself. */
public interface SceneOver extends Scene {
  /** The other one. */
  Scene base();

  @Override
  default Host client() {
    return base().client();
  }

  @Override
  default Host server() {
    return base().server();
  }

  @Override
  default List<Host> servers() {
    return base().servers();
  }

  @Override
  default InetSocketAddress listen() {
    return base().listen();
  }

  @Override
  default InetSocketAddress target() {
    return base().target();
  }

  @Override
  default List<InetSocketAddress> targets() {
    return base().targets();
  }

  @Override
  default String protocol() {
    return base().protocol();
  }

  @Override
  default Map<String, Action> actions() {
    return base().actions();
  }

  @Override
  default Map<String, Long> counters() throws TestbedException, InterruptedException {
    return base().counters();
  }

  @Override
  default Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic traffic) {
    return base().attest(before, after, traffic);
  }

  @Override
  default Map<String, Path> cgroups() {
    return base().cgroups();
  }

  @Override
  default void close() {
    base().close();
  }
}
