package dev.shortpath.harness.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Experiment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentFileTest {
  private static final String GOOD =
      String.join(
          "\n",
          "name: small",
          "title: A small one",
          "topology: pods",
          "factors:",
          "  mesh: [none, ambient]",
          "  services: [1, 1000]",
          "workloads:",
          "  ping: {type: ping-echo, parameters: {size: 24, no-delay: true}}",
          "profiles:",
          "  quick: {blocks: 2}",
          "claims:",
          "  - id: one",
          "    source: paper",
          "    statement: it is lower",
          "    metric: latency",
          "    statistic: p50",
          "    baseline: {mesh: none}",
          "    treatment: {mesh: ambient}",
          "    direction: lower",
          "    published: {baseline: 4, treatment: 2, unit: us}");

  @Test
  void readsEveryPart() {
    Experiment e = ExperimentFile.read("small.yaml", GOOD);
    assertEquals("small", e.name());
    assertEquals(List.of("1", "1000"), e.factors().get(1).levels());
    assertEquals("true", e.workloads().get("ping").parameters().get("no-delay"));
    assertEquals(0.5, e.claims().get(0).published().ratio());
    assertEquals("p50", e.claims().get(0).baselineStatistic());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "name: small | name: Small | small.yaml:1: name:",
        "topology: pods | topologie: pods | topologie",
        "blocks: 2 | blocks: 0 | small.yaml:10: profiles.quick.blocks:",
        "[none, ambient] | [none, none] | small.yaml:5: factors.mesh:",
        "[none, ambient] | [none, '$(reboot)'] | small.yaml:5: factors.mesh.1:",
        "treatment: {mesh: ambient} | treatment: {mesh: sidecar} | small.yaml:18: claims.0.treatment.mesh: factor mesh has no level 'sidecar'",
        "baseline: {mesh: none} | baseline: {mash: none} | no factor 'mash'; known: [mesh, services]",
        "direction: lower | direction: down | small.yaml:19: claims.0.direction:",
        "title: A small one | title: [ | not YAML",
      })
  void namesFileLineAndField(String good, String bad, String complaint) {
    String wrong = GOOD.replace(good, bad);
    BadInputException e =
        assertThrows(BadInputException.class, () -> ExperimentFile.read("small.yaml", wrong));
    assertTrue(e.getMessage().contains(complaint), e.getMessage());
    assertTrue(e.getMessage().startsWith("small.yaml:"), e.getMessage());
  }

  @Test
  void severalWorkloadsNeedAFactorThatChooses() {
    String two = GOOD.replace("profiles:", "  more: {type: sockperf}\nprofiles:");
    BadInputException e =
        assertThrows(BadInputException.class, () -> ExperimentFile.read("x.yaml", two));
    assertTrue(e.getMessage().contains("add a factor 'workload'"), e.getMessage());
    String chosen = two.replace("factors:", "factors:\n  workload: [ping, more]");
    assertEquals(2, ExperimentFile.read("x.yaml", chosen).workloads().size());
  }

  @Test
  void emptyFileIsNamed() {
    assertThrows(BadInputException.class, () -> ExperimentFile.read("x.yaml", " \n"));
  }

  @Test
  void unknownExperimentNamesTheKnownAndTheOtherWay() {
    BadInputException e = assertThrows(BadInputException.class, () -> Experiments.find("nope"));
    assertTrue(e.getMessage().contains(".yaml"), e.getMessage());
  }
}
