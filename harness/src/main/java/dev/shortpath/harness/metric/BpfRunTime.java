package dev.shortpath.harness.metric;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Run time of the BPF programs that ran during a trial. Counting costs each of their runs two looks
 * at the clock, therefore it is off unless the environment variable {@value #SWITCH} is {@code 1};
 * trials with it are to be compared with trials with it.
 */
public final class BpfRunTime implements Collector {
  /** Environment variable that turns it on. */
  public static final String SWITCH = "SHORTPATH_BPF_STATS";

  private static final Metric TIME =
      new Metric(
          "bpf-run-time",
          "s",
          Better.LOWER,
          "time inside BPF programs of the whole machine during the trial's traffic, of those that"
              + " were loaded before and after it",
          "kernel, include/uapi/linux/bpf.h, BPF_ENABLE_STATS, run_time_ns");
  private static final Metric RUNS =
      new Metric(
          "bpf-runs",
          "1",
          Better.NEITHER,
          "how often these programs ran",
          "kernel, include/uapi/linux/bpf.h, BPF_ENABLE_STATS, run_cnt");

  private static final String TOOL = "bpfstats";

  private final boolean on;

  public BpfRunTime() {
    this("1".equals(System.getenv(SWITCH)));
  }

  /** A collector that is on or off. */
  public BpfRunTime(boolean on) {
    this.on = on;
  }

  @Override
  public List<Metric> metrics() {
    return List.of(TIME, RUNS);
  }

  @Override
  public Reading begin(Scene scene) {
    if (!on) {
      return traffic -> Map.of();
    }
    Remote remote = scene.client().remote();
    try {
      Running hold = remote.start(Command.of(TOOL, "hold"));
      try {
        if (hold.out().read() < 0) {
          throw new TestbedException(hold.err());
        }
        Map<Integer, long[]> before = list(remote);
        return traffic -> end(remote, hold, before);
      } catch (TestbedException | InterruptedException | IOException e) {
        hold.close();
        throw new TestbedException(TOOL, e);
      }
    } catch (TestbedException e) {
      interrupted(e.getCause());
      return traffic -> Map.of();
    }
  }

  private static Map<String, Double> end(Remote remote, Running hold, Map<Integer, long[]> before) {
    try (hold) {
      long nanos = 0;
      long runs = 0;
      for (Map.Entry<Integer, long[]> program : list(remote).entrySet()) {
        long[] was = before.get(program.getKey());
        if (was != null) {
          nanos += program.getValue()[0] - was[0];
          runs += program.getValue()[1] - was[1];
        }
      }
      Map<String, Double> cost = new LinkedHashMap<>();
      cost.put(TIME.name(), nanos / 1e9);
      cost.put(RUNS.name(), (double) runs);
      return cost;
    } catch (TestbedException | InterruptedException e) {
      interrupted(e);
      return Map.of();
    }
  }

  private static void interrupted(Throwable cause) {
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }

  /** Program id to its run time in ns and its runs. */
  private static Map<Integer, long[]> list(Remote remote)
      throws TestbedException, InterruptedException {
    Result result = remote.run(Command.of(TOOL, "list"), Remote.SOON);
    if (!result.ok()) {
      throw new TestbedException(result.lastWord());
    }
    Map<Integer, long[]> programs = new LinkedHashMap<>();
    for (String line : result.out().lines().filter(l -> !l.startsWith("#")).toList()) {
      String[] words = line.split(" ");
      programs.put(
          Integer.valueOf(words[0]),
          new long[] {Long.parseLong(words[3]), Long.parseLong(words[4])});
    }
    return programs;
  }
}
