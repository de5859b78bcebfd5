package dev.shortpath.reports.table;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.List;

/** Planned trials that nothing excludes, and that were not carried out. */
public final class UntriedTable implements Table {
  @Override
  public Place place() {
    return Place.PATH;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<List<Cell>> rows =
        data.first().untried().stream()
            .map(
                t ->
                    List.of(
                        Cell.figure(Integer.toString(t.number()), t.number()),
                        Cell.figure(Integer.toString(t.block()), t.block()),
                        Cell.figure(Integer.toString(t.replica()), t.replica()),
                        new Cell(
                            List.of(data.treatments().label(t.treatment().id())),
                            List.of(t.treatment().id()),
                            "")))
            .toList();
    return rows.isEmpty()
        ? List.of()
        : List.of(
            new Grid(
                "untried",
                "Not carried out",
                "Planned, and not yet tried: the run has not come to its end. shortpath resume"
                    + " goes on with them.",
                List.of(
                    Column.figure("trial"),
                    Column.figure("block"),
                    Column.figure("replica"),
                    Column.words("treatment")),
                rows,
                rows.size() > Grid.LONG));
  }
}
