package dev.shortpath.harness.workload.ditg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** D-ITG's own decoder: what ours is held against. */
public final class ItgDec {
  private static final Path PROGRAM = Path.of("/usr/bin/ITGDec");

  /** Its options for figures over time: bit rate, delay, jitter, loss. */
  static final String SERIES = "bdjp";

  private ItgDec() {}

  /** Skips the test by name where the decoder is absent. */
  public static void assume() {
    assumeTrue(Files.isExecutable(PROGRAM), "ITGDec is missing: apt-get install d-itg");
  }

  /** Holds summary and series of our reader against the decoder's. */
  public static void agrees(Path log, Path work, double interval) throws Exception {
    assertSummary(run(log), DitgSummary.of(log));
    for (char option : SERIES.toCharArray()) {
      Path file = work.resolve("series-" + option);
      run(log, "-" + option, Long.toString(Math.round(interval * 1000)), file.toString());
      assertSeries(option, Files.readString(file), log, interval);
    }
  }

  /** Every record of a log, as the decoder writes it in text, against ours. */
  public static void assertRecords(Path log, Path work) throws Exception {
    Path file = work.resolve("records");
    run(log, "-l", file.toString());
    List<String> theirs = Files.readAllLines(file);
    List<String> ours = new ArrayList<>();
    DitgLog.read(log, at -> ours.add(line(at)));
    assertEquals(theirs.size(), ours.size());
    for (int i = 0; i < ours.size(); i++) {
      assertEquals(theirs.get(i), ours.get(i), "record " + i);
    }
  }

  private static String line(DitgRecord at) {
    return String.format(
        "Flow>%04d Seq>%7d Src>%46s/%d Dest>%46s/%d txTime>%s rxTime>%s Size>%5d",
        at.flow(),
        at.sequence(),
        at.source(),
        at.sourcePort(),
        at.destination(),
        at.destinationPort(),
        clock(at.sent()),
        clock(at.received()),
        at.size());
  }

  private static String clock(double time) {
    long micros = Math.round(time * 1e6);
    return String.format(
        "%d:%d:%s",
        micros / 3_600_000_000L,
        micros / 60_000_000 % 60,
        DitgText.fixed(micros % 60_000_000 / 1e6, 6));
  }

  private static String run(Path log, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), log.toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
    return out;
  }

  /** Every line of the decoder's summary that we have too, flow by flow and in total. */
  static void assertSummary(String theirs, DitgSummary ours) {
    List<Map<String, String>> sections = sections(theirs);
    assertEquals(sections.size(), ours.flows().size() + 1, theirs);
    for (int i = 0; i < ours.flows().size(); i++) {
      DitgSummary.Flow each = ours.flows().get(i);
      Map<String, String> section = sections.get(i);
      assertEquals(section.get("Flow number"), Integer.toString(each.flow().number()));
      assertEquals(section.get("From"), each.flow().source() + ":" + each.flow().sourcePort());
      assertEquals(
          section.get("To"), each.flow().destination() + ":" + each.flow().destinationPort());
      assertLines(section, each.figures());
    }
    assertLines(sections.get(ours.flows().size()), ours.total());
  }

  private static void assertLines(Map<String, String> theirs, DitgFigures ours) {
    DitgText.lines(ours)
        .forEach((label, value) -> assertEquals(theirs.get(label), value, label + " " + theirs));
  }

  private static List<Map<String, String>> sections(String text) {
    List<Map<String, String>> sections = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("Flow number:") || line.contains("TOTAL RESULTS")) {
        sections.add(new LinkedHashMap<>());
      }
      String[] pair = line.split(line.contains("=") ? "\\s*=\\s*" : ":?\\s+", 2);
      if (line.startsWith("Flow number:")) {
        pair = line.split(": ");
      }
      if (!sections.isEmpty() && pair.length == 2) {
        sections.get(sections.size() - 1).put(pair[0].strip(), pair[1].strip());
      }
    }
    return sections;
  }

  /** Every number of a file of figures over time; the last column is what all flows add up to. */
  static void assertSeries(char option, String theirs, Path log, double interval)
      throws IOException {
    DitgSeries ours = DitgSeries.of(log, DitgSummary.of(log), interval);
    List<String> lines = theirs.lines().toList();
    assertEquals(lines.size() - 1, ours.intervals(), "intervals of -" + option);
    for (int i = 0; i < ours.intervals(); i++) {
      StringBuilder line = new StringBuilder(DitgText.fixed(i * interval, 6));
      for (int flow = 0; flow < ours.flows().size(); flow++) {
        line.append(' ').append(DitgText.fixed(value(option, ours.at(flow, i), interval), 6));
      }
      // The decoder divides 0 by 0 where a flow's last interval has its only packet.
      String theirLine = lines.get(i + 1).replace("-nan", "0.000000");
      assertEquals(
          theirLine.substring(0, theirLine.lastIndexOf(' ')), line.toString(), "-" + option);
      if (option == 'b') {
        String sum = theirLine.substring(theirLine.lastIndexOf(' ') + 1);
        assertEquals(Double.parseDouble(sum), ours.bitRate(i) / 1000, 1e-5);
      }
    }
  }

  private static double value(char option, DitgSeries.Point point, double interval) {
    return switch (option) {
      case 'b' -> point.bytes() * 8 / interval / 1000;
      case 'd' -> point.meanDelay();
      case 'j' -> point.jitter();
      default -> point.lost();
    };
  }
}
