package dev.shortpath.testbed.mesh;

import dev.shortpath.testbed.path.Leg;
import dev.shortpath.testbed.path.Route;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** No mesh: the client pod talks to the server pod. */
final class NoMesh implements Mesh {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public List<String> missing(Tools tools) {
    return List.of();
  }

  @Override
  public RunningMesh start(Site site, List<Pair> pairs, int port) {
    return new Running(port);
  }

  private record Running(int port) implements RunningMesh {
    @Override
    public Map<String, String> parts() {
      return Map.of();
    }

    @Override
    public Route route(Pair pair) {
      Leg leg =
          new Leg(
              "client → server",
              port,
              pair.client().node().name(),
              pair.server().node().name(),
              Interfaces.between(pair),
              null);
      return new Route(List.of(leg), List.of());
    }

    @Override
    public List<Callable<Map<String, Long>>> proxyCounters() {
      return List.of();
    }

    @Override
    public List<Callable<Map<String, Long>>> ruleCounters(Pair pair) {
      return List.of();
    }

    @Override
    public Map<String, Path> cgroups(Pair pair) {
      return Map.of();
    }

    @Override
    public void check() {}
  }
}
