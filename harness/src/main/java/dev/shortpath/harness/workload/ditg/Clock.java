package dev.shortpath.harness.workload.ditg;

/** Makes a time of day go on after midnight: a log knows no date. */
final class Clock {
  private double first = Double.NaN;

  /** Seconds since the midnight before the first time that was asked for. */
  double steady(double timeOfDay) {
    double apart = timeOfDay - first;
    if (Math.abs(apart) <= DitgRecord.DAY / 2) {
      return timeOfDay;
    }
    if (Double.isNaN(first)) {
      first = timeOfDay;
      return timeOfDay;
    }
    return apart < 0 ? timeOfDay + DitgRecord.DAY : timeOfDay - DitgRecord.DAY;
  }
}
