package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What stands in one column of one row.
 *
 * @param lines the first large, the others small below it; for people
 * @param raw one value for each of the column's fields; for programs
 * @param mark a class of styles; empty for none
 */
public record Cell(List<String> lines, List<String> raw, String mark) {
  public Cell {
    lines = List.copyOf(lines);
    raw = List.copyOf(raw);
  }

  /** Some words, the same for people and programs. */
  public static Cell words(String text) {
    String words = text == null ? "" : text;
    return new Cell(List.of(words), List.of(words), "");
  }

  /** Words, with more of them in small. */
  public static Cell words(String text, String more) {
    return new Cell(List.of(text, more), List.of(text), "");
  }

  /** A whole number. */
  public static Cell count(long n) {
    return new Cell(List.of(Figures.count(n)), List.of(Long.toString(n)), "");
  }

  /** A counter; negative stands for one that was not counted. */
  public static Cell counter(long n) {
    return n < 0 ? new Cell(List.of("not counted"), List.of(""), "faint") : count(n);
  }

  /** A figure as it is written and as it is. */
  public static Cell figure(String text, Number raw) {
    return new Cell(List.of(text), List.of(Figures.raw(raw)), "");
  }

  /** A figure with its interval; a dash where there is none. */
  public static Cell estimate(Scale scale, Estimate e) {
    if (e == null) {
      return new Cell(List.of("–"), List.of("", "", ""), "faint");
    }
    Interval i = e.interval();
    List<String> lines = new ArrayList<>();
    lines.add(scale.text(e.value()));
    if (i != null) {
      lines.add(scale.interval(e.value(), i));
    }
    return new Cell(lines, raw(e), "");
  }

  /** A ratio as a change in percent with its interval. */
  public static Cell change(Estimate ratio) {
    if (ratio == null) {
      return new Cell(List.of("–"), List.of("", "", ""), "faint");
    }
    return new Cell(
        List.of(Figures.change(ratio.value()), Figures.change(ratio.interval())), raw(ratio), "");
  }

  /** A ratio with its interval. */
  public static Cell ratio(Estimate ratio) {
    if (ratio == null) {
      return new Cell(List.of("–"), List.of("", "", ""), "faint");
    }
    Interval i = ratio.interval();
    String interval = i == null ? "no interval" : Figures.interval(ratio.value(), i);
    return new Cell(List.of(Figures.ratio(ratio.value()), interval), raw(ratio), "");
  }

  /**
   * A verdict: sign and words, and a colour besides. Files keep the verdict as claims.json has it.
   */
  public static Cell verdict(Judgement j) {
    String style = j.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return new Cell(
        List.of(Verdicts.words(j)),
        List.of(j.verdict().words()),
        "verdict " + (Verdicts.judged(j) ? style : "not-judged"));
  }

  /** This cell with one more small line, and one more set of raw values. */
  Cell and(String line, List<String> more) {
    List<String> allLines = new ArrayList<>(lines);
    if (!line.isEmpty()) {
      allLines.add(line);
    }
    List<String> allRaw = new ArrayList<>(raw);
    allRaw.addAll(more);
    return new Cell(allLines, allRaw, mark);
  }

  static List<String> raw(Estimate e) {
    Interval i = e.interval();
    return List.of(
        Figures.raw(e.value()),
        i == null ? "" : Figures.raw(i.low()),
        i == null ? "" : Figures.raw(i.high()));
  }
}
