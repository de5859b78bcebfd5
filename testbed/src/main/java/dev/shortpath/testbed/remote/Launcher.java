package dev.shortpath.testbed.remote;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a program gets to its place: through {@code shortpath-enter}, which joins the cgroup, enters
 * the network namespace, changes the user and becomes the program.
 *
 * @param tools where programs are
 * @param options of {@code shortpath-enter}
 */
public record Launcher(Tools tools, List<String> options) {
  public Launcher {
    options = List.copyOf(options);
  }

  /** A launcher to where the harness is, so that Ctrl-C is for the harness alone. */
  public static Launcher here(Tools tools) {
    return new Launcher(tools, List.of());
  }

  /** A launcher into a cgroup, in the network namespace of the harness. */
  public static Launcher into(Tools tools, Path cgroup) {
    return new Launcher(tools, List.of("--cgroup", cgroup.toString()));
  }

  /** This launcher, entering a named network namespace too. */
  public Launcher netns(String name) {
    return with("--netns", name);
  }

  /** This launcher, becoming a user and its group too. */
  public Launcher user(int uid) {
    return with("--uid", Integer.toString(uid), "--gid", Integer.toString(uid));
  }

  private Launcher with(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new Launcher(tools, all);
  }

  /**
   * The argument array that runs a program there.
   *
   * @throws TestbedException when the program or the launcher is missing
   */
  public List<String> command(String tool, List<String> arguments) throws TestbedException {
    List<String> all = new ArrayList<>();
    all.add(tools.locate("shortpath-enter").toString());
    all.addAll(options);
    all.add("--");
    all.add(tools.locate(tool).toString());
    all.addAll(arguments);
    return all;
  }
}
