package dev.shortpath.reports.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shortpath.harness.analysis.Interval;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void nanosecondsAreShownAsMicroseconds() {
    Scale scale = Scale.of("ns", 485_818);
    assertEquals("485.82", scale.text(485_818));
    assertEquals("p50, µs", scale.heading("p50"));
    assertEquals("0.011", scale.text(11));
    assertEquals("12\u202f346", scale.text(12_345_678));
    assertEquals("−1.50", scale.text(-1500));
    assertEquals("0", scale.text(0));
    assertEquals("–", scale.text(Double.NaN));
  }

  @Test
  void unitsFollowTheSize() {
    assertEquals("MiB", Scale.of("bytes", 5e6).symbol());
    assertEquals("476.84", Scale.of("bytes", 5e8).text(5e8));
    assertEquals("Mbit/s", Scale.of("bit/s", 5e8).symbol());
    assertEquals("ms", Scale.of("s", 0.004).symbol());
    assertEquals("4.00", Scale.of("s", 0.004).text(0.004));
    assertEquals("s", Scale.of("s", 3).symbol());
    assertEquals("µs", Scale.of("s", 1.5e-5).symbol(), "CPU time for one more of 10 000 Services");
    assertEquals("15.00", Scale.of("s", 1.5e-5).text(1.5e-5));
    assertEquals("ns", Scale.of("s", 2e-9).symbol());
    assertEquals("s", Scale.of("s", 0).symbol());
    assertEquals("ms", Scale.of("ns", 7e8).symbol());
    assertEquals("s", Scale.of("ns", 7e10).symbol());
    assertEquals("µs", Scale.of("ns", 480_000).symbol());
    assertEquals("ns", Scale.of("ns", 16).symbol());
    assertEquals("Gbit/s", Scale.of("bit/s", 2e10).symbol());
    assertEquals("widgets", Scale.of("widgets", 3).symbol());
    assertEquals("", Scale.of(null, 3).symbol());
  }

  @Test
  void changesCarryTheirSign() {
    assertEquals("−21.35\u00a0%", Figures.change(0.7865));
    assertEquals("+5.00\u00a0%", Figures.change(1.05));
    assertEquals("0.00\u00a0%", Figures.change(0.9999999));
    assertEquals("[−22.10,\u00a0+0.31]\u00a0%", Figures.change(new Interval(0.779, 1.0031, 0.95)));
    assertEquals("no interval", Figures.change((Interval) null));
  }

  @Test
  void anIntervalWithoutEndIsNotWrittenInFull() {
    Scale micros = Scale.of("ns", 480_000);
    assertEquals(
        "[0,\u00a0over 12\u202f000]",
        micros.interval(12e3, new Interval(0, 28_390_939_300_074e3, 0.95)));
    assertEquals("0", micros.text(1e-6), "no zeros after the point");
    assertEquals("[11.00,\u00a013.00]", micros.interval(12e3, new Interval(11e3, 13e3, 0.95)));
    assertEquals(
        "[−90.00,\u00a090.00]",
        micros.interval(0.5, new Interval(-90e3, 90e3, 0.95)),
        "a slope near 0 has such intervals");
    assertEquals("[0.500,\u00a0over 2000.000]", Figures.interval(2, new Interval(0.5, 9e9, 0.95)));
  }

  @Test
  void numbersForProgramsKeepEveryDigit() {
    for (double v : new double[] {0.1, 1e-12, 123456789.25, 745289.8, 1.0 / 3}) {
      assertEquals(v, Double.parseDouble(Figures.raw(v)));
    }
    assertEquals("100", Figures.raw(100.0));
    assertEquals("0", Figures.raw(0.0));
    assertEquals("", Figures.raw(Double.NaN));
    assertEquals("", Figures.raw((Number) null));
  }

  @Test
  void ticksAndCountsAreShort() {
    assertEquals("0.3", Figures.tick(0.1 + 0.2));
    assertEquals("1000", Figures.tick(1000));
    assertEquals("−2.5", Figures.tick(-2.5));
    assertEquals("10\u202f000", Figures.tick(10_000));
    assertEquals("12\u202f500.5", Figures.tick(12_500.5), "ticks must differ");
    assertEquals("1\u202f234\u202f567", Figures.count(1_234_567));
    assertEquals("1 trial", Figures.counted(1, "trial"));
    assertEquals("0 trials", Figures.counted(0, "trial"));
    assertEquals("< 0.0001", Figures.probability(1e-9));
    assertEquals("–", Figures.probability(null));
    assertEquals("lowers it by 21.35\u00a0%.", Figures.together("lowers it by 21.35 %."));
  }
}
