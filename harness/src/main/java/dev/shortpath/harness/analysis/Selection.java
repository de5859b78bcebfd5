package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.RunRecord;
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
 * @param imported whether the data came from elsewhere, without counters: done is then enough
 */
record Selection(List<TrialRecord> used, List<Exclusion> exclusions, boolean imported) {
  static Selection of(RunDirectory run) throws IOException {
    boolean imported = !RunRecord.MEASURED.equals(run.run().origin());
    List<TrialRecord> used = new ArrayList<>();
    List<TrialRecord> refused = new ArrayList<>();
    for (TrialRecord record : run.trials()) {
      boolean usable = imported ? record.state() == TrialState.DONE : record.usable();
      (usable ? used : refused).add(record);
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
    for (Trial trial : run.run().plan()) {
      if (!tried.contains(trial.number())) {
        exclusions.add(exclusion(trial, "not carried out", false));
      }
    }
    exclusions.sort(Comparator.comparingInt(Exclusion::trial));
    return new Selection(used, exclusions, imported);
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
