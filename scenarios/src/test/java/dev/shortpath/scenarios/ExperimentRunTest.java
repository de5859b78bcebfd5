package dev.shortpath.scenarios;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.harness.catalog.Experiments;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** What JUnit is told of a claim. */
class ExperimentRunTest {
  @Test
  void aFindingPassesUnlessClaimsAreTakenStrictly() {
    assertDoesNotThrow(() -> ExperimentRun.check(judged(Verdict.NOT_REPRODUCED), false));
    assertDoesNotThrow(() -> ExperimentRun.check(judged(Verdict.REPRODUCED), true));
    AssertionFailedError failure =
        assertThrows(
            AssertionFailedError.class,
            () -> ExperimentRun.check(judged(Verdict.NOT_REPRODUCED), true));
    for (String part : new String[] {id(), "mesh=none", "not reproduced", "+3.0 % here"}) {
      assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }
    assertEquals(0, failure.getStackTrace().length);
  }

  @Test
  void whatIsInconclusiveIsSkippedWithItsReason() {
    TestAbortedException skipped =
        assertThrows(
            TestAbortedException.class,
            () -> ExperimentRun.check(judged(Verdict.INCONCLUSIVE), true));
    assertTrue(skipped.getMessage().contains("+3.0 % here"), skipped.getMessage());
  }

  private static Judgement judged(Verdict verdict) {
    return new Judgement(
        Experiments.find("eztunnel").claims().get(0),
        Map.of("mesh", "none"),
        verdict,
        "+3.0 % here",
        null,
        null);
  }

  private static String id() {
    return Experiments.find("eztunnel").claims().get(0).id();
  }
}
