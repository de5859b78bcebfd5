package dev.shortpath.reports.chart;

/**
 * A finished chart.
 *
 * @param id unique in its report; matches {@code [a-z0-9-]+}; the file's name
 * @param title one line
 * @param caption what it shows, what was left out, how to read it
 * @param wide whether it wants the whole width of a page
 * @param width in pixels
 * @param height in pixels
 * @param template SVG with {@linkplain Ink placeholders} for colours
 */
public record Drawing(
    String id, String title, String caption, boolean wide, int width, int height, String template) {
  /**
   * The SVG element as {@link #svg(Ink)}, but of another size.
   *
   * @param pixels its width; its height follows
   */
  public String svg(Ink ink, int pixels) {
    String size = "width=\"" + width + "\" height=\"" + height + "\"";
    String other =
        "width=\"" + pixels + "\" height=\"" + Math.round((double) height * pixels / width) + "\"";
    return svg(ink).replaceFirst(size, other);
  }

  /** The SVG element in colours for {@code ink}. */
  public String svg(Ink ink) {
    return ink.colour(template);
  }
}
