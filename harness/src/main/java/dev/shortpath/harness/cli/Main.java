package dev.shortpath.harness.cli;

import dev.shortpath.harness.catalog.Catalog;
import java.io.FileDescriptor;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code shortpath}. */
@Command(
    name = "shortpath",
    description = "Measures the packet path of Kubernetes, reproducibly.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      ExitCodes.IS_DONE,
      ExitCodes.IS_CLAIM_FAILED,
      ExitCodes.IS_BAD_INPUT,
      ExitCodes.IS_NOT_COMPLETED,
      ExitCodes.IS_INTERRUPTED
    },
    subcommands = {
      Doctor.class,
      ListCommand.class,
      Run.class,
      Resume.class,
      Analyze.class,
      Report.class,
      Compare.class,
      Import.class,
      Clean.class,
      AutoComplete.GenerateCompletion.class
    })
public final class Main implements Runnable {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  boolean debug;

  @Spec CommandSpec spec;

  private final Catalog catalog;

  public Main(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Entry point. */
  public static void main(String[] arguments) {
    StandardStream out = new StandardStream(FileDescriptor.out);
    System.setOut(out.printer());
    System.setErr(new StandardStream(FileDescriptor.err).printer());
    CommandLine line = line(Catalog.load());
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    int code = line.execute(arguments);
    Optional<String> lost = out.failure();
    lost.ifPresent(why -> System.err.println("shortpath: standard output is not complete: " + why));
    System.exit(code == ExitCodes.DONE && lost.isPresent() ? ExitCodes.NOT_COMPLETED : code);
  }

  /** Runs one command line and returns its exit code. */
  public static int execute(Catalog catalog, String... arguments) {
    return line(catalog).execute(arguments);
  }

  /** Like {@link #execute(Catalog, String...)}, with complaints where the caller wants them. */
  public static int execute(Catalog catalog, PrintWriter complaints, String... arguments) {
    CommandLine line = line(catalog);
    line.setErr(complaints);
    return line.execute(arguments);
  }

  static CommandLine line(Catalog catalog) {
    // Digits of the user's own script would go into rules, addresses and file names.
    Locale.setDefault(Locale.ROOT);
    Main main = new Main(catalog);
    CommandLine line = new CommandLine(main);
    line.setColorScheme(Console.colors());
    line.setParameterExceptionHandler(new Failures.BadUsage());
    line.setExecutionExceptionHandler(new Failures.OfCommand(main));
    line.setExecutionStrategy(parsed -> Failures.orError(main, line, parsed));
    return line;
  }

  Catalog catalog() {
    return catalog;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
