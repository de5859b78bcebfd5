/**
 * What a report is made from: a run, its analyses, its raw samples; and how figures are written.
 */
package dev.shortpath.reports.data;
