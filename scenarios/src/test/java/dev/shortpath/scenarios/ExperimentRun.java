package dev.shortpath.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.cli.Main;
import dev.shortpath.harness.store.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

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
    int exit =
        Main.execute(
            Catalog.load(),
            "run",
            experiment,
            "--profile",
            System.getProperty("shortpath.profile", "quick"),
            "--out",
            directory.toString());
    assertEquals(0, exit, "the experiment could not be carried out: see the output above");
    Analysis analysis = RunDirectory.open(directory).read("analysis.json", Analysis.class);
    assertFalse(analysis.judgements().isEmpty(), "the experiment judged no claim");
    return analysis.judgements().stream()
        .map(j -> DynamicTest.dynamicTest(name(j), () -> check(j)));
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

  private static void check(Judgement judgement) {
    System.out.println(judgement.claim().statement() + " " + judgement.reason());
    boolean strict = "strict".equals(System.getProperty("shortpath.claims"));
    assertFalse(judgement.verdict().fails(strict), judgement.reason());
  }
}
