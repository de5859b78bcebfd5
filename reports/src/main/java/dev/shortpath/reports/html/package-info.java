/**
 * The report as one page: sections of texts, tables and charts. A new text is a class that
 * implements {@link dev.shortpath.reports.html.Prose} and a line in {@code META-INF/services}.
 */
package dev.shortpath.reports.html;
