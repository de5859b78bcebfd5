package dev.shortpath.harness.experiment;

/**
 * One planned measurement of one treatment.
 *
 * @param number from 1, in the order of execution
 * @param block from 1; trials are compared within their block
 * @param treatment what is in force
 * @param replica 1, or 2 for the second arm of an A/A pair: the same treatment once more
 */
public record Trial(int number, int block, Treatment treatment, int replica) {}
