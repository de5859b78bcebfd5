/**
 * D-ITG (Botta, Dainotti, Pescapé, <em>Computer Networks</em> 56(15), 2012): its traffic as a
 * workload, and a reader of the log that its receiver writes. What a record looks like and how the
 * figures are defined stands in {@code docs/ditg-log.md}.
 */
package dev.shortpath.harness.workload.ditg;
