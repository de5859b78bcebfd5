/**
 * Run directories: the only place that reads or writes them. {@code docs/run-format.md} is the
 * format's description.
 */
package dev.shortpath.harness.store;
