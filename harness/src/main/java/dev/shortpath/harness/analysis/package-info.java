/**
 * From stored trials to figures with intervals and claims with verdicts.
 *
 * <p><b>Which trials.</b> Attested ones, or, of imported data, all (the notes then say that no path
 * is attested). Summaries and claims rest on a treatment's first replica; the second serves the A/A
 * comparisons alone. A comparison rests on the blocks that hold both sides. Collectors' costs are
 * metrics with one sample a trial.
 *
 * <p><b>What is computed.</b> A figure is that of all its blocks' samples pooled; {@link
 * dev.shortpath.harness.statistics} says how intervals are made. The p-value is that of a paired
 * permutation of the blocks' log ratios: trials are compared, not samples, which are not
 * independent. Cliff's delta describes the samples. The smallest detectable effect comes from the
 * A/A pairs' log ratios in single blocks, of every repeated treatment, or, where there are none,
 * from the spread of the comparison's own. Extremes have no interval.
 *
 * <p><b>Verdicts.</b> <i>Reproduced</i>: the interval excludes no change, has the claimed sign, and
 * covers the published ratio or exceeds it. <i>Not reproduced</i>: it excludes no change on the
 * wrong side, or all of it is weaker than the published ratio, whether or not it includes no
 * change. <i>Inconclusive</i>: it includes both no change and the published ratio; or there are no
 * attested trials of a side, or a measured run has a single block, or an A/A comparison of the same
 * metric and statistic itself excludes no change with a larger ratio than the claim's; or the
 * published ratio cannot be told from 1 with the source's own number of trials ({@link
 * dev.shortpath.harness.analysis.ChanceBand}): such a source states no effect, and no equality
 * either, so that neither its ratio's side of 1 nor its size is held against the run. A claim
 * without a published ratio is judged by its sign. A claim of no difference is reproduced when the
 * whole interval lies within 5 % (an equivalence test in the manner of Schuirmann 1987; a fixed
 * margin, because one that grows with the noise would reward it) and not reproduced when all of it
 * lies outside.
 */
package dev.shortpath.harness.analysis;
