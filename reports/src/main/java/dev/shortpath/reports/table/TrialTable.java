package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Exclusion;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.testbed.Hop;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What was not used, by name; and every attempt with what its legs carried. */
public final class TrialTable implements Table {
  @Override
  public Place place() {
    return Place.PATH;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<Grid> grids = new ArrayList<>();
    List<List<Cell>> excluded = new ArrayList<>();
    for (Exclusion e : data.first().exclusions()) {
      excluded.add(
          List.of(
              Cell.words(Integer.toString(e.trial())),
              Cell.words(data.treatments().label(e.treatment())),
              Cell.words(e.reason()),
              Cell.words(e.recovered() ? "yes, by a later attempt" : "no")));
    }
    if (!excluded.isEmpty()) {
      grids.add(
          new Grid(
              "excluded",
              "Not attested or failed",
              "Kept in the run directory, and not used in any figure.",
              List.of(
                  Column.figure("trial"),
                  Column.words("treatment"),
                  Column.words("why"),
                  Column.words("replaced")),
              excluded,
              excluded.size() > Grid.LONG));
    }
    List<List<Cell>> rows = new ArrayList<>();
    data.trials().forEach(t -> rows.add(row(data, t)));
    data.failed().forEach(t -> rows.add(row(data, t)));
    if (!rows.isEmpty()) {
      List<Column> columns =
          List.of(
              Column.figure("trial"),
              Column.figure("attempt"),
              Column.figure("block"),
              Column.figure("replica"),
              Column.words("treatment"),
              Column.words("state"),
              new Column("path", false, List.of("attested", "reason")),
              Column.words("legs: redirected / stack"),
              Column.figure("samples"),
              Column.figure("traffic, s"),
              Column.figure("set-up and tear-down, s"),
              Column.words("started (UTC)"));
      grids.add(new Grid("trials", "Every attempt", "", columns, rows, true));
    }
    return grids;
  }

  private static List<Cell> row(ReportData data, TrialRecord t) {
    String path;
    String reason;
    if (t.attestation() == null) {
      path = "–";
      reason = t.failure() == null ? "no attestation" : t.failure();
    } else {
      path = t.attestation().attested() ? "attested" : "not attested";
      reason = t.attestation().reason() == null ? "" : t.attestation().reason();
    }
    String legs =
        t.attestation() == null
            ? ""
            : t.attestation().hops().stream()
                .map(TrialTable::leg)
                .collect(Collectors.joining("; "));
    return List.of(
        Cell.figure(Integer.toString(t.trial().number()), t.trial().number()),
        Cell.figure(Integer.toString(t.attempt()), t.attempt()),
        Cell.figure(Integer.toString(t.trial().block()), t.trial().block()),
        Cell.figure(Integer.toString(t.trial().replica()), t.trial().replica()),
        new Cell(
            List.of(data.treatments().label(t.trial().treatment().id())),
            List.of(t.trial().treatment().id()),
            ""),
        Cell.words(t.state().word()),
        new Cell(List.of(path, reason), List.of(path, reason), data.used(t) ? "" : "warn"),
        Cell.words(legs),
        Cell.count(t.samples()),
        seconds(t.trafficNanos()),
        seconds(t.setUpNanos() + t.tearDownNanos()),
        Cell.words(t.startedUtc()));
  }

  private static String leg(Hop hop) {
    return hop.name() + " " + number(hop.redirected()) + " / " + number(hop.stack());
  }

  private static String number(long n) {
    return n < 0 ? "–" : Long.toString(n);
  }

  private static Cell seconds(long nanos) {
    return Cell.figure(String.format(Locale.ROOT, "%.2f", nanos / 1e9), nanos / 1e9);
  }
}
