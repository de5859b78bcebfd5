package dev.shortpath.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.catalog.Experiments;
import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.PublishedAt;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.experiment.Trend;
import dev.shortpath.harness.runner.RunRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code service-scaling.yaml} plans and claims; no part of a testbed is needed. */
class ServiceScalingTest {
  private static final Experiment EXPERIMENT =
      Experiments.find("src/main/resources/experiments/service-scaling.yaml");

  /** Leiter et al., Table 1 (IPv4, IPv6), Table 2 (max, SD), Table 3 (max, SD). */
  private static final double[][] TABLES = {
    {1, 0.20, 0.85, 1.10, 1.82, 1.08, 1.01},
    {1000, 1.01, 0.78, 1.21, 1.91, 0.92, 0.93},
    {2000, 1.07, 0.95, 1.17, 1.15, 0.95, 0.93},
    {3000, 1.41, 1.22, 1.18, 1.49, 0.91, 0.94},
    {4000, 0.93, 0.56, 0.86, 0.62, 0.86, 0.87},
    {5000, 3.05, 1.33, 0.90, 0.47, 1.16, 1.57},
    {6000, 0.92, 1.20, 1.13, 1.22, 1.05, 1.00},
    {7000, 0.68, 0.74, 0.80, 0.50, 1.18, 0.98},
    {8000, 0.91, 0.56, 1.04, 1.08, 0.65, 0.74},
    {9000, 0.67, 1.07, 0.91, 0.54, 1.09, 1.26},
    {10000, 0.67, 0.88, 0.84, 0.40, 0.87, 0.82},
  };

  @Test
  void theTablesAreThePapers() {
    for (double[] row : TABLES) {
      String services = Integer.toString((int) row[0]);
      assertEquals(row[1], published("table-1-throughput-sd", services, "ipv4"));
      assertEquals(row[2], published("table-1-throughput-sd", services, "ipv6"));
      assertEquals(row[3], published("table-2-delay-max-ipv4", services, "ipv4"));
      assertEquals(row[4], published("table-2-delay-sd-ipv4", services, "ipv4"));
      assertEquals(row[5], published("table-3-delay-max-ipv6", services, "ipv6"));
      assertEquals(row[6], published("table-3-delay-sd-ipv6", services, "ipv6"));
    }
    List<Claim> tables =
        EXPERIMENT.claims().stream().filter(c -> c.id().startsWith("table-")).toList();
    assertEquals(5, tables.size());
    assertEquals(66, tables.stream().mapToInt(c -> c.publishedAt().size()).sum());
    assertTrue(tables.stream().allMatch(c -> c.publishedTrials() == 100));
  }

  @Test
  void whatOthersSayWithoutAFigureHasADirectionOnly() {
    List<Claim> others =
        EXPERIMENT.claims().stream().filter(c -> !c.id().startsWith("table-")).toList();
    for (Claim claim : others) {
      assertNull(claim.published(), claim.id());
      assertEquals(List.<PublishedAt>of(), claim.publishedAt(), claim.id());
      assertTrue(
          claim.source().startsWith("Leiter et al.")
              || claim.source().startsWith("Kubernetes blog"),
          claim.source());
    }
    assertEquals(
        8, others.stream().filter(c -> c.direction() == Direction.EQUAL).count(), "no difference");
  }

  @Test
  void thePaperProfileIsThePapersOwnDesign() {
    List<Treatment> treatments = treatments("paper");
    assertEquals(2 * 11 * 2 * 2, treatments.size());
    assertEquals(Set.of("d-itg"), levels(treatments, "workload"));
    assertEquals(Set.of("iptables-legacy", "ebpf"), levels(treatments, "service-data-plane"));
    assertEquals(100, EXPERIMENT.profiles().get("paper").blocks());
    assertEquals(List.of("services"), EXPERIMENT.slow());
  }

  @Test
  void quickKeepsThePointsThatDecide() {
    List<Treatment> treatments = treatments("quick");
    assertEquals(2 * 2 * 2 * 2, count(treatments, t -> is(t, "workload", "d-itg")));
    assertEquals(2 * (3 + 2) + 2 * 4 + 1, count(treatments, t -> is(t, "workload", "connect")));
    assertEquals(2, count(treatments, t -> is(t, "workload", "programming")));
    assertEquals(37, treatments.size());
    assertTrue(EXPERIMENT.profiles().get("quick").blocks() >= 8, "a deviation has its interval");
  }

  @Test
  void fullLeavesNothingOutThatMeansSomething() {
    List<Treatment> treatments = treatments("full");
    // Four data planes at eleven numbers of Services, and none of them once.
    assertEquals((4 * 11 + 1) * 2 * 2, count(treatments, t -> is(t, "workload", "d-itg")));
    assertEquals(
        (4 * 11 * 3 + 1) * 2 * 2 * 2, count(treatments, t -> is(t, "workload", "connect")));
    assertEquals(
        0, count(treatments, t -> is(t, "service-data-plane", "none") && !is(t, "services", "1")));
  }

  /** Testbed k3s has one protocol and one policy in a run, and no legacy rules. */
  @Test
  void theKubeProxyProfileIsWhatARealKubeProxyCanSwitch() {
    List<Treatment> treatments = treatments("kube-proxy");
    assertEquals(
        Set.of("none", "iptables-nft", "nftables"), levels(treatments, "service-data-plane"));
    assertEquals(Set.of("tcp"), levels(treatments, "protocol"));
    assertEquals(Set.of("local"), levels(treatments, "traffic-policy"));
    assertEquals(Set.of("node-port"), levels(treatments, "access"));
    assertEquals(2 * (3 * 2 * 2 + 2 * 2 + 3) + 2 + 2, treatments.size());
  }

  /** All but what is said of ClusterIPs, which only the full profile has. */
  @Test
  void theQuickProfileCanHearEveryClaim() {
    List<Claim> claims = EXPERIMENT.claims();
    canHear("quick", claims.stream().filter(c -> !c.baseline().containsKey("access")).toList());
    canHear("full", claims);
    List<Claim> others = claims.stream().filter(c -> c.baseline().containsKey("access")).toList();
    assertEquals(
        List.of("blog-nftables-as-best-of-iptables"), others.stream().map(Claim::id).toList());
    Claim best = others.get(0);
    assertEquals(Direction.EQUAL, best.direction());
    // Any other Service of the chain, and any NodePort, costs iptables more than its best case.
    for (Map<String, String> side : List.of(best.baseline(), best.treatment())) {
      assertEquals("first", side.get("position"));
      assertEquals("cluster-ip", side.get("access"));
    }
  }

  private static void canHear(String profile, List<Claim> claims) {
    List<Treatment> treatments = treatments(profile);
    for (Claim claim : claims) {
      assertTrue(
          treatments.stream().anyMatch(t -> t.matches(claim.baseline())), claim.id() + " baseline");
      assertTrue(
          treatments.stream().anyMatch(t -> t.matches(claim.treatment())),
          claim.id() + " treatment");
      assertTrue(claim.baseline().containsKey("workload"), claim.id() + " names its workload");
    }
    assertTrue(EXPERIMENT.trends().contains(new Trend("connect", "p50", "services")));
  }

  private static Double published(String id, String services, String family) {
    Claim claim =
        EXPERIMENT.claims().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
    Treatment both = new Treatment(Map.of("services", services, "ip-family", family));
    return claim.of(both, both).published().ratio();
  }

  private static List<Treatment> treatments(String profile) {
    return Plan.treatments(
        new RunRequest(
                EXPERIMENT,
                profile,
                Map.of(),
                Map.of(),
                java.util.OptionalInt.empty(),
                "netns",
                Map.of(),
                1,
                List.of())
            .effective((type, parameter) -> true));
  }

  private static boolean is(Treatment treatment, String factor, String level) {
    return treatment.level(factor, "").equals(level);
  }

  private static long count(List<Treatment> treatments, Predicate<Treatment> which) {
    return treatments.stream().filter(which).count();
  }

  private static Set<String> levels(List<Treatment> treatments, String factor) {
    return treatments.stream().map(t -> t.level(factor, "")).collect(Collectors.toSet());
  }
}
