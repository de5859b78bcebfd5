package dev.shortpath.harness.analysis;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a run says of a claim. */
public enum Verdict {
  /**
   * The interval excludes no effect, has the claimed sign, and covers or exceeds the published
   * figure.
   */
  REPRODUCED("reproduced"),
  NOT_REPRODUCED("not reproduced"),
  /** The run, or the source's own figure, does not tell. */
  INCONCLUSIVE("inconclusive");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /**
   * Whether this fails where claims are taken strictly: a finding does, a lack of evidence does
   * not.
   */
  public boolean fails(boolean strict) {
    return strict && this == NOT_REPRODUCED;
  }

  /** As it stands in reports and files. */
  @JsonValue
  public String words() {
    return words;
  }
}
