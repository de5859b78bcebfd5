package dev.shortpath.harness.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.experiment.Trend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  private static final String MORE =
      String.join(
          "\n",
          "name: more",
          "title: With everything",
          "topology: pods",
          "factors:",
          "  services: [1, 1000]",
          "  plane: [a, b]",
          "  workload: [ping, pong]",
          "slow: [services]",
          "exclude:",
          "  - {plane: [b], services: [1]}",
          "workloads:",
          "  ping: {type: ping-echo}",
          "  pong: {type: ping-echo}",
          "profiles:",
          "  quick:",
          "    blocks: 2",
          "    levels: {services: [1, 5000]}",
          "    workloads: {pong: {count: 7}}",
          "    exclude: [{services: [5000], workload: [ping]}]",
          "trends:",
          "  - {metric: latency, statistic: p50, over: services}",
          "claims:",
          "  - id: one",
          "    source: paper",
          "    statement: it is lower",
          "    metric: latency",
          "    statistic: sd",
          "    baseline: {plane: a}",
          "    treatment: {plane: b}",
          "    direction: lower",
          "    published-trials: 100",
          "    published:",
          "      - {at: {services: 1}, ratio: 1.2}",
          "      - {at: {services: 5000}, baseline: 4, treatment: 2, unit: us}");

  @Test
  void readsWhatIsSlowExcludedPublishedByStratumAndAskedAsATrend() {
    Experiment e = ExperimentFile.read("more.yaml", MORE);
    assertEquals(List.of("services"), e.slow());
    assertEquals(List.of(Map.of("plane", List.of("b"), "services", List.of("1"))), e.exclude());
    assertEquals(List.of(new Trend("latency", "p50", "services")), e.trends());
    Profile quick = e.profiles().get("quick");
    assertEquals(Map.of("pong", Map.of("count", "7")), quick.workloads());
    assertEquals(
        List.of(Map.of("services", List.of("5000"), "workload", List.of("ping"))), quick.exclude());
    Claim claim = e.claims().get(0);
    assertEquals(100, claim.publishedTrials());
    assertEquals(1.2, at(claim, "1").published().ratio());
    assertEquals(Direction.HIGHER, at(claim, "1").direction(), "the figure says which way");
    assertEquals(0.5, at(claim, "5000").published().ratio());
    assertEquals(Direction.LOWER, at(claim, "5000").direction());
    assertNull(at(claim, "1000").published());
    assertEquals(Direction.LOWER, at(claim, "1000").direction());
  }

  private static Claim at(Claim claim, String services) {
    return claim.of(
        new Treatment(Map.of("plane", "a", "services", services)),
        new Treatment(Map.of("plane", "b", "services", services)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "slow: [services] | slow: [service] | more.yaml:8: slow.0: no factor 'service'; known: [services, plane, workload]",
        "slow: [services] | slow: [plane, plane] | more.yaml:8: slow:",
        "- {plane: [b], services: [1]} | - {plan: [b]} | more.yaml:10: exclude.0.plan: no factor 'plan'",
        "- {plane: [b], services: [1]} | - {plane: [a, c]} | more.yaml:10: exclude.0.plane.1: factor plane has no level 'c'",
        "- {plane: [b], services: [1]} | - {} | more.yaml:10: exclude.0:",
        "- {plane: [b], services: [1]} | - {plane: b} | more.yaml:10: exclude.0.plane:",
        "[{services: [5000], workload: [ping]}] | [{services: [50]}] | more.yaml:19: profiles.quick.exclude.0.services.0: factor services has no level '50'",
        "{pong: {count: 7}} | {pang: {count: 7}} | more.yaml:18: profiles.quick.workloads.pang: no workload 'pang'",
        "over: services | over: plane | more.yaml:21: trends.0.over: factor plane has a level 'a' that is no number",
        "over: services | over: serv | more.yaml:21: trends.0.over: no factor 'serv'",
        "at: {services: 1} | at: {services: 2} | more.yaml:33: claims.0.published.0.at.services: factor services has no level '2'",
        "at: {services: 1} | at: {plane: a} | more.yaml:33: claims.0.published.0.at.plane: the claim names both sides' plane itself",
        "at: {services: 1}, ratio: 1.2 | at: {services: 1} | more.yaml:33: claims.0.published.0:",
        "published-trials: 100 | published-trials: 1 | more.yaml:31: claims.0.published-trials:",
      })
  void namesFileLineAndFieldOfTheRest(String good, String bad, String complaint) {
    assertTrue(MORE.contains(good), good);
    BadInputException e =
        assertThrows(
            BadInputException.class,
            () -> ExperimentFile.read("more.yaml", MORE.replace(good, bad)));
    assertTrue(e.getMessage().contains(complaint), e.getMessage());
  }

  @Test
  void trialsOfTheSourceNeedAFigure() {
    String none = MORE.substring(0, MORE.indexOf("    published:\n"));
    BadInputException e =
        assertThrows(BadInputException.class, () -> ExperimentFile.read("more.yaml", none));
    assertTrue(e.getMessage().contains("claims.0.published-trials: "), e.getMessage());
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
        "title: A small one | topology: pods | small.yaml:3: not YAML: Duplicate field 'topology'",
        "baseline: 4 | baseline: .nan | small.yaml:20: .nan is no number",
        "baseline: 4 | baseline: -.inf | small.yaml:20: -.inf is no number",
        "{mesh: ambient} | *which | small.yaml:18: alias *which: write out",
      })
  void namesFileLineAndField(String good, String bad, String complaint) {
    String wrong = GOOD.replace(good, bad);
    BadInputException e =
        assertThrows(BadInputException.class, () -> ExperimentFile.read("small.yaml", wrong));
    assertTrue(e.getMessage().contains(complaint), e.getMessage());
    assertTrue(e.getMessage().startsWith("small.yaml:"), e.getMessage());
  }

  @Test
  void whatATreeWouldNotShowIsRefused() {
    assertComplaint("x.yaml:22: a second document", GOOD + "\n---\nname: other\n");
    assertComplaint("x.yaml:1: not YAML: ", "[".repeat(100_000));
    assertComplaint("x.yaml:1: longer than", "#" + "x".repeat(YamlText.MAX_BYTES));
  }

  private static void assertComplaint(String complaint, String yaml) {
    BadInputException e =
        assertThrows(BadInputException.class, () -> ExperimentFile.read("x.yaml", yaml));
    assertTrue(e.getMessage().startsWith(complaint), e.getMessage());
  }

  @Test
  void aFileOfAnotherKindIsNamed(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("x.yaml");
    Files.writeString(file, GOOD, StandardCharsets.UTF_16);
    assertFileComplaint(file, "no UTF-8 text");
    Files.writeString(file, " ".repeat(YamlText.MAX_BYTES + 1));
    assertFileComplaint(file, "longer than");
    assertFileComplaint(Files.createDirectory(directory.resolve("d.yaml")), "cannot read");
  }

  private static void assertFileComplaint(Path file, String complaint) {
    BadInputException e =
        assertThrows(BadInputException.class, () -> Experiments.find(file.toString()));
    assertTrue(e.getMessage().contains(complaint), e.getMessage());
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
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
