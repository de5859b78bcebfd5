package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.store.TrialState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which trials are used, and why the others are not.
 *
 * @param used by number
 * @param exclusions by number, failed attempts before the trial they belong to
 * @param untried planned trials that there is no attempt at
 * @param imported whether the data came from elsewhere, without counters: done is then enough
 */
record Selection(
    List<TrialRecord> used, List<Exclusion> exclusions, List<Trial> untried, boolean imported) {
  static Selection of(RunDirectory run) throws IOException {
    List<TrialRecord> used = new ArrayList<>();
    List<TrialRecord> refused = new ArrayList<>();
    for (TrialRecord record : run.trials()) {
      (run.run().uses(record) ? used : refused).add(record);
    }
    Set<Integer> good = new HashSet<>();
    used.forEach(record -> good.add(record.trial().number()));
    Set<Integer> tried = new HashSet<>(good);
    List<Exclusion> exclusions = new ArrayList<>();
    for (TrialRecord record : run.failedAttempts()) {
      tried.add(record.trial().number());
      exclusions.add(
          exclusion(
              record.trial(),
              "attempt " + record.attempt() + " failed: " + record.failure(),
              good.contains(record.trial().number())));
    }
    for (TrialRecord record : refused) {
      tried.add(record.trial().number());
      exclusions.add(exclusion(record.trial(), why(record), false));
    }
    exclusions.sort(Comparator.comparingInt(Exclusion::trial));
    List<Trial> untried =
        run.run().plan().stream().filter(trial -> !tried.contains(trial.number())).toList();
    return new Selection(used, exclusions, untried, run.run().imported());
  }

  private static String why(TrialRecord record) {
    if (record.state() != TrialState.DONE) {
      return "failed: " + record.failure();
    }
    return record.attestation() == null
        ? "path not attested: no counters were read"
        : "path not attested: " + record.attestation().reason();
  }

  private static Exclusion exclusion(Trial trial, String reason, boolean recovered) {
    return new Exclusion(trial.number(), trial.treatment().id(), reason, recovered);
  }
}
