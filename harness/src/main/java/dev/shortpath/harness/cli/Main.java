package dev.shortpath.harness.cli;

import dev.shortpath.harness.catalog.Catalog;
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
      "0:done",
      "1:with --strict: a claim was not reproduced",
      "2:bad input, or this machine lacks something",
      "3:a trial could not be completed or attested, or a file could not be written",
      "130:interrupted; everything was torn down, the run can be resumed"
    },
    subcommands = {
      Doctor.class,
      ListCommand.class,
      Run.class,
      Resume.class,
      Analyze.class,
      Report.class,
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
    System.exit(execute(Catalog.load(), arguments));
  }

  /** Runs one command line and returns its exit code. */
  public static int execute(Catalog catalog, String... arguments) {
    return line(catalog).execute(arguments);
  }

  static CommandLine line(Catalog catalog) {
    Main main = new Main(catalog);
    CommandLine line = new CommandLine(main);
    line.setColorScheme(Console.colors());
    line.setParameterExceptionHandler(new Failures.BadUsage());
    line.setExecutionExceptionHandler(new Failures.OfCommand(main));
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
