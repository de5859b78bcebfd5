package dev.shortpath.reports.html;

/**
 * A piece of text.
 *
 * @param kind how it is set
 * @param text plain; whatever it holds is escaped
 */
public record Paragraph(Kind kind, String text) {
  /** How a paragraph is set. */
  public enum Kind {
    LEAD,
    TEXT,
    WARNING,
    ITEM,
    CODE
  }

  static Paragraph lead(String text) {
    return new Paragraph(Kind.LEAD, text);
  }

  static Paragraph text(String text) {
    return new Paragraph(Kind.TEXT, text);
  }

  static Paragraph warning(String text) {
    return new Paragraph(Kind.WARNING, text);
  }

  static Paragraph item(String text) {
    return new Paragraph(Kind.ITEM, text);
  }

  static Paragraph code(String text) {
    return new Paragraph(Kind.CODE, text);
  }
}
