package dev.shortpath.harness.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Experiment EXPERIMENT =
      new Experiment(
          "e",
          "t",
          "",
          "pods",
          Map.of(),
          List.of(
              new Factor("mesh", List.of("none", "ambient")),
              new Factor("shortcut", List.of("off", "sockmap"))),
          Map.of("w", new WorkloadSpec("w", Map.of())),
          List.of(Map.of("mesh", "ambient", "shortcut", "off")),
          List.of(),
          Map.of());

  @Test
  void everyBlockHoldsEveryTreatmentOnceAndTheRepeatedTwice() {
    List<Trial> plan = Plan.trials(EXPERIMENT, 3, 7);
    assertEquals(15, plan.size());
    assertEquals(
        IntStream.rangeClosed(1, 15).boxed().toList(), plan.stream().map(Trial::number).toList());
    for (int block = 1; block <= 3; block++) {
      int b = block;
      Set<String> cells =
          plan.stream()
              .filter(t -> t.block() == b)
              .map(t -> t.treatment().id() + "#" + t.replica())
              .collect(Collectors.toSet());
      assertEquals(
          Set.of(
              "mesh=none,shortcut=off#1",
              "mesh=none,shortcut=sockmap#1",
              "mesh=ambient,shortcut=off#1",
              "mesh=ambient,shortcut=off#2",
              "mesh=ambient,shortcut=sockmap#1"),
          cells);
    }
  }

  @Test
  void theSeedDecidesTheOrder() {
    assertEquals(Plan.trials(EXPERIMENT, 4, 1), Plan.trials(EXPERIMENT, 4, 1));
    assertNotEquals(Plan.trials(EXPERIMENT, 4, 1), Plan.trials(EXPERIMENT, 4, 2));
  }

  /** Four levels of a slow factor, six treatments of each, of which one repeated. */
  private static final Experiment SLOW =
      new Experiment(
          "e",
          "t",
          "",
          "pods",
          Map.of(),
          List.of(
              new Factor("services", List.of("1", "10", "100", "1000")),
              new Factor("plane", List.of("a", "b", "c")),
              new Factor("ip-family", List.of("ipv4", "ipv6"))),
          Map.of("w", new WorkloadSpec("w", Map.of())),
          List.of(Map.of("plane", "a", "ip-family", "ipv4")),
          List.of(),
          Map.of(),
          List.of("services"),
          List.of(),
          List.of());

  @Test
  void slowFactorsChangeOnceALevelInABlock() {
    for (long seed = 0; seed < 50; seed++) {
      List<Trial> plan = Plan.trials(SLOW, 4, seed);
      assertEquals(4 * 4 * 7, plan.size());
      for (int block = 1; block <= 4; block++) {
        List<Trial> trials = block(plan, block);
        assertEquals(28, Set.copyOf(cells(trials)).size(), "every treatment once");
        assertEquals(4, runs(trials, "services").size(), "each group stands together");
        assertEquals(4, Set.copyOf(runs(trials, "services")).size());
      }
      assertEquals(
          4 * 4 - 3, runs(plan, "services").size(), "no change from one block to the next");
    }
  }

  /** What stands first in one block stands elsewhere in others: time is no level's accomplice. */
  @Test
  void aDriftCannotLineUpWithALevel() {
    List<Trial> plan = Plan.trials(SLOW, 400, 11);
    for (String factor : List.of("services", "plane", "ip-family")) {
      Map<String, Double> places =
          plan.stream()
              .collect(
                  Collectors.groupingBy(
                      t -> t.treatment().level(factor, ""),
                      Collectors.averagingDouble(t -> (t.number() - 1) % 28)));
      // The mean place of a level over 400 blocks; a place's SD is 8.08 at most, its error 0.40.
      places.forEach(
          (level, place) ->
              assertEquals(13.5, place, 4 * 0.42, factor + "=" + level + ": " + place));
    }
    Set<List<String>> orders =
        IntStream.rangeClosed(1, 400)
            .mapToObj(block -> runs(block(plan, block), "services"))
            .collect(Collectors.toSet());
    assertEquals(24, orders.size(), "every order of the four groups comes up");
    Set<List<String>> within =
        IntStream.rangeClosed(1, 20)
            .mapToObj(
                block ->
                    cells(
                        block(plan, block).stream()
                            .filter(t -> t.treatment().level("services", "").equals("1"))
                            .toList()))
            .collect(Collectors.toSet());
    assertEquals(20, within.size(), "and so does the order within a group");
  }

  /** The generator is specified (java.util.Random), so this holds on every JVM. */
  @Test
  void theOrderOfASeedIsForEver() {
    assertEquals(
        List.of("1000", "1", "10", "100"), runs(block(Plan.trials(SLOW, 1, 1), 1), "services"));
    assertEquals(Plan.trials(SLOW, 4, 1), Plan.trials(SLOW, 4, 1));
    assertNotEquals(Plan.trials(SLOW, 4, 1), Plan.trials(SLOW, 4, 2));
  }

  @Test
  void severalSlowFactorsGroupTogether() {
    Experiment two = slow(List.of("services", "plane"), List.of());
    List<Trial> trials = block(Plan.trials(two, 1, 3), 1);
    assertEquals(
        12,
        runs(trials, "services", "plane").size(),
        "a group for each combination of the slow factors' levels");
  }

  @Test
  void whatIsExcludedIsNotPlanned() {
    Experiment some =
        slow(
            List.of("services"),
            List.of(
                Map.of("plane", List.of("b", "c"), "services", List.of("10", "100")),
                Map.of("ip-family", List.of("ipv6"), "plane", List.of("a"))));
    List<Treatment> treatments = Plan.treatments(some);
    // 24 combinations, less 2 x 2 x 2, less the 4 of plane a with ipv6.
    assertEquals(12, treatments.size());
    assertEquals(
        Set.of("plane=a,ip-family=ipv4"),
        treatments.stream()
            .filter(t -> t.level("services", "").equals("10"))
            .map(t -> t.id().substring("services=10,".length()))
            .collect(Collectors.toSet()));
    assertEquals(
        Set.copyOf(treatments),
        Plan.trials(some, 1, 5).stream().map(Trial::treatment).collect(Collectors.toSet()));
    assertEquals(24, Plan.combinations(some.factors()).size());
  }

  private static Experiment slow(List<String> slow, List<Map<String, List<String>>> exclude) {
    return new Experiment(
        SLOW.name(),
        SLOW.title(),
        "",
        SLOW.topology(),
        Map.of(),
        SLOW.factors(),
        SLOW.workloads(),
        List.of(),
        List.of(),
        Map.of(),
        slow,
        exclude,
        List.of());
  }

  private static List<Trial> block(List<Trial> plan, int block) {
    return plan.stream().filter(t -> t.block() == block).toList();
  }

  private static List<String> cells(List<Trial> trials) {
    return trials.stream().map(t -> t.treatment().id() + "#" + t.replica()).toList();
  }

  /** The levels of some factors in order of execution, neighbours that are equal counted once. */
  private static List<String> runs(List<Trial> trials, String... factors) {
    List<String> runs = new ArrayList<>();
    for (Trial trial : trials) {
      String level =
          Stream.of(factors)
              .map(f -> trial.treatment().level(f, ""))
              .collect(Collectors.joining(","));
      if (runs.isEmpty() || !runs.get(runs.size() - 1).equals(level)) {
        runs.add(level);
      }
    }
    return runs;
  }

  @Test
  void namesFollowOneRule() {
    assertThrows(IllegalArgumentException.class, () -> new Factor("Mesh", List.of("a")));
    assertThrows(IllegalArgumentException.class, () -> new Factor("mesh", List.of("a/../b")));
    assertThrows(IllegalArgumentException.class, () -> new Factor("mesh", List.of()));
  }
}
