package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.path.Flow;
import dev.shortpath.testbed.path.Leg;
import dev.shortpath.testbed.path.Route;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.tool.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sidecars in operation.
 *
 * @param site of the run
 * @param port of the workload's servers
 * @param directory of sockets
 * @param proxies by name of their pod
 * @param version of Envoy
 */
record SidecarRunning(
    Site site, int port, Path directory, Map<String, Proxy> proxies, String version)
    implements ProxiedMesh {
  private static final String PREFIX = "proxy.sidecar";

  @Override
  public Map<String, String> parts() {
    String digest = Digest.describe(SidecarMesh.binary(site.tools()).path());
    return Map.of(
        "mesh sidecar", version + ", " + digest + ", one in each pod, mTLS (TLS 1.3, P-256)");
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
                "client → its sidecar",
                Ports.OUTBOUND,
                near,
                near,
                Interfaces.inside(client),
                Flow.of(PREFIX + "." + client.name() + ".outbound")),
            new Leg(
                "sidecar → sidecar (mTLS)",
                Ports.INBOUND,
                near,
                far,
                Interfaces.between(pair),
                Flow.of(PREFIX + "." + server.name() + ".inbound")),
            new Leg("sidecar → server", port, far, far, Interfaces.inside(server), null)),
        List.of(Rules.counter(client, "outbound"), Rules.counter(server, "inbound")));
  }

  @Override
  public Map<String, Long> counters(String pod) throws TestbedException {
    try {
      String answer =
          UnixSocket.get(
              SidecarMesh.socket(directory, pod), "/stats?format=json&usedonly&filter=cx_");
      return EnvoyStats.parse(PREFIX + "." + pod, answer);
    } catch (IOException e) {
      proxies.get(pod).check();
      throw new TestbedException(
          "Envoy of " + pod + " does not tell its counters: " + e.getMessage(), e);
    }
  }

  @Override
  public Map<String, Path> cgroups(Pair pair) {
    Map<String, Path> cgroups = new LinkedHashMap<>();
    cgroups.put("client-proxy", pair.client().proxyCgroup());
    cgroups.put("server-proxy", pair.server().proxyCgroup());
    return cgroups;
  }
}
