package dev.shortpath.testbed.shortcut;

import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** No shortcut: every message goes through the stack. */
final class Off implements Shortcut {
  @Override
  public String name() {
    return "off";
  }

  @Override
  public boolean redirects() {
    return false;
  }

  @Override
  public List<String> missing(Tools tools) {
    return List.of();
  }

  @Override
  public Map<String, String> parts(Tools tools) {
    return Map.of();
  }

  @Override
  public Attached attach(Site site, List<Node> nodes) {
    return new Nothing();
  }

  private record Nothing() implements Attached {
    @Override
    public List<Callable<Map<String, Long>>> counters() {
      return List.of();
    }

    @Override
    public Map<String, Path> cgroups() {
      return Map.of();
    }

    @Override
    public void check() {}

    @Override
    public void close() {}
  }
}
