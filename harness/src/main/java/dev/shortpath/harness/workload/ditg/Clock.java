package dev.shortpath.harness.workload.ditg;

/** Makes a time of day go on after midnight: a log knows no date. */
final class Clock {
  private final double first;

  /**
   * A clock for one log.
   *
   * @param first the log's first receiving time, seconds since midnight
   */
  Clock(double first) {
    this.first = first;
  }

  /** Seconds since the midnight before the log's first receiving time. */
  double steady(double timeOfDay) {
    double apart = timeOfDay - first;
    if (Math.abs(apart) <= DitgRecord.DAY / 2) {
      return timeOfDay;
    }
    return apart < 0 ? timeOfDay + DitgRecord.DAY : timeOfDay - DitgRecord.DAY;
  }
}
