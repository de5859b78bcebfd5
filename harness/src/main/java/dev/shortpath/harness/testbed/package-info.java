/**
 * What the harness asks of a testbed. Providers live in a module of their own and are found by
 * {@link java.util.ServiceLoader}; nothing in the harness knows one by name.
 */
package dev.shortpath.harness.testbed;
