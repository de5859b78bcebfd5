package dev.shortpath.reports.chart;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The one font of charts: a file of ours, so that layouts are the same on every machine. */
final class Fonts {
  /** Where browsers look for it; Verdana has the same widths. */
  static final String CSS = "'DejaVu Sans',Verdana,Geneva,sans-serif";

  static final float SIZE = 12;

  /** XChart lays axes out with fractions of pixels, legends without. */
  private static final List<FontRenderContext> CONTEXTS =
      List.of(new FontRenderContext(null, true, true), new FontRenderContext(null, true, false));

  static final Font FONT = load();

  private Fonts() {}

  /** The layouts that a text may have; the first one's width is exact. */
  static List<TextLayout> layouts(String text) {
    return CONTEXTS.stream().map(context -> new TextLayout(text, FONT, context)).toList();
  }

  /** Width of a text in pixels. */
  static double width(String text) {
    return layouts(text).get(0).getAdvance();
  }

  /**
   * A text in lines that are no wider than {@code width}, where it can be broken: after commas and
   * before brackets.
   */
  static List<String> lines(String text, double width) {
    List<String> lines = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split("(?<=,) | (?=\\()")) {
      int last = lines.size() - 1;
      String joined = last < 0 ? part : lines.get(last) + " " + part;
      if (last < 0 || width(joined) > width) {
        lines.add(part);
      } else {
        lines.set(last, joined);
      }
    }
    return lines;
  }

  private static Font load() {
    String file = "/net/sf/jasperreports/fonts/dejavu/DejaVuSans.ttf";
    try (InputStream in = Fonts.class.getResourceAsStream(file)) {
      return Font.createFont(Font.TRUETYPE_FONT, in).deriveFont(SIZE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (FontFormatException e) {
      throw new IllegalStateException(file, e);
    }
  }
}
