package dev.shortpath.harness.analysis;

/**
 * A trial that was kept but not used.
 *
 * @param trial its number
 * @param treatment its treatment's id
 * @param reason why
 */
public record Exclusion(int trial, String treatment, String reason) {}
