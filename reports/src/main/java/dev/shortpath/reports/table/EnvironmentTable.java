package dev.shortpath.reports.table;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The parts of the testbed, stand-ins marked as such, and the machine. */
public final class EnvironmentTable implements Table {
  @Override
  public Place place() {
    return Place.ENVIRONMENT;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<Grid> grids = new ArrayList<>();
    List<List<Cell>> parts = new ArrayList<>();
    new TreeMap<>(data.run().parts())
        .forEach(
            (name, what) ->
                parts.add(
                    List.of(
                        Cell.words(name),
                        Cell.words(what),
                        kind(standIn(name, what) ? "stand-in" : "as named"))));
    if (!parts.isEmpty()) {
      grids.add(
          Grid.of(
              "parts",
              "Parts of the testbed " + data.run().testbed(),
              "A stand-in does the work of the part that it stands for, and is not that part.",
              List.of(Column.words("part"), Column.words("what it is"), Column.words("kind")),
              parts));
    }
    List<List<Cell>> machine = new ArrayList<>();
    for (Map.Entry<String, String> e : new TreeMap<>(data.run().environment()).entrySet()) {
      machine.add(List.of(Cell.words(e.getKey()), Cell.words(e.getValue())));
    }
    if (!machine.isEmpty()) {
      grids.add(
          Grid.of(
              "environment",
              data.imported() ? "Files read" : "The machine that Shortpath ran on, and its tools",
              "",
              List.of(Column.words("name"), Column.words("value")),
              machine));
    }
    return grids;
  }

  /** In one line: the column is narrow. */
  private static Cell kind(String words) {
    return new Cell(List.of(words.replace(' ', '\u00a0')), List.of(words), "");
  }

  /** Whether a part says of itself that it is a stand-in. */
  public static boolean standIn(String name, String what) {
    return (name + " " + what).toLowerCase(Locale.ROOT).replace('-', ' ').contains("stand in");
  }
}
