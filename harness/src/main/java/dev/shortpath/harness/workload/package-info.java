/**
 * Traffic, and the samples that it yields. The message loop itself is native: a JVM in it would
 * measure itself.
 */
package dev.shortpath.harness.workload;
