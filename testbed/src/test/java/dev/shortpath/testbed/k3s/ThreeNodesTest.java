package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two agents that joined one server: they reach each other without it. */
@Tag("k3s")
@Tag("nightly")
@ExtendWith(NeedsKubeNode.class)
class ThreeNodesTest {
  @Test
  void podsOfTwoAgentsReachEachOther() throws Exception {
    try (KubeCluster cluster = KubeCluster.onNetwork(false)) {
      cluster.startServer("server", "--token=three");
      for (String name : List.of("one", "other")) {
        cluster.startAgent(name, "--server=https://server:6443", "--token=three");
      }
      KubePods pods = new KubePods(cluster.client());
      pods.start("near", "one");
      pods.start("far", "other");
      pods.awaitReady("near", "far");
      assertEquals("far", pods.fetch("near", pods.addresses("far").get(0), KubePods.PORT));
      assertEquals("near", pods.fetch("far", pods.addresses("near").get(0), KubePods.PORT));
      assertEquals(
          List.of("one", "other", "server"),
          List.copyOf(
              cluster.client().nodes().list().getItems().stream()
                  .map(node -> node.getMetadata().getName())
                  .collect(Collectors.toCollection(TreeSet::new))));
    }
  }
}
