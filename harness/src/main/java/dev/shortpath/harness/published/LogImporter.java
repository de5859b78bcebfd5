package dev.shortpath.harness.published;

import dev.shortpath.harness.store.RunDirectory;
import java.io.IOException;

/** Reads published raw data. Found by {@link java.util.ServiceLoader}. */
public interface LogImporter {
  /** For example {@code eztunnel-logs}; becomes the run's origin. */
  String name();

  /** One line for {@code shortpath list}. */
  String summary();

  /**
   * Writes the data as a run directory.
   *
   * @throws ImportException when the data cannot be read: one line with file, line and field
   * @throws IOException when the run directory cannot be written
   */
  RunDirectory read(ImportRequest request) throws IOException;
}
