package dev.shortpath.reports.html;

/** What may stand in an XML document: tools' output may hold anything. */
final class Characters {
  private Characters() {}

  /** {@code text} with characters that XML 1.0 forbids (section 2.2) replaced by U+FFFD. */
  static String xml(String text) {
    return text.codePoints()
        .map(c -> allowed(c) ? c : 0xFFFD)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean allowed(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= 0x20 && c <= 0xD7FF
        || c >= 0xE000 && c <= 0xFFFD
        || c >= 0x10000;
  }
}
