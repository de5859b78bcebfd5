package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** No data plane: the pod is reached at its own address. The floor that the others stand on. */
final class None implements ServiceDataPlane {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public String summary() {
    return "no Service at all: the pod is reached at its own address";
  }

  @Override
  public List<String> missing(Tools tools) {
    return List.of();
  }

  @Override
  public RunningDataPlane start(DataPlaneNode node, Tools tools) {
    return new Nothing();
  }

  /** Holds no Service and gives no flow an endpoint, and says so. */
  private static final class Nothing implements RunningDataPlane {
    @Override
    public void load(List<ServicePort> services) throws TestbedException {
      ServiceCheck.check(services);
    }

    @Override
    public void update(List<ServicePort> services) throws TestbedException {
      ServiceCheck.check(services);
    }

    @Override
    public List<String> compile(List<ServicePort> services) throws TestbedException {
      ServiceCheck.check(services);
      return List.of();
    }

    @Override
    public int counted() {
      return 0;
    }

    @Override
    public Map<String, Long> counters() {
      return Map.of("translated.ipv4", 0L, "translated.ipv6", 0L);
    }

    @Override
    public Map<String, Long> memory() {
      return Map.of();
    }

    @Override
    public Map<String, String> parts() {
      return Map.of();
    }

    @Override
    public Map<String, Path> cgroups() {
      return Map.of();
    }

    @Override
    public void check() {
      // There is nothing that could die.
    }

    @Override
    public void close() {
      // There is nothing to take off.
    }
  }
}
