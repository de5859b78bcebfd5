/** The page on paper. */
package dev.shortpath.reports.pdf;
