package dev.shortpath.harness.analysis;

import java.util.Map;

/**
 * One metric under one treatment.
 *
 * @param treatment the treatment's id
 * @param levels the treatment's levels
 * @param metric name of the metric
 * @param unit of every figure here
 * @param trials attested trials that went in
 * @param samples all samples of those trials
 * @param kept samples left after trimming
 * @param statistics by name: p25, p50, p75, p99, mean, sd, min, max, and rfc3550-jitter where it is
 *     defined
 */
public record Summary(
    String treatment,
    Map<String, String> levels,
    String metric,
    String unit,
    int trials,
    long samples,
    long kept,
    Map<String, Estimate> statistics) {}
