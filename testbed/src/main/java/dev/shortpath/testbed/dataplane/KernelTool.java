package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.PlacedRemote;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the kernel's own tools on a node; what one of them says of a failure becomes one line. */
final class KernelTool implements NodeTools {
  /** The line with the fault, where a tool says more than one. */
  private static final Pattern FAULT =
      Pattern.compile("(?m)^.*(?:Error: |error: |v\\d[\\d.]* \\([a-z_]+\\): |line \\d+ failed).*$");

  private static final Pattern LINE = Pattern.compile("Error occurred at line: (\\d+)");
  private static final int LONGEST = 300;
  private static final int SIGNALS = 128;
  private static final String KILLED = "killed by signal ";

  private final PlacedRemote remote;

  KernelTool(PlacedRemote remote) {
    this.remote = remote;
  }

  /** How long so many Services may take: several times what the slowest tool needs. */
  static Duration limit(int services) {
    return Duration.ofSeconds(60).plusMillis(10L * services);
  }

  /**
   * What a tool says.
   *
   * @throws TestbedException naming the tool and its fault, in one line
   */
  String feed(Command command, String input, Duration limit)
      throws TestbedException, InterruptedException {
    String label = command.tool() + " in " + remote.name();
    Result result =
        LocalProcess.run(
            label, remote.launcher().command(command.tool(), command.arguments()), input, limit);
    if (!result.ok()) {
      throw new TestbedException(label + " failed: " + fault(result));
    }
    return result.out();
  }

  @Override
  public String run(Command command) throws TestbedException, InterruptedException {
    return feed(command, "", Remote.SOON);
  }

  /**
   * Whether the kernel may have taken what a failed tool had handed over: the tool was ended, by
   * whomever, and could not tell.
   */
  static boolean unsettled(TestbedException failure) {
    return failure.getMessage().contains(KILLED) || failure.getMessage().contains("not ended");
  }

  /** Of a tool that said nothing: the JVM, as shells do, tells a signal by 128 + its number. */
  private static String silent(int exit) {
    return exit > SIGNALS ? KILLED + (exit - SIGNALS) : "exit status " + exit + " without a word";
  }

  static String fault(Result result) {
    String text = result.err().isBlank() ? result.out() : result.err();
    Matcher fault = FAULT.matcher(text);
    String line = (fault.find() ? fault.group() : text.strip().lines().findFirst().orElse(""));
    Matcher where = LINE.matcher(text);
    String at = where.find() ? " (line " + where.group(1) + " of its input)" : "";
    String clean = line.replaceAll("\\P{Print}", " ").strip();
    String said = clean.isEmpty() ? silent(result.exit()) : clean;
    return (said.length() > LONGEST ? said.substring(0, LONGEST) + "…" : said) + at;
  }
}
