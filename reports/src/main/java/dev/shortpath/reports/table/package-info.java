/**
 * Tables, and their CSV files. A new table is a class that implements {@link
 * dev.shortpath.reports.table.Table} and a line in {@code META-INF/services}.
 */
package dev.shortpath.reports.table;
