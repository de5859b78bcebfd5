package dev.shortpath.harness.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Treatment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StrataTest {
  private static final Factor MESH = new Factor("mesh", List.of("none", "ambient"));
  private static final Factor SHORTCUT = new Factor("shortcut", List.of("off", "sockmap"));
  private static final Factor FAMILY = new Factor("ip-family", List.of("ipv4", "ipv6"));
  private static final Factor PLACE = new Factor("placement", List.of("one-node"));

  @Test
  void eachOpenFactorMakesStrata() {
    List<Strata.Pair> pairs =
        strata()
            .of(
                claim(
                    Map.of("mesh", "none", "shortcut", "off"),
                    Map.of("mesh", "none", "shortcut", "sockmap")));
    assertEquals(
        List.of(Map.of("ip-family", "ipv4"), Map.of("ip-family", "ipv6")),
        pairs.stream().map(Strata.Pair::stratum).collect(Collectors.toList()),
        "a factor with a single level is no stratum");
    assertEquals(
        4, strata().of(claim(Map.of("shortcut", "off"), Map.of("shortcut", "sockmap"))).size());
  }

  @Test
  void sidesMayDifferInSeveralFactors() {
    List<Strata.Pair> pairs =
        strata()
            .of(
                claim(
                    Map.of("mesh", "none", "shortcut", "off"),
                    Map.of("mesh", "ambient", "shortcut", "sockmap")));
    assertEquals(2, pairs.size());
    assertEquals(
        "mesh=ambient,shortcut=sockmap,ip-family=ipv4,placement=one-node",
        pairs.get(0).treatment().id());
  }

  @Test
  void aFactorThatOneSideNamesHoldsForBoth() {
    List<Strata.Pair> pairs =
        strata().of(claim(Map.of("mesh", "none"), Map.of("mesh", "ambient", "shortcut", "off")));
    assertEquals(2, pairs.size());
    assertTrue(pairs.stream().allMatch(p -> p.baseline().level("shortcut", "").equals("off")));
  }

  @Test
  void whatTheRunLacksMakesNoPair() {
    assertTrue(strata().of(claim(Map.of("mesh", "sidecar"), Map.of("mesh", "none"))).isEmpty());
  }

  @Test
  void treatmentsStandInTheOrderOfLevels() {
    assertEquals(
        "mesh=none,shortcut=off,ip-family=ipv4,placement=one-node",
        strata().treatments().get(0).id());
    assertEquals(8, strata().treatments().size());
  }

  private static Claim claim(Map<String, String> baseline, Map<String, String> treatment) {
    return new Claim(
        "claim", "s", "t", "latency", "p50", null, baseline, treatment, Direction.LOWER, null);
  }

  private static Strata strata() {
    List<Treatment> planned = new ArrayList<>();
    for (String family : List.of("ipv6", "ipv4")) {
      for (String mesh : List.of("ambient", "none")) {
        for (String shortcut : List.of("sockmap", "off")) {
          Map<String, String> levels = new LinkedHashMap<>();
          levels.put("mesh", mesh);
          levels.put("shortcut", shortcut);
          levels.put("ip-family", family);
          levels.put("placement", "one-node");
          planned.add(new Treatment(levels));
          planned.add(new Treatment(levels));
        }
      }
    }
    return new Strata(
        new Experiment(
            "made-up",
            "t",
            "d",
            "pods",
            Map.of(),
            List.of(MESH, SHORTCUT, FAMILY, PLACE),
            Map.of(),
            List.of(),
            List.of(),
            Map.of()),
        planned);
  }
}
