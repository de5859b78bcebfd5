package dev.shortpath.scenarios;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.cli.Main;
import dev.shortpath.harness.store.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.AssertionFailedError;

/**
 * An experiment as JUnit sees it: carried out once, then a dynamic test for each claim.
 *
 * <p>A claim that is not reproduced is a finding and passes; with {@code -Dshortpath.claims=strict}
 * it fails. An experiment that cannot be carried out or attested fails.
 */
final class ExperimentRun {
  private ExperimentRun() {}

  static Stream<DynamicTest> claims(String experiment) throws IOException {
    Path directory = directory(experiment);
    StringWriter complaints = new StringWriter();
    int exit =
        Main.execute(
            Catalog.load(),
            new PrintWriter(complaints, true),
            "run",
            experiment,
            "--profile",
            System.getProperty("shortpath.profile", "quick"),
            "--out",
            directory.toString());
    if (exit != 0) {
      throw failure("exit code " + exit + ": " + complaints.toString().strip());
    }
    System.err.print(complaints);
    Analysis analysis = RunDirectory.open(directory).read("analysis.json", Analysis.class);
    assertFalse(analysis.judgements().isEmpty(), "the experiment judged no claim");
    boolean strict = "strict".equals(System.getProperty("shortpath.claims"));
    return analysis.judgements().stream()
        .map(j -> DynamicTest.dynamicTest(name(j), () -> check(j, strict)));
  }

  private static Path directory(String experiment) {
    String asked = System.getProperty("shortpath.out", "");
    if (!asked.isEmpty()) {
      return Path.of(asked);
    }
    String home = System.getProperty("shortpath.home", ".");
    String stamp = Instant.now().toString().replaceAll("[-:]|\\.[0-9]+", "");
    return Path.of(home, "runs", experiment + "-" + stamp);
  }

  private static String name(Judgement judgement) {
    return judgement.claim().id()
        + (judgement.stratum().isEmpty() ? "" : " " + judgement.stratum())
        + ": "
        + judgement.verdict().words();
  }

  /** As the run's own junit.xml says it: a lack of evidence is neither passed nor failed. */
  static void check(Judgement judgement, boolean strict) {
    String message = name(judgement) + ": " + judgement.reason();
    if (judgement.verdict().fails(strict)) {
      throw failure(message);
    }
    if (judgement.verdict() == Verdict.INCONCLUSIVE) {
      Assumptions.abort(message);
    }
  }

  /** Without a stack trace: where in the program it was found says nothing of the finding. */
  private static AssertionFailedError failure(String message) {
    AssertionFailedError failure = new AssertionFailedError(message);
    failure.setStackTrace(new StackTraceElement[0]);
    return failure;
  }
}
