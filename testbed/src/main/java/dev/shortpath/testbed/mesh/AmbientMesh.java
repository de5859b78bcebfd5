package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * A stand-in for Istio's ambient mode: HAProxy in ztunnel's place, one process a node whose sockets
 * live in the pods' namespaces.
 *
 * <p>Like ztunnel it takes the pods' redirected connections on 15001, tunnels them by mTLS to 15008
 * in the server pod with the original destination, and takes plaintext from outside the mesh on
 * 15006. Unlike ztunnel it opens a tunnel for each connection instead of multiplexing them on
 * HTTP/2 (HBONE), and the server sees its own pod's address, not the client's, as its peer.
 */
final class AmbientMesh implements Mesh {
  // The tunnel itself is not redirected; nor are connections within the pod, such as the proxy's
  // own
  // to the server. (ztunnel marks its sockets; HAProxy 2.6 cannot.)
  private static final String OUTBOUND =
      """
          fib daddr type local return
          tcp dport %d return
      %s    meta nfproto ipv6 return
      """;
  private static final String OUTBOUND6 =
      "    ip6 daddr %s tcp dport %d counter name outbound redirect to :%d%n";
  private static final String INBOUND =
      """
          tcp dport %d return
          meta nfproto ipv6 tcp dport != %d return
      """;

  @Override
  public String name() {
    return "ambient";
  }

  @Override
  public List<String> missing(Tools tools) {
    return tools.missing("haproxy", "openssl");
  }

  @Override
  public RunningMesh start(Site site, List<Pair> pairs, int port)
      throws TestbedException, InterruptedException {
    List<Pod> pods =
        pairs.stream().flatMap(pair -> Stream.of(pair.client(), pair.server())).toList();
    List<Callable<Void>> rules = new ArrayList<>();
    for (Pair pair : pairs) {
      Pod server = pair.server();
      String to6 = OUTBOUND6.formatted(AddressText.of(server.ipv6()), port, Ports.OUTBOUND);
      String in = INBOUND.formatted(Ports.TUNNEL, port);
      rules.add(() -> Rules.load(site, pair.client(), OUTBOUND.formatted(Ports.TUNNEL, to6), in));
      rules.add(() -> Rules.load(site, server, OUTBOUND.formatted(Ports.TUNNEL, ""), in));
    }
    Together.all(rules);
    Path directory = site.state().resolve(name());
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new TestbedException("mesh ambient: " + e.getMessage(), e);
    }
    Certificates certificates = Certificates.make(site, directory, pods);
    Map<String, Proxy> proxies = new TreeMap<>();
    for (Node node : pods.stream().map(Pod::node).distinct().toList()) {
      String config =
          HaproxyConfig.of(node, pairs, port, certificates, socket(directory, node.name()));
      proxies.put(node.name(), proxy(site, node, config, directory));
    }
    for (Map.Entry<String, Proxy> proxy : proxies.entrySet()) {
      Path socket = socket(directory, proxy.getKey());
      proxy.getValue().awaitReady(() -> !UnixSocket.ask(socket, "show info\n").isEmpty());
    }
    return new AmbientRunning(site, port, directory, proxies, version(site));
  }

  private static Proxy proxy(Site site, Node node, String config, Path directory)
      throws TestbedException {
    Path file = directory.resolve(node.name() + ".cfg");
    Path log = site.logs().resolve("haproxy-" + node.name() + ".log");
    try {
      Files.writeString(file, config);
    } catch (IOException e) {
      throw new TestbedException("mesh ambient: " + e.getMessage(), e);
    }
    Command command = Command.of("haproxy", "-db", "-q", "-f", file.toString());
    return new Proxy("HAProxy of node " + node.name(), site.proxy(node).daemon(command, log), log);
  }

  private static String version(Site site) throws TestbedException, InterruptedException {
    String said = site.admin().feed(Command.of("haproxy", "-v"), "", Remote.SOON).out();
    return said.lines().findFirst().orElse("").replaceAll(" [0-9]{4}/.*", "");
  }

  static Path socket(Path directory, String node) {
    return directory.resolve(node + ".sock");
  }
}
