package dev.shortpath.harness.cli;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Analyzer;
import dev.shortpath.harness.analysis.ClaimsJson;
import dev.shortpath.harness.analysis.JUnitXml;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Policy;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.report.ReportWriter;
import dev.shortpath.harness.store.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** What a run comes to: its analysis, its verdicts, its report. */
final class Outcome {
  private final Catalog catalog;
  private final PrintWriter out;
  private final boolean strict;
  private final boolean debug;

  /**
   * What a run comes to, to be told on {@code out}.
   *
   * @param strict a claim that is not reproduced is a failure in {@code junit.xml}
   * @param debug claims that the run has nothing for are named one by one
   */
  Outcome(Catalog catalog, PrintWriter out, boolean strict, boolean debug) {
    this.catalog = catalog;
    this.out = out;
    this.strict = strict;
    this.debug = debug;
  }

  /**
   * Writes {@code analysis.json}, {@code claims.json} and {@code junit.xml}, prints the verdicts,
   * and writes the reports where asked; neither where no trial is done.
   *
   * @return whether no claim fails, see {@link Verdict#fails}
   */
  boolean conclude(RunDirectory run, Policy policy, boolean report) throws IOException {
    Analysis analysis = analyze(run, policy);
    long done = run.run().plan().stream().filter(t -> run.holds(t.number())).count();
    if (done > 0) {
      verdicts(run, analysis);
    }
    unused(run, analysis, done);
    if (report && done > 0) {
      report(run, analysis);
    }
    return analysis.judgements().stream().noneMatch(j -> j.verdict().fails(strict));
  }

  private Analysis analyze(RunDirectory run, Policy policy) throws IOException {
    Analysis analysis = Analyzer.analyze(run, policy);
    run.write("analysis.json", analysis);
    run.writeBytes(ClaimsJson.NAME, ClaimsJson.of(run.run(), analysis));
    run.writeBytes(JUnitXml.NAME, JUnitXml.of(run.run(), analysis, strict));
    return analysis;
  }

  /** A run of a few treatments lacks what most claims compare: these are a number, unless asked. */
  private void verdicts(RunDirectory run, Analysis analysis) {
    List<Judgement> told =
        analysis.judgements().stream().filter(j -> debug || j.asked(run.run())).toList();
    told.stream()
        .collect(
            Collectors.groupingBy(j -> j.claim().id(), LinkedHashMap::new, Collectors.toList()))
        .values()
        .forEach(this::verdicts);
    int others = analysis.judgements().size() - told.size();
    if (others > 0) {
      out.printf(
          "%s could not be judged: this run has no pair of treatments for %s (--debug names %s)%n",
          others == 1 ? "1 claim" : others + " claims",
          others == 1 ? "it" : "them",
          others == 1 ? "it" : "them");
    }
    out.flush();
  }

  /** Attempts that were kept without being used, and trials that there are none of yet. */
  private void unused(RunDirectory run, Analysis analysis, long done) {
    int planned = run.run().plan().size();
    int kept = analysis.exclusions().size();
    if (kept > 0) {
      out.printf(
          "%s that failed %s kept and not used%n",
          kept == 1 ? "1 attempt" : kept + " attempts", kept == 1 ? "is" : "are");
    }
    if (done < planned) {
      out.printf(
          "%d of %d trials done; go on with: %s%n",
          done, planned, Invocation.asNow("resume", run.path()));
    }
    out.flush();
  }

  /** A claim with its verdict, or, judged in several strata, with one for each. */
  private void verdicts(List<Judgement> ofOne) {
    Judgement first = ofOne.get(0);
    boolean several = ofOne.size() > 1;
    out.printf("%-15s %s%n", several ? "" : first.verdict().words(), first.claim().statement());
    for (Judgement judgement : ofOne) {
      out.printf(
          "%-15s   %s%s%n",
          several ? judgement.verdict().words() : "",
          judgement.stratum().isEmpty() ? "" : judgement.stratum() + " ",
          judgement.reason());
    }
  }

  /** Where trimming is asked for, the report shows beside it what no trimming gives. */
  private void report(RunDirectory run, Analysis analysis) throws IOException {
    List<Analysis> analyses = new ArrayList<>(List.of(analysis));
    Policy policy = analysis.policy();
    if (!policy.trim().equals(Policy.DEFAULT.trim())) {
      analyses.add(
          Analyzer.analyze(
              run,
              new Policy(
                  Policy.DEFAULT.trim(), policy.resamples(), policy.level(), policy.seed())));
    }
    for (ReportWriter writer : catalog.reports().values()) {
      List<Path> written = writer.write(run, analyses, run.path().resolve("report"));
      // What lies at the top is for readers; charts and tables lie below.
      Path top = run.path().resolve("report");
      written.stream()
          .filter(file -> top.equals(file.getParent()))
          .forEach(file -> out.println("report: " + file));
    }
    out.flush();
  }
}
