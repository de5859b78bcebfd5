/** From stored trials to figures with intervals and claims with verdicts. */
package dev.shortpath.harness.analysis;
