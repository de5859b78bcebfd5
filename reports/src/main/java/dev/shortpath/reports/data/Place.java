package dev.shortpath.reports.data;

/** Where in a report something stands; the report has one section for each, in this order. */
public enum Place {
  ANSWER("Answer"),
  SCALING("How figures grow"),
  PUBLISHED("Published beside measured"),
  FIGURES("Figures"),
  DISTRIBUTIONS("Distributions"),
  COURSE("Course of the run"),
  SENSITIVITY("What this run could have shown"),
  PATH("Which path the packets took"),
  ENVIRONMENT("Environment and parts"),
  METHOD("Method"),
  LIMITS("Limits"),
  AGAIN("How to run it again");

  private final String title;

  Place(String title) {
    this.title = title;
  }

  /** The section's heading. */
  public String title() {
    return title;
  }

  /** The section's anchor, for example {@code published}. */
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
