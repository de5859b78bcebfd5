/**
 * The statistics of a comparison: pure functions of numbers, no input or output, no clock.
 *
 * <p><b>What is resampled.</b> Samples of one trial are not independent of each other, and trials
 * of one block share its circumstances. The unit of resampling is therefore the block, and both
 * arms of a comparison take the same resampled blocks, so that what a block does to both cancels. A
 * resample's statistic is that of all samples of the drawn blocks together, a block drawn twice
 * counting twice. Drawing a block carries its trials' own variation with it; resampling the trials'
 * samples once more on top would count that variation twice (Davison and Hinkley, Bootstrap Methods
 * and their Application, 1997, section 3.8; Ren et al., Nonparametric bootstrapping for
 * hierarchical data, Journal of Applied Statistics 37, 2010). The second level, runs of consecutive
 * samples within each trial, is computed beside it and serves as a floor: a few blocks that agree
 * by luck cannot claim more certainty than their samples hold. With a single block it is all there
 * is.
 *
 * <p><b>Which interval.</b> Percentile intervals of a handful of blocks are far too short (five
 * blocks: about 85 of 100 cover at a nominal 95). The interval is therefore Student's t with the
 * bootstrap standard error, corrected by √(B/(B−1)) for the B blocks (Hesterberg, What Teachers
 * Should Know About the Bootstrap, The American Statistician 69, 2015), on the logarithmic scale
 * for ratios. {@code IntervalsCoverageTest} holds both to the truth. With at most 7 blocks all
 * resamples are enumerated with their probabilities, so that no random number enters at all (Fisher
 * and Hall, Bootstrap algorithms for small samples, 1991).
 *
 * <p><b>Where it is too short.</b> A pooled tail rests on the slowest blocks. Where blocks and
 * trials differ from each other about as much as the samples of a trial do, or more, the P99 comes
 * from one or two blocks, however many there are: most resamples hold those, so that the standard
 * error knows too little of the others, and B−1 degrees of freedom are too many. Of 95 % intervals
 * of a P99's slope, about 90 of 100 then cover at 10 blocks and 86 at 30; they are sound where the
 * samples' own spread is twice that of blocks ({@code LinesCoverageTest} holds both). A median or
 * mean does not suffer from it.
 */
package dev.shortpath.harness.statistics;
