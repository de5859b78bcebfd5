package dev.shortpath.harness.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

  @Test
  void namesFollowOneRule() {
    assertThrows(IllegalArgumentException.class, () -> new Factor("Mesh", List.of("a")));
    assertThrows(IllegalArgumentException.class, () -> new Factor("mesh", List.of("a/../b")));
    assertThrows(IllegalArgumentException.class, () -> new Factor("mesh", List.of()));
  }
}
