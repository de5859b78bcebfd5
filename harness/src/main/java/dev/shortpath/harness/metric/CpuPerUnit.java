package dev.shortpath.harness.metric;

import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a connection, or a datagram, costs the machine in CPU time.
 *
 * <p>Processes' time and softirqs' time cannot be added up: where the kernel accounts by ticks
 * (Debian does), a softirq that runs inside a system call is in both. So it is all that the machine
 * did, from the root cgroup's {@code cpu.stat} (kernel: kernel/cgroup/rstat.c, {@code
 * root_cgroup_cputime}: user, nice, system, irq, softirq). With ticks it is a sample: a trial of
 * {@code n} ticks knows it to about 1/sqrt(n), and repeated trials better, as long as what is
 * measured keeps no pace of its own with the tick: at one connection a millisecond and a tick each
 * four, a tick meets each of a trial's connections at the same point, hence the jittered pace of
 * workload connect. Leaving out trials of few ticks would not help, but keep those that met them.
 * Whatever else the machine does is in it too.
 */
public final class CpuPerUnit implements Collector {
  /** Trials with fewer connections say what their flows cost, not what a connection does. */
  static final long CONNECTIONS = 100;

  /** Likewise. */
  static final long PACKETS = 1000;

  private static final String SOURCE =
      "kernel, Documentation/admin-guide/cgroup-v2.rst, cpu.stat of the root";
  private static final Metric CONNECTION =
      new Metric(
          "cpu-per-connection",
          "ns",
          Better.LOWER,
          "CPU time that the whole machine spent during the trial's traffic, client and server"
              + " included, by connections (UDP: flows) that were opened; of trials with "
              + CONNECTIONS
              + " or more",
          SOURCE);
  private static final Metric PACKET =
      new Metric(
          "cpu-per-packet",
          "ns",
          Better.LOWER,
          "CPU time that the whole machine spent during the trial's traffic, client and server"
              + " included, by datagrams that were sent; of UDP trials with "
              + PACKETS
              + " or more",
          SOURCE);

  private static final long NANOS_PER_MICRO = 1000;

  @Override
  public List<Metric> metrics() {
    return List.of(CONNECTION, PACKET);
  }

  @Override
  public Reading begin(Scene scene) {
    Path stat = stat(scene);
    long before = nanos(stat);
    boolean datagrams = scene.protocol().equals("udp");
    return traffic -> {
      long after = nanos(stat);
      return before < 0 || after < 0 ? Map.of() : cost(after - before, datagrams, traffic);
    };
  }

  private static Map<String, Double> cost(long nanos, boolean datagrams, Traffic traffic) {
    Map<String, Double> cost = new LinkedHashMap<>();
    long packets = traffic.messagesToServer() + traffic.messagesToClient();
    if (traffic.connections() >= CONNECTIONS) {
      cost.put(CONNECTION.name(), (double) nanos / traffic.connections());
    }
    if (datagrams && packets >= PACKETS) {
      cost.put(PACKET.name(), (double) nanos / packets);
    }
    return cost;
  }

  /** Of the root, where the scene's cgroups are; null where it has none. */
  private static Path stat(Scene scene) {
    Path root = scene.cgroups().values().stream().findFirst().orElse(null);
    while (root != null
        && root.getParent() != null
        && Files.exists(root.resolveSibling("cgroup.procs"))) {
      root = root.getParent();
    }
    return root == null ? null : root.resolve("cpu.stat");
  }

  /** -1 where it cannot be read. */
  private static long nanos(Path stat) {
    if (stat != null) {
      try {
        for (String line : Files.readAllLines(stat)) {
          if (line.startsWith("usage_usec ")) {
            return NANOS_PER_MICRO * Long.parseLong(line.substring("usage_usec ".length()));
          }
        }
      } catch (IOException | NumberFormatException e) {
        return -1;
      }
    }
    return -1;
  }
}
