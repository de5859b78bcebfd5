package dev.shortpath.harness.workload;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code connects server} on every host that a Service of the scene may lead to. Each listens at
 * the port of {@link Scene#listen} and at those of {@link Scene#targets}, which are target ports
 * too.
 */
final class ConnectServers implements AutoCloseable {
  static final String TOOL = "connects";

  /** More addresses than so many are handed over in a file: arguments are limited. */
  private static final int MOST_ARGUMENTS = 200;

  private final List<Running> servers = new ArrayList<>();

  private ConnectServers() {}

  /**
   * Starts them.
   *
   * @param named whether each says its {@link #name} to its clients
   * @param output for lists of addresses
   */
  static ConnectServers start(Scene scene, boolean named, Path output)
      throws TestbedException, InterruptedException {
    ConnectServers all = new ConnectServers();
    try {
      for (int i = 0; i < scene.servers().size(); i++) {
        Host host = scene.servers().get(i);
        List<String> arguments = new ArrayList<>(List.of("server"));
        arguments.addAll(places("--listen", listeners(scene, host), output, name(i)));
        if (scene.protocol().equals("udp")) {
          arguments.add("--udp");
        }
        if (named) {
          arguments.addAll(List.of("--name", name(i)));
        }
        Running server = host.remote().start(new Command(TOOL, arguments));
        all.servers.add(server);
        Lines.awaitLine(server, "listening", Remote.SOON, TOOL + " server");
      }
      return all;
    } catch (TestbedException | InterruptedException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  /** What the server on that host of {@link Scene#servers} calls itself. */
  static String name(int index) {
    return "server-" + index;
  }

  /** Addresses as arguments, or as a file of them. */
  static List<String> places(
      String option, List<InetSocketAddress> places, Path output, String name) {
    List<String> arguments = new ArrayList<>();
    if (places.size() <= MOST_ARGUMENTS) {
      places.forEach(place -> arguments.addAll(List.of(option, Endpoints.text(place))));
      return arguments;
    }
    Path file = output.resolve("addresses-" + name).toAbsolutePath();
    try {
      Files.write(file, places.stream().map(Endpoints::text).toList(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(option + "-from", file.toString());
  }

  private static List<InetSocketAddress> listeners(Scene scene, Host host) {
    InetAddress listen = scene.listen().getAddress();
    InetAddress own = listen instanceof Inet6Address ? host.ipv6() : host.ipv4();
    InetAddress at = listen.isAnyLocalAddress() ? listen : own;
    List<InetSocketAddress> listeners = new ArrayList<>();
    listeners.add(new InetSocketAddress(at, scene.listen().getPort()));
    scene.targets().stream()
        .map(target -> new InetSocketAddress(at, target.getPort()))
        .filter(place -> !listeners.contains(place))
        .distinct()
        .forEach(listeners::add);
    return listeners;
  }

  /**
   * Checks that none died under the traffic.
   *
   * @throws TestbedException naming what it said
   */
  void check() throws TestbedException {
    for (Running server : servers) {
      if (!server.alive()) {
        throw new TestbedException(TOOL + " server ended before the client: " + server.err());
      }
    }
  }

  @Override
  public void close() {
    servers.forEach(Running::close);
  }
}
