package dev.shortpath.harness.store;

import com.fasterxml.jackson.annotation.JsonValue;

/** How a trial ended. */
public enum TrialState {
  DONE("done"),
  FAILED("failed");

  private final String word;

  TrialState(String word) {
    this.word = word;
  }

  /** As it stands in {@code trial.json}. */
  @JsonValue
  public String word() {
    return word;
  }
}
