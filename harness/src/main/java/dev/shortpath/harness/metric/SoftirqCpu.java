package dev.shortpath.harness.metric;

import dev.shortpath.harness.testbed.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * CPU time in softirqs, where the kernel forwards packets and walks their rules: no process and no
 * cgroup is charged with it. It is the whole machine's, known to 10 ms, and sampled by the tick as
 * in {@link CpuPerUnit}.
 */
public final class SoftirqCpu implements Collector {
  private static final Metric SOFTIRQ =
      new Metric(
          "cpu-softirq",
          "s",
          Better.LOWER,
          "CPU time that the whole machine spent in softirqs during the trial's traffic, in steps of"
              + " 10 ms",
          "kernel, Documentation/filesystems/proc.rst, /proc/stat, seventh figure of cpu");

  private static final int FIELD = 7;

  /** The kernel's USER_HZ, 100 on every architecture that Java runs on (asm/param.h). */
  private static final double TICKS_PER_SECOND = 100;

  private final Path stat;

  public SoftirqCpu() {
    this(Path.of("/proc/stat"));
  }

  SoftirqCpu(Path stat) {
    this.stat = stat;
  }

  @Override
  public List<Metric> metrics() {
    return List.of(SOFTIRQ);
  }

  @Override
  public Reading begin(Scene scene) {
    long before = scene.onThisMachine() ? ticks() : -1;
    return traffic -> {
      long after = ticks();
      return before < 0 || after < 0
          ? Map.of()
          : Map.of(SOFTIRQ.name(), (after - before) / TICKS_PER_SECOND);
    };
  }

  /** -1 where it cannot be read. */
  private long ticks() {
    try {
      for (String line : Files.readAllLines(stat)) {
        String[] fields = line.split(" +");
        if (fields[0].equals("cpu") && fields.length > FIELD) {
          return Long.parseLong(fields[FIELD]);
        }
      }
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
    return -1;
  }
}
