package dev.shortpath.harness.published;

import dev.shortpath.harness.experiment.Treatment;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of eZtunnel's log files: lines of {@code sequence, latency in ns}.
 *
 * @param file where it was read from
 * @param treatment which its name tells
 * @param sequences message numbers, rising
 * @param latencies round trips in ns, one for each sequence
 */
record EzTunnelLog(Path file, Treatment treatment, long[] sequences, long[] latencies) {
  static final List<String> MESHES = List.of("none", "ambient");
  static final List<String> SHORTCUTS = List.of("off", "sockmap");

  private static final Pattern NAME =
      Pattern.compile("logs-([a-z0-9]+)-([a-z0-9]+)-([0-9]+)\\.v3\\.txt");
  private static final Map<String, String> MODES = Map.of("none", "none", "ztunnel", "ambient");
  private static final Map<String, String> SCENARIOS =
      Map.of("baseline", "off", "optimization", "sockmap");

  static final long MAX_BYTES = 64 << 20;

  static boolean named(Path file) {
    return file.getFileName().toString().matches("logs-.*\\.txt");
  }

  static EzTunnelLog read(Path file) throws IOException {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches()) {
      throw new ImportException(
          file + ": the name is not logs-<mode>-<scenario>-<number>.v3.txt: rename or remove it");
    }
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("mesh", level(file, "mode", MODES, name.group(1)));
    levels.put("shortcut", level(file, "scenario", SCENARIOS, name.group(2)));
    List<String> lines = lines(file);
    if (lines.isEmpty()) {
      throw new ImportException(file + ": holds no line: fetch it again");
    }
    long[] sequences = new long[lines.size()];
    long[] latencies = new long[lines.size()];
    for (int i = 0; i < lines.size(); i++) {
      String[] fields = lines.get(i).split(",", -1);
      if (fields.length != 2) {
        throw at(file, i, fields.length + " fields instead of 2: sequence, latency in ns");
      }
      sequences[i] = number(file, i, "sequence", fields[0]);
      latencies[i] = number(file, i, "latency", fields[1]);
      if (i > 0 && sequences[i] <= sequences[i - 1]) {
        throw at(file, i, "sequence " + sequences[i] + " does not follow " + sequences[i - 1]);
      }
      if (latencies[i] == 0) {
        throw at(file, i, "latency 0 is not above 0");
      }
    }
    return new EzTunnelLog(file, new Treatment(levels), sequences, latencies);
  }

  private static List<String> lines(Path file) throws IOException {
    // A pipe would never end; the longest published log has a hundred kilobytes.
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
      throw new ImportException(
          file + ": is no file of at most " + MAX_BYTES + " bytes: fetch it again");
    }
    try {
      return Files.readAllLines(file, StandardCharsets.US_ASCII);
    } catch (MalformedInputException e) {
      throw new ImportException(file + ": is not a text of sequence, latency: fetch it again");
    }
  }

  private static String level(Path file, String what, Map<String, String> known, String word)
      throws ImportException {
    String level = known.get(word);
    if (level == null) {
      throw new ImportException(
          file
              + ": "
              + what
              + " '"
              + word
              + "' in the file's name is not one of "
              + String.join(", ", new java.util.TreeSet<>(known.keySet())));
    }
    return level;
  }

  private static long number(Path file, int index, String field, String text)
      throws ImportException {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw at(file, index, field + " '" + text.strip() + "' is not a whole number from 0");
  }

  private static ImportException at(Path file, int index, String message) {
    return new ImportException(file + " line " + (index + 1) + ": " + message);
  }
}
