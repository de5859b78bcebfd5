package dev.shortpath.harness.report;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.store.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Turns a stored run into something to read. Found by {@link java.util.ServiceLoader}. */
public interface ReportWriter {
  /** For example {@code html}. */
  String name();

  /**
   * Writes below {@code directory}; the same run and analysis give the same bytes.
   *
   * @param analyses the analysis to report first, then others to show beside it (another trimming)
   * @return the files written, the one to open first
   */
  List<Path> write(RunDirectory run, List<Analysis> analyses, Path directory) throws IOException;
}
