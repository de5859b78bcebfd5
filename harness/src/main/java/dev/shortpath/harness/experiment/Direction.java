package dev.shortpath.harness.experiment;

/** Which way a claim says that the treatment moves a figure. */
public enum Direction {
  LOWER,
  HIGHER,
  /** The claim says that there is no difference. */
  EQUAL
}
