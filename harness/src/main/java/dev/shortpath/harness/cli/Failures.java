package dev.shortpath.harness.cli;

import dev.shortpath.harness.catalog.BadInputException;
import dev.shortpath.harness.published.ImportException;
import dev.shortpath.harness.store.StoreException;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      line.getErr()
          .println("shortpath: " + firstLine(e.getMessage()).replace("option option", "option"));
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

  /**
   * Runs the command. What is no {@link Exception} is one line, too: a class that does not load.
   */
  static int orError(Main main, CommandLine line, ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (Error e) {
      line.getErr().println("shortpath: " + message(e));
      if (main.debug) {
        e.printStackTrace(line.getErr());
      }
      return ExitCodes.NOT_COMPLETED;
    }
  }

  static String message(Exception e) {
    if (e instanceof UncheckedIOException wrapped) {
      // Without a message of its own it repeats its cause's class.
      boolean own = !wrapped.getCause().toString().equals(wrapped.getMessage());
      return own ? wrapped.getMessage() : message(wrapped.getCause());
    }
    if (e instanceof InterruptedException) {
      return "interrupted";
    }
    if (e instanceof AccessDeniedException denied) {
      return denied(denied);
    }
    if (e instanceof FileSystemException file) {
      String reason = file.getReason() == null ? kind(e) : file.getReason();
      return whole(file.getFile()) + ": " + reason + room(reason);
    }
    boolean ours =
        e instanceof BadInputException || e instanceof TestbedException || e instanceof IOException;
    return ours && e.getMessage() != null
        ? e.getMessage() + room(e.getMessage())
        : "unexpected " + kind(e) + ": " + e.getMessage() + " (--debug shows where)";
  }

  /** What to do when the disk is full; a stream's exception does not even name its file. */
  private static String room(String reason) {
    return reason.endsWith("No space left on device") || reason.endsWith("Disk quota exceeded")
        ? ": make room where the run directory is and in the directory for temporary files; what was"
            + " finished is safe, so go on with 'resume', or with 'report' when all trials are done"
        : "";
  }

  /** A file that is written whole fails under its name aside. */
  private static String whole(String file) {
    return String.valueOf(file).replaceFirst("/\\.([^/]+)\\.part$", "/$1");
  }

  /** Most often a run that was made with sudo, or a directory of somebody else's. */
  private static String denied(AccessDeniedException e) {
    String file = whole(e.getFile());
    String reason = e.getReason() == null ? "" : " (" + e.getReason() + ")";
    return file + ": access denied" + reason + owner(Path.of(file)) + ": run it with sudo";
  }

  /** Of the nearest thing above a file that is there and tells it. */
  private static String owner(Path file) {
    for (Path place = file.toAbsolutePath(); place != null; place = place.getParent()) {
      try {
        String what = place.equals(file.toAbsolutePath()) ? "it" : place.toString();
        return ", " + what + " belongs to " + Files.getOwner(place).getName();
      } catch (IOException e) {
        // not there, or not to be seen: its parent, then
      }
    }
    return "";
  }

  /** By its first cause: a full disk, say. */
  static String message(Error e) {
    Throwable first = e;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return first instanceof IOException io
        ? message(io)
        : "unexpected " + first + " (--debug shows where)";
  }

  static int code(Exception e) {
    if (e instanceof UncheckedIOException wrapped) {
      return code(wrapped.getCause());
    }
    if (e instanceof InterruptedException) {
      return ExitCodes.INTERRUPTED;
    }
    if (e instanceof BadInputException
        || e instanceof StoreException
        || e instanceof AccessDeniedException
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
