package dev.shortpath.harness.cli;

import dev.shortpath.harness.catalog.BadInputException;
import dev.shortpath.harness.published.ImportException;
import dev.shortpath.harness.store.StoreException;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** From what went wrong to one clear line and an exit code. */
final class Failures {
  private Failures() {}

  /** A command line that does not parse. */
  static final class BadUsage implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
      CommandLine line = e.getCommandLine();
      line.getErr().println("shortpath: " + firstLine(e.getMessage()));
      line.getErr().println("See '" + line.getCommandSpec().qualifiedName() + " --help'.");
      return ExitCodes.BAD_INPUT;
    }
  }

  /** A command that failed. */
  static final class OfCommand implements IExecutionExceptionHandler {
    private final Main main;

    OfCommand(Main main) {
      this.main = main;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
      for (String complaint : message(e).split("\\R")) {
        line.getErr().println("shortpath: " + complaint);
      }
      if (main.debug) {
        e.printStackTrace(line.getErr());
      }
      return code(e);
    }
  }

  private static String message(Exception e) {
    if (e instanceof UncheckedIOException wrapped) {
      // Without a message of its own it repeats its cause's class.
      boolean own = !wrapped.getCause().toString().equals(wrapped.getMessage());
      return own ? wrapped.getMessage() : message(wrapped.getCause());
    }
    if (e instanceof InterruptedException) {
      return "interrupted";
    }
    if (e instanceof java.nio.file.FileSystemException file) {
      return file.getFile() + ": " + (file.getReason() == null ? kind(e) : file.getReason());
    }
    boolean ours =
        e instanceof BadInputException || e instanceof TestbedException || e instanceof IOException;
    return ours && e.getMessage() != null
        ? e.getMessage()
        : "unexpected " + kind(e) + ": " + e.getMessage() + " (--debug shows where)";
  }

  private static int code(Exception e) {
    if (e instanceof InterruptedException) {
      return ExitCodes.INTERRUPTED;
    }
    if (e instanceof BadInputException
        || e instanceof StoreException
        || e instanceof ImportException) {
      return ExitCodes.BAD_INPUT;
    }
    return ExitCodes.NOT_COMPLETED;
  }

  private static String kind(Exception e) {
    return e.getClass().getSimpleName().replace("Exception", "");
  }

  private static String firstLine(String message) {
    return String.valueOf(message).strip().split("\\R")[0];
  }
}
