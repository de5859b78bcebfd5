package dev.shortpath.harness.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.catalog.BadInputException;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.experiment.WorkloadSpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** From experiment, profile and command line to what is carried out. */
class RunRequestTest {
  /** Two types that share a parameter's name with another meaning. */
  private static final Map<String, Set<String>> KNOWN =
      Map.of("rates", Set.of("duration-s", "count"), "connects", Set.of("count", "interval-us"));

  private static final BiPredicate<String, String> KNOWS =
      (type, name) -> KNOWN.get(type).contains(name);

  private static final Experiment EXPERIMENT =
      new Experiment(
          "e",
          "t",
          "",
          "pods",
          Map.of(),
          List.of(
              new Factor("services", List.of("1", "1000")),
              new Factor("workload", List.of("rate", "connect"))),
          Map.of(
              "rate", new WorkloadSpec("rates", Map.of("duration-s", "30")),
              "connect", new WorkloadSpec("connects", Map.of("count", "10"))),
          List.of(),
          List.of(),
          Map.of(
              "quick",
              new Profile(
                  3,
                  Map.of("count", "5", "interval-us", "9"),
                  Map.of("services", List.of("1", "5000")),
                  Map.of("connect", Map.of("count", "200"), "rate", Map.of("duration-s", "2")),
                  List.of(Map.of("services", List.of("5000"), "workload", List.of("rate"))))),
          List.of("services"),
          List.of(Map.of("services", List.of("1000"), "workload", List.of("connect"))),
          List.of());

  @Test
  void aProfileGivesEachWorkloadItsOwn() {
    Experiment effective = request(Map.of(), Map.of()).effective(KNOWS);
    assertEquals(
        Map.of("duration-s", "2", "count", "5"), effective.workloads().get("rate").parameters());
    assertEquals(
        Map.of("count", "200", "interval-us", "9"),
        effective.workloads().get("connect").parameters());
  }

  @Test
  void theCommandLineWinsForAllOrForOne() {
    Experiment effective =
        request(Map.of(), Map.of("count", "1", "connect.count", "2")).effective(KNOWS);
    assertEquals("1", effective.workloads().get("rate").parameters().get("count"));
    assertEquals("2", effective.workloads().get("connect").parameters().get("count"));
  }

  @Test
  void aProfileLeavesOutWhatItDoesNotNeedBesideTheExperiment() {
    Experiment effective = request(Map.of(), Map.of()).effective(KNOWS);
    assertEquals(
        Set.of(
            "services=1,workload=rate",
            "services=1,workload=connect",
            "services=5000,workload=connect"),
        Plan.treatments(effective).stream().map(Treatment::id).collect(Collectors.toSet()));
    assertEquals(List.of("services"), effective.slow());
    assertEquals(2, effective.exclude().size());
  }

  @Test
  void blocksReplaceTheProfilesOwnAndNothingElse() {
    RunRequest request =
        new RunRequest(
            EXPERIMENT,
            "quick",
            Map.of(),
            Map.of(),
            OptionalInt.of(7),
            "x",
            Map.of(),
            1,
            List.of());
    assertEquals(7, request.effectiveProfile().blocks());
    assertEquals(
        EXPERIMENT.profiles().get("quick").workloads(), request.effectiveProfile().workloads());
    assertEquals(
        EXPERIMENT.profiles().get("quick").exclude(), request.effectiveProfile().exclude());
  }

  @Test
  void nothingLeftToDoIsSaid() {
    complaint(
        Map.of("services", List.of("5000"), "workload", List.of("rate")),
        Map.of(),
        "exclude leaves no treatment");
  }

  @Test
  void whatNoWorkloadHasIsSaid() {
    complaint(Map.of(), Map.of("speed", "1"), "has a parameter 'speed'");
    complaint(Map.of(), Map.of("fly.count", "1"), "has no workload 'fly'");
  }

  private static void complaint(
      Map<String, List<String>> levels, Map<String, String> parameters, String complaint) {
    BadInputException e =
        assertThrows(BadInputException.class, () -> request(levels, parameters).effective(KNOWS));
    assertTrue(e.getMessage().contains(complaint), e.getMessage());
  }

  private static RunRequest request(
      Map<String, List<String>> levels, Map<String, String> parameters) {
    return new RunRequest(
        EXPERIMENT, "quick", levels, parameters, OptionalInt.empty(), "x", Map.of(), 1, List.of());
  }
}
