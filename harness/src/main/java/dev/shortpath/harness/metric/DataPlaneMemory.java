package dev.shortpath.harness.metric;

import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import java.util.List;
import java.util.Map;

/** Kernel memory of rules and maps, where the scene can tell it. */
public final class DataPlaneMemory implements Collector {
  private static final Metric MEMORY =
      new Metric(
          "data-plane-memory",
          "bytes",
          Better.LOWER,
          "kernel memory that the data plane's rules or maps hold after the trial's traffic; only of"
              + " data planes whose memory the kernel tells by itself",
          "docs/service-data-planes.md");

  @Override
  public List<Metric> metrics() {
    return List.of(MEMORY);
  }

  @Override
  public Reading begin(Scene scene) {
    return traffic -> {
      try {
        Map<String, Long> held = scene.memory();
        long sum = held.values().stream().mapToLong(Long::longValue).sum();
        return held.isEmpty() ? Map.of() : Map.of(MEMORY.name(), (double) sum);
      } catch (TestbedException e) {
        return Map.of();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Map.of();
      }
    };
  }
}
