package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.testbed.k3s.KubeProxyWorld;
import dev.shortpath.testbed.k3s.NeedsKubeNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract, held by a cluster's own kube-proxy: Services are created, changed and removed in
 * the API.
 */
@Tag("k3s")
@Tag("nightly")
@ExtendWith(NeedsKubeNode.class)
abstract class KubeProxyContract extends ServiceDataPlaneContract {
  private static final List<String> SERVED = List.of("a", "b", "c", "r");

  @TempDir static Path work;

  KubeProxyWorld cluster;
  private final Map<String, Peer> peers = new HashMap<>();

  /** Name of the data plane that the node's kube-proxy is. */
  abstract String name();

  @Override
  ServiceDataPlane dataPlane() {
    throw new UnsupportedOperationException("it is the cluster's own");
  }

  /** Each is created in the API, and there is none but this to wait for. */
  @Override
  int crowd() {
    return 1000;
  }

  @Override
  Optional<String> cannot(String test) {
    return test.equals("whatFailsLeavesWhatWas")
        ? Optional.of(
            "the API takes Services one by one: what was taken before one is refused stays")
        : Optional.empty();
  }

  @Override
  void begin() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root: use sudo");
    cluster = KubeProxyWorld.open(name(), work, "shop", "crowd");
    plane = cluster.plane();
    peers.put("client", Peer.start(cluster.launcher("client")));
    for (String pod : SERVED) {
      peers.put(pod, Peer.start(cluster.launcher(pod)));
      peers.get(pod).serve(pod, ServiceWorld.PORT);
    }
    places =
        new ServicePlaces() {
          @Override
          public Peer peer(String place) {
            return peers.get(place);
          }

          @Override
          public DataPlaneNode node() {
            return cluster.node();
          }

          @Override
          public Set<String> ownAddresses() {
            return cluster.ownAddresses();
          }
        };
  }

  @Override
  void end() throws Exception {
    peers.values().forEach(Peer::close);
    if (cluster != null) {
      cluster.close();
    }
  }
}
