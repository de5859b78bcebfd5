package dev.shortpath.reports.table;

import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.testbed.Hop;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Which legs carried how many messages, summed over each treatment's trials. */
public final class AttestationTable implements Table {
  @Override
  public Place place() {
    return Place.PATH;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<List<Cell>> rows = new ArrayList<>();
    Map<String, List<TrialRecord>> trials = new LinkedHashMap<>();
    data.trials()
        .forEach(
            t ->
                trials.computeIfAbsent(t.trial().treatment().id(), id -> new ArrayList<>()).add(t));
    for (String treatment : data.treatments().ids()) {
      Map<String, List<Hop>> legs = new LinkedHashMap<>();
      for (TrialRecord trial : trials.getOrDefault(treatment, List.of())) {
        if (trial.attestation() != null) {
          for (Hop hop : trial.attestation().hops()) {
            legs.computeIfAbsent(hop.name() + "\n" + hop.mechanism(), n -> new ArrayList<>())
                .add(hop);
          }
        }
      }
      legs.values().forEach(hops -> rows.add(row(data, treatment, hops)));
    }
    List<Column> columns =
        List.of(
            Column.words("treatment"),
            Column.words("leg"),
            Column.words("asked for"),
            new Column("trials as asked", true, List.of("trials as asked", "trials")),
            Column.figure("messages redirected"),
            Column.figure("messages on the stack"),
            Column.figure("packets"),
            Column.figure("connections"));
    return rows.isEmpty()
        ? List.of()
        : List.of(
            new Grid(
                "attestation",
                "Messages on each leg, both directions, all trials of a treatment",
                "From counters of the kernel, the agent and the proxies, warm-up included.",
                columns,
                rows,
                rows.size() > Grid.LONG));
  }

  private static List<Cell> row(ReportData data, String treatment, List<Hop> hops) {
    long ok = hops.stream().filter(Hop::ok).count();
    return List.of(
        new Cell(List.of(data.treatments().label(treatment)), List.of(treatment), ""),
        Cell.words(hops.get(0).name()),
        Cell.words(hops.get(0).mechanism()),
        new Cell(
            List.of(ok + " of " + hops.size()),
            List.of(Long.toString(ok), Integer.toString(hops.size())),
            ok == hops.size() ? "" : "warn"),
        Cell.counter(sum(hops, Hop::redirected)),
        Cell.counter(sum(hops, Hop::stack)),
        Cell.counter(sum(hops, Hop::packets)),
        Cell.counter(sum(hops, Hop::connections)));
  }

  /** The sum of what was counted; -1 where nothing was. */
  private static long sum(List<Hop> hops, ToLongFunction<Hop> counter) {
    return hops.stream().mapToLong(counter).filter(n -> n >= 0).reduce(Long::sum).orElse(-1);
  }
}
