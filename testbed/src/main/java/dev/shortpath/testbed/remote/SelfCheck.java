package dev.shortpath.testbed.remote;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Asks a program of ours whether this kernel has what it needs: {@code PROGRAM check}. */
public final class SelfCheck {
  private SelfCheck() {}

  /**
   * What stands in the way of the program.
   *
   * @param whose what it is needed for, begins each line that the program says
   * @return empty where it can run
   */
  public static List<String> missing(Tools tools, String program, String whose) {
    Optional<Path> found = tools.find(program);
    if (found.isEmpty()) {
      return tools.missing(program);
    }
    try {
      Result check =
          LocalProcess.run(
              program + " check", List.of(found.get().toString(), "check"), "", Remote.SOON);
      return check.ok() ? List.of() : List.of(whose + ": " + check.lastWord());
    } catch (TestbedException e) {
      return List.of(whose + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(whose + ": interrupted while it was checked");
    }
  }
}
