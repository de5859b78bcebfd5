package dev.shortpath.harness.runner;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** Whether other programs keep this machine's processors from what is to be measured. */
public final class Busy {
  private static final Path STAT = Path.of("/proc/stat");
  private static final Duration LOOK = Duration.ofMillis(200);

  /** So often, until it is idle once: what has just started a run may still be at its own end. */
  private static final int LOOKS = 5;

  /** Of all processors' time; an idle machine of two shows 1 to 3 %. */
  private static final double TOO_MUCH = 0.15;

  private static final double NANOS_PER_TICK = 1e7; // USER_HZ is 100 (proc(5))

  /**
   * Processor time since boot, in nanoseconds.
   *
   * @param all of all processors together, idle time too
   * @param others when something other than this process ran
   */
  record Times(double all, double others) {
    /** From the first line of {@code /proc/stat} (proc(5)): user nice system idle iowait irq … */
    static Times parse(String line, long ownNanos) {
      double[] ticks =
          Arrays.stream(line.trim().split("\\s+"))
              .skip(1)
              .limit(8) // guests' time is within user and nice
              .mapToDouble(Double::parseDouble)
              .toArray();
      double all = Arrays.stream(ticks).sum();
      double idle = ticks[3] + ticks[4];
      return new Times(all * NANOS_PER_TICK, (all - idle) * NANOS_PER_TICK - ownNanos);
    }
  }

  private Busy() {}

  /** A warning where the machine is not idle, after a short look; empty where that is unknown. */
  public static Optional<String> warning() throws InterruptedException {
    try {
      Optional<String> warning = Optional.empty();
      for (int i = 0; i < LOOKS; i++) {
        Times before = now();
        Thread.sleep(LOOK.toMillis());
        warning = warning(before, now());
        if (warning.isEmpty()) {
          break;
        }
      }
      return warning;
    } catch (IOException e) {
      return Optional.empty(); // not Linux
    }
  }

  static Optional<String> warning(Times before, Times after) {
    double share = (after.others() - before.others()) / (after.all() - before.all());
    return share < TOO_MUCH
        ? Optional.empty()
        : Optional.of(
            "other programs take "
                + Math.round(100 * share)
                + " % of this machine's processors: figures will scatter, and intervals be wide;"
                + " end them, or wait for them");
  }

  private static Times now() throws IOException {
    String all = Files.readString(STAT, StandardCharsets.US_ASCII);
    long own = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    return Times.parse(all.lines().findFirst().orElseThrow(), own);
  }
}
