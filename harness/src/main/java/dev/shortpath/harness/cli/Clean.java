package dev.shortpath.harness.cli;

import dev.shortpath.harness.runner.MachineLock;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shortpath clean}. */
@Command(
    name = "clean",
    exitCodeList = {ExitCodes.IS_DONE, ExitCodes.IS_BAD_INPUT, ExitCodes.IS_NOT_REMOVED},
    description = "Removes what killed runs left on this machine. Run directories are kept.")
final class Clean implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<String> removed;
    List<String> again;
    try (MachineLock lock = MachineLock.take("clean")) {
      removed = clean();
      again = removed.isEmpty() ? removed : clean(); // what could not be removed is found again
    }
    removed.forEach(out::println);
    if (removed.isEmpty()) {
      out.println("nothing to remove");
    }
    if (!again.isEmpty()) {
      out.println("not all of it could be removed; tried again:");
      again.forEach(out::println);
      return ExitCodes.NOT_COMPLETED;
    }
    return ExitCodes.DONE;
  }

  private List<String> clean() {
    List<String> removed = new ArrayList<>();
    main.catalog().testbeds().values().forEach(testbed -> removed.addAll(testbed.clean()));
    return removed;
  }
}
