package dev.shortpath.reports.html;

import dev.shortpath.reports.chart.Drawing;
import dev.shortpath.reports.chart.Ink;
import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A page as a document: well-formed XHTML 5 with everything inside; what it holds is escaped. */
public final class PageWriter {
  /** What a document is for. */
  public enum Medium {
    SCREEN("screen.css", Ink.SCREEN),
    PAPER("paper.css", Ink.PAPER);

    private final String style;
    private final Ink ink;

    Medium(String style, Ink ink) {
      this.style = style;
      this.ink = ink;
    }
  }

  /** Width on paper, in 1/96 inch: 180 mm, which A4 leaves between its margins. */
  private static final int PAPER_WIDE = 680;

  /** Smaller charts are drawn to this scale. */
  private static final double PAPER_SCALE = 0.88;

  /** For a heading with some lines, a chart's title and caption; in mm. */
  private static final long LEAST_ROOM = 55;

  /** A sheet has 266, the first one less its title. */
  private static final long MOST_ROOM = 200;

  private static final String HERE = "dev/shortpath/reports/html";

  private final PebbleEngine engine;

  /** Loads the template. */
  public PageWriter() {
    ClasspathLoader loader = new ClasspathLoader(PageWriter.class.getClassLoader());
    loader.setPrefix(HERE);
    engine =
        new PebbleEngine.Builder()
            .loader(loader)
            .defaultLocale(Locale.ROOT)
            .strictVariables(true)
            .autoEscaping(true)
            .build();
  }

  /** The whole document. */
  public String write(Page page, Medium medium) {
    Map<String, String> svgs = new HashMap<>();
    for (Drawing drawing : page.drawings()) {
      svgs.put(
          drawing.id(),
          medium == Medium.SCREEN
              ? drawing.svg(medium.ink)
              : drawing.svg(medium.ink, width(drawing)));
    }
    Map<String, Object> context = new HashMap<>();
    context.put("page", page);
    context.put("run", page.data().run());
    context.put("imported", page.data().imported());
    context.put("paper", medium == Medium.PAPER);
    context.put("svgs", svgs);
    Map<String, Long> rooms = new HashMap<>();
    page.sections().forEach(section -> rooms.put(section.id(), room(section)));
    context.put("rooms", rooms);
    context.put("style", text(medium.style));
    StringWriter out = new StringWriter();
    try {
      engine.getTemplate("report.peb").evaluate(out, context, Locale.ROOT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Characters.xml(out.toString());
  }

  /** What a section needs at the foot of a sheet, in mm: its heading never stands there alone. */
  private static long room(Page.Section section) {
    if (section.drawings().isEmpty()) {
      return LEAST_ROOM;
    }
    Drawing first = section.drawings().get(0);
    double high = 25.4 / 96 * first.height() * width(first) / first.width();
    return Math.min(MOST_ROOM, LEAST_ROOM + Math.round(high));
  }

  private static int width(Drawing drawing) {
    return drawing.wide() ? PAPER_WIDE : (int) Math.round(drawing.width() * PAPER_SCALE);
  }

  private static String text(String file) {
    try (InputStream in = PageWriter.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
