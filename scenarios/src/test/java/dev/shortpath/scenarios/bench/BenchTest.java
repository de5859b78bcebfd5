package dev.shortpath.scenarios.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTest {
  @Test
  void everyFigureHasANameOfItsOwnAndIsDocumented() throws Exception {
    List<String> known = Bench.known();
    assertEquals(known.size(), new HashSet<>(known).size(), known.toString());
    Path root = Path.of(System.getProperty("shortpath.home", ".."));
    String documented = Files.readString(root.resolve("docs/verified.md"));
    for (String name : known) {
      assertTrue(documented.contains("`" + name + "`"), name);
    }
  }

  @Test
  void eachRoundSwapsTheOrderAndTheRatioIsThatOfRoundsNotOfMedians() throws Exception {
    List<String> order = new ArrayList<>();
    double[] values = {10, 20, 90};
    double[] references = {20, 10, 100};
    int[] taken = new int[2];
    Figure figure =
        Alternating.figure(
            "some",
            "ns",
            "<= 1",
            3,
            () -> {
              order.add("value");
              return values[taken[0]++];
            },
            () -> {
              order.add("reference");
              return references[taken[1]++];
            });
    assertEquals(List.of("value", "reference", "reference", "value", "value", "reference"), order);
    assertEquals(20, figure.value());
    assertEquals(20, figure.reference());
    assertEquals(0.9, figure.ratio(), "of 0.5, 2 and 0.9");
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetween() {
    assertEquals(2.5, Alternating.median(new double[] {4, 1, 3, 2}));
  }
}
