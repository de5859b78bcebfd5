package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.path.Flow;
import dev.shortpath.testbed.path.Leg;
import dev.shortpath.testbed.path.Route;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ambient stand-in in operation.
 *
 * @param site of the run
 * @param port of the workload's servers
 * @param directory of sockets
 * @param proxies by name of their node
 * @param version of HAProxy
 */
record AmbientRunning(
    Site site, int port, Path directory, Map<String, Proxy> proxies, String version)
    implements ProxiedMesh {
  private static final String PREFIX = "proxy.ambient";

  @Override
  public Map<String, String> parts() {
    return Map.of(
        "mesh ambient",
        version + " as a stand-in for ztunnel, one process a node, mTLS (TLS 1.3, P-256)");
  }

  @Override
  public Route route(Pair pair) {
    Pod client = pair.client();
    Pod server = pair.server();
    String near = client.node().name();
    String far = server.node().name();
    return new Route(
        List.of(
            new Leg(
                "client → node proxy",
                Ports.OUTBOUND,
                near,
                near,
                Interfaces.inside(client),
                Flow.of(PREFIX + "." + client.name() + ".outbound")),
            new Leg(
                near.equals(far) ? "node proxy → itself (mTLS)" : "node proxy → node proxy (mTLS)",
                Ports.TUNNEL,
                near,
                far,
                Interfaces.between(pair),
                Flow.of(PREFIX + "." + server.name() + ".inbound")),
            new Leg("node proxy → server", port, far, far, Interfaces.inside(server), null)),
        List.of(Rules.counter(client, "outbound")));
  }

  @Override
  public Map<String, Long> counters(String node) throws TestbedException {
    try {
      return HaproxyStats.parse(
          PREFIX, UnixSocket.ask(AmbientMesh.socket(directory, node), "show stat\n"));
    } catch (IOException e) {
      proxies.get(node).check();
      throw new TestbedException(
          "HAProxy of node " + node + " does not tell its counters: " + e.getMessage(), e);
    }
  }

  @Override
  public Map<String, Path> cgroups(Pair pair) {
    Map<String, Path> cgroups = new LinkedHashMap<>();
    cgroups.put("client-proxy", pair.client().node().proxyCgroup());
    if (!pair.oneNode()) {
      cgroups.put("server-proxy", pair.server().node().proxyCgroup());
    }
    return cgroups;
  }
}
