package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SequencesTest {
  @Test
  void variationIsTheAbsoluteDifferenceOfNeighbours() {
    assertArrayEquals(new double[] {3, 5, 0}, Sequences.variation(new double[] {4, 7, 2, 2}), 0.0);
    assertEquals(0, Sequences.variation(new double[] {4}).length);
    assertEquals(0, Sequences.variation(new double[0]).length);
  }

  /** By hand: D = 16, 0, -32: J = 1, then 1 - 1/16, then 15/16 + (32 - 15/16)/16. */
  @Test
  void jitterFollowsTheRfcByHand() {
    assertArrayEquals(
        new double[] {1, 15.0 / 16, 15.0 / 16 + (32 - 15.0 / 16) / 16},
        Sequences.interarrivalJitter(new double[] {100, 116, 116, 84}),
        1e-15);
  }

  /** RFC 3550, appendix A.8, as printed: arrival and timestamp of each packet in the same clock. */
  @Test
  void jitterFollowsTheRfcsCode() {
    Random random = new Random(3550);
    double[] transits = new double[200];
    double jitter = 0;
    double last = 0;
    double[] expected = new double[199];
    for (int i = 0; i < transits.length; i++) {
      double timestamp = i * 160.0;
      double arrival = timestamp + 1000 + random.nextInt(500);
      double transit = arrival - timestamp;
      transits[i] = transit;
      if (i > 0) {
        double d = transit - last;
        if (d < 0) {
          d = -d;
        }
        jitter += (1. / 16.) * (d - jitter);
        expected[i - 1] = jitter;
      }
      last = transit;
    }
    assertArrayEquals(expected, Sequences.interarrivalJitter(transits), 1e-9);
  }

  @Test
  void steadyTransitsHaveNoJitter() {
    assertArrayEquals(new double[2], Sequences.interarrivalJitter(new double[] {7, 7, 7}), 0.0);
  }

  @Test
  void refusesNaN() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Sequences.interarrivalJitter(new double[] {1, Double.NaN}));
  }
}
