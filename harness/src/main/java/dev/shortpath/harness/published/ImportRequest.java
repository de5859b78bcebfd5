package dev.shortpath.harness.published;

import java.nio.file.Path;
import java.util.List;

/**
 * What is imported, and what the run directory says of the import.
 *
 * @param source where the published files lie
 * @param out where the run directory goes; empty or absent
 * @param commandLine as it was typed
 * @param startedUtc ISO 8601
 * @param version of Shortpath
 */
public record ImportRequest(
    Path source, Path out, List<String> commandLine, String startedUtc, String version) {
  public ImportRequest {
    commandLine = List.copyOf(commandLine);
  }
}
