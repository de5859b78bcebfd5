/** The report of a run: a page, the same page on paper, and every chart and table as a file. */
package dev.shortpath.reports;
