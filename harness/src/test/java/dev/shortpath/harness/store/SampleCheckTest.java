package dev.shortpath.harness.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.runner.Fakes;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleCheckTest {
  private static final Metric ONE_WAY =
      new Metric("one-way", "ns", Better.LOWER, "Difference of two clocks.", "here", false);
  private static final Metric ROUND_TRIP =
      new Metric("round-trip", "ns", Better.LOWER, "One clock.", "here");

  @Test
  void aMetricSaysWhetherItMayBeNegative() {
    SampleCheck check =
        new SampleCheck(List.of(ONE_WAY, ROUND_TRIP), Fakes.done(Fakes.run(1).plan().get(0), 2));
    assertNull(check.complaint(new Sample("one-way", 1, -5)));
    assertEquals("round-trip is negative", check.complaint(new Sample("round-trip", 1, -5)));
  }
}
