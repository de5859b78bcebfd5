package dev.shortpath.reports.html;

import dev.shortpath.harness.store.RunRecord;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Command line, seed, revision. */
public final class Again implements Prose {
  @Override
  public Place place() {
    return Place.AGAIN;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    RunRecord run = data.run();
    return List.of(
        Paragraph.text("With Shortpath at revision " + run.version() + ":"),
        Paragraph.code("bin/shortpath " + words(run.commandLine())),
        Paragraph.text(
            data.imported()
                ? "The same files give the same run, and the same run the same report."
                : "Seed of the order of trials: "
                    + run.seed()
                    + ". Run "
                    + run.id()
                    + " was started at "
                    + run.startedUtc()
                    + ". The figures follow from its trials alone: analyze and report, run on this"
                    + " directory, give them again byte for byte."));
  }

  /** Without the run directory, which is taken by now. */
  static String words(List<String> commandLine) {
    List<String> words = new ArrayList<>(commandLine);
    int out = words.indexOf("--out");
    if (out >= 0 && out + 1 < words.size()) {
      words.subList(out, out + 2).clear();
    }
    words.removeIf(word -> word.startsWith("--out="));
    return words.stream().map(Again::quoted).collect(Collectors.joining(" "));
  }

  /** As a POSIX shell reads it. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
