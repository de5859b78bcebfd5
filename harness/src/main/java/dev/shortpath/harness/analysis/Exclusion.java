package dev.shortpath.harness.analysis;

/**
 * A trial that was kept but not used.
 *
 * @param trial its number
 * @param treatment its treatment's id
 * @param reason why
 * @param recovered whether a later attempt at the same trial was used in its place
 */
public record Exclusion(int trial, String treatment, String reason, boolean recovered) {}
