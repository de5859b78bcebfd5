package dev.shortpath.harness.metric;

import dev.shortpath.harness.testbed.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU time of everything on the path, from its cgroups' {@code cpu.stat} (kernel:
 * Documentation/admin-guide/cgroup-v2.rst). cgroup v2 keeps these three fields without its cpu
 * controller too.
 */
public final class CgroupCpu implements Collector {
  private static final Map<String, Metric> FIELDS = new LinkedHashMap<>();

  static {
    FIELDS.put("user_usec", metric("cpu-user", "in user mode"));
    FIELDS.put("system_usec", metric("cpu-system", "in the kernel"));
  }

  private static Metric metric(String name, String mode) {
    return new Metric(
        name,
        "s",
        Better.LOWER,
        "CPU time that the trial's processes (client, server, proxies) took " + mode,
        "kernel, Documentation/admin-guide/cgroup-v2.rst, cpu.stat");
  }

  @Override
  public List<Metric> metrics() {
    return List.copyOf(FIELDS.values());
  }

  @Override
  public Reading begin(Scene scene) {
    Map<String, Long> before = read(scene);
    return traffic -> {
      Map<String, Double> cost = new LinkedHashMap<>();
      Map<String, Long> after = read(scene);
      FIELDS.forEach(
          (field, metric) -> {
            if (before.containsKey(field) && after.containsKey(field)) {
              cost.put(metric.name(), (after.get(field) - before.get(field)) / 1e6);
            }
          });
      return cost;
    };
  }

  private static Map<String, Long> read(Scene scene) {
    Map<String, Long> sums = new HashMap<>();
    for (Path cgroup : scene.cgroups().values()) {
      try {
        for (String line : Files.readAllLines(cgroup.resolve("cpu.stat"))) {
          String[] pair = line.split(" ");
          if (FIELDS.containsKey(pair[0])) {
            sums.merge(pair[0], Long.parseLong(pair[1]), Long::sum);
          }
        }
      } catch (IOException e) {
        return Map.of();
      }
    }
    return sums;
  }
}
