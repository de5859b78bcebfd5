package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.workload.ditg.Ditg;
import dev.shortpath.harness.workload.ditg.DitgSummary;
import dev.shortpath.harness.workload.ditg.DitgText;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Our reader of D-ITG's binary log against ITGDec, each a process of its own, on the same log: the
 * records of a real TCP flow, repeated with sequence numbers and times going on until there are
 * {@value #WANTED} bytes of them: of less, the start of a JVM would be a good part of the time.
 * Every figure of ours must be ITGDec's, digit by digit.
 */
final class ItgDecode implements Benchmark {
  private static final long WANTED = 2_000_000_000;
  private static final int RECORD = 144;
  private static final double NOON = 43_200;
  private static final String DECODER = "/usr/bin/ITGDec";

  @Override
  public List<String> figures() {
    return List.of("itg_decode");
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    Path log = ground.directory().resolve("itg.log");
    repeat(Files.readAllBytes(flow(ground)), log);
    double megabytes = Files.size(log) / 1e6;
    List<String> ours = new ArrayList<>();
    List<String> theirs = new ArrayList<>();
    Figure figure =
        Alternating.figure(
            "itg_decode",
            "MB/s",
            ">= 10",
            3,
            () -> megabytes / seconds(reader(log), ours),
            () -> megabytes / seconds(List.of(DECODER, log.toString()), theirs));
    compare(ours, theirs);
    Files.delete(log);
    return List.of(figure);
  }

  /** Three seconds of a TCP flow between two pods. */
  private static Path flow(Ground ground) throws Exception {
    Path output = Files.createTempDirectory(ground.directory(), "flow-");
    Ditg workload = new Ditg();
    Map<String, String> parameters = new TreeMap<>();
    workload.parameters().forEach(p -> parameters.put(p.name(), p.defaultValue()));
    parameters.putAll(Map.of("seconds", "3", "attempts", "3", "keep-log", "true"));
    try (Scene scene = ground.prepare(Ground.treatment("none", "off", "one-node"))) {
      workload.run(scene, parameters, sample -> {}, output);
    }
    try (var logs = Files.newDirectoryStream(output, "itgrecv-*.log")) {
      Path last = null;
      for (Path log : logs) {
        last = last == null || log.compareTo(last) > 0 ? log : last;
      }
      return last;
    }
  }

  private static void repeat(byte[] flow, Path log) throws IOException {
    int whole = flow.length / RECORD;
    ByteBuffer records = ByteBuffer.wrap(flow).order(ByteOrder.LITTLE_ENDIAN);
    double start = time(records, 16, 128);
    double length =
        time(records.slice((whole - 1) * RECORD, RECORD).order(ByteOrder.LITTLE_ENDIAN), 24, 136)
            - start;
    int last = records.getInt((whole - 1) * RECORD + 4);
    ByteBuffer moved = ByteBuffer.allocate(whole * RECORD).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(log))) {
      for (int round = 0; (long) round * whole * RECORD < WANTED; round++) {
        System.arraycopy(flow, 0, moved.array(), 0, whole * RECORD);
        for (int i = 0; i < whole; i++) {
          ByteBuffer record = moved.slice(i * RECORD, RECORD).order(ByteOrder.LITTLE_ENDIAN);
          record.putInt(4, record.getInt(4) + round * last);
          // At noon, so that no log passes midnight, which ITGDec cannot.
          double shift = NOON - start + round * length;
          move(record, 16, 128, shift);
          move(record, 24, 136, shift);
        }
        out.write(moved.array());
      }
    }
  }

  private static double time(ByteBuffer record, int hour, int second) {
    return record.getInt(hour) * 3600 + record.getInt(hour + 4) * 60 + record.getDouble(second);
  }

  private static void move(ByteBuffer record, int hour, int second, double shift) {
    long micros = Math.round((time(record, hour, second) + shift) * 1e6);
    record.putInt(hour, (int) (micros / 3_600_000_000L));
    record.putInt(hour + 4, (int) (micros / 60_000_000 % 60));
    record.putDouble(second, micros % 60_000_000 / 1e6);
  }

  /** This program's own Java with at most 256 MB of heap. */
  private static List<String> reader(Path log) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = place(DitgSummary.class) + File.pathSeparator + place(Reader.class);
    return List.of(java, "-Xmx256m", "-cp", classes, Reader.class.getName(), log.toString());
  }

  private static String place(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }

  private static double seconds(List<String> command, List<String> said) throws Exception {
    Path out = Files.createTempFile("itg-decode-", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
      long start = System.nanoTime();
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      int status = process.waitFor();
      double took = (System.nanoTime() - start) / 1e9;
      if (status != 0) {
        throw new IllegalStateException(command + " ended with status " + status);
      }
      said.clear();
      said.addAll(Files.readAllLines(out));
      return took;
    } finally {
      Files.delete(out);
    }
  }

  private static void compare(List<String> ours, List<String> theirs) {
    Set<String> known = new HashSet<>();
    theirs.forEach(line -> known.add(line.replace(" ", "")));
    for (String line : ours) {
      if (line.contains("=") && !known.contains(line.replace(" ", ""))) {
        throw new IllegalStateException("ITGDec does not say '" + line.strip() + "': " + theirs);
      }
    }
  }

  /** What is timed: reads a log and prints its figures. */
  static final class Reader {
    private Reader() {}

    /** Entry point. */
    public static void main(String[] log) throws IOException {
      String text = DitgText.of(DitgSummary.of(Path.of(log[0])));
      System.out.write(text.getBytes(StandardCharsets.UTF_8));
      System.out.flush();
    }
  }
}
