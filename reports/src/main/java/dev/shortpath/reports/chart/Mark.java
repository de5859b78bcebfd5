package dev.shortpath.reports.chart;

import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The forms of marks, in the order of a chart's series. */
enum Mark {
  CIRCLE(SeriesMarkers.CIRCLE, "M-4,0A4,4 0 1 0 4,0A4,4 0 1 0 -4,0Z"),
  DIAMOND(SeriesMarkers.DIAMOND, "M0,-5L5,0L0,5L-5,0Z"),
  SQUARE(SeriesMarkers.SQUARE, "M-4,-4H4V4H-4Z"),
  UP(SeriesMarkers.TRIANGLE_UP, "M0,-5L4.5,4H-4.5Z"),
  DOWN(SeriesMarkers.TRIANGLE_DOWN, "M0,5L4.5,-4H-4.5Z");

  private final Marker marker;
  private final String outline;

  Mark(Marker marker, String outline) {
    this.marker = marker;
    this.outline = outline;
  }

  /** The mark of a series, by its number from 0. */
  static Mark of(int series) {
    return values()[series % values().length];
  }

  /** As XChart draws it. */
  Marker marker() {
    return marker;
  }

  /** The same as an SVG path around 0,0. */
  String outline() {
    return outline;
  }
}
