package dev.shortpath.reports.chart;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The one font of charts: a file of ours, so that layouts are the same on every machine. */
final class Fonts {
  /** Where browsers look for it; Verdana has the same widths. */
  static final String CSS = "'DejaVu Sans',Verdana,Geneva,sans-serif";

  static final float SIZE = 12;
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, false);
  static final Font FONT = load();

  private Fonts() {}

  static TextLayout layout(String text) {
    return new TextLayout(text, FONT, CONTEXT);
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
