package dev.shortpath.harness.analysis;

/**
 * The ratio within one block.
 *
 * @param block from 1
 * @param ratio treatment / baseline of the statistic over that block's trials
 */
public record BlockRatio(int block, double ratio) {}
