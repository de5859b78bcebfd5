package dev.shortpath.harness.published;

import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.RunRecord;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.store.TrialState;
import dev.shortpath.harness.store.TrialWriter;
import dev.shortpath.harness.testbed.Attestation;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The ping-echo logs that eZtunnel's authors published: files {@code
 * logs-<mode>-<scenario>-<number>.v3.txt}. One trial a file, all in one block. The logs hold no
 * times: a sample's time is its sequence number times the 100 ms that the paper states.
 */
public final class EzTunnelLogs implements LogImporter {
  static final String NAME = "eztunnel-logs";
  static final String UNATTESTED = "published without counters, so the path cannot be told";

  private static final long INTERVAL_NANOS = 100_000_000;
  private static final Metric LATENCY =
      new Metric(
          "latency",
          "ns",
          Better.LOWER,
          "Round trip of one message and its echo, as the authors' client logged it.",
          "eZtunnel, CloudNet 2024, published logs");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "the ping-echo logs that eZtunnel's authors published (sequence, latency in ns)";
  }

  @Override
  public RunDirectory read(ImportRequest request) throws IOException {
    List<EzTunnelLog> logs = new ArrayList<>();
    Map<String, String> digests = new TreeMap<>();
    for (Path file : files(request.source())) {
      logs.add(EzTunnelLog.read(file));
      digests.put("sha256 of " + file.getFileName(), sha256(Files.readAllBytes(file)));
    }
    logs.sort(
        Comparator.comparingInt(
                (EzTunnelLog log) -> EzTunnelLog.MESHES.indexOf(log.treatment().level("mesh", "")))
            .thenComparingInt(
                log -> EzTunnelLog.SHORTCUTS.indexOf(log.treatment().level("shortcut", "")))
            .thenComparing(log -> log.file().getFileName().toString()));
    List<Trial> plan = new ArrayList<>();
    logs.forEach(log -> plan.add(new Trial(plan.size() + 1, 1, log.treatment(), 1)));
    RunDirectory run = RunDirectory.create(request.out(), record(request, plan, digests));
    for (int i = 0; i < logs.size(); i++) {
      write(run, plan.get(i), logs.get(i), request.startedUtc());
    }
    return run;
  }

  private static List<Path> files(Path source) throws IOException {
    if (!Files.isDirectory(source)) {
      throw new ImportException(source + " is not a directory: give the one with the logs");
    }
    try (Stream<Path> entries = Files.list(source)) {
      List<Path> files = entries.filter(EzTunnelLog::named).sorted().collect(Collectors.toList());
      if (files.isEmpty()) {
        throw new ImportException(
            source + " holds no file logs-<mode>-<scenario>-<number>.v3.txt: is it the right one?");
      }
      return files;
    }
  }

  private static RunRecord record(
      ImportRequest request, List<Trial> plan, Map<String, String> digests) {
    return new RunRecord(
        RunRecord.SCHEMA,
        id(digests),
        NAME,
        EzTunnelTables.experiment(),
        "published",
        "published",
        0,
        plan,
        List.of(LATENCY),
        request.commandLine(),
        request.startedUtc(),
        request.version(),
        digests,
        Map.of());
  }

  private static void write(RunDirectory run, Trial trial, EzTunnelLog log, String startedUtc)
      throws IOException {
    try (TrialWriter writer = run.begin(trial, 1)) {
      int count = log.latencies().length;
      for (int i = 0; i < count; i++) {
        writer.accept(
            new Sample(LATENCY.name(), log.sequences()[i] * INTERVAL_NANOS, log.latencies()[i]));
      }
      Files.copy(log.file(), writer.output().resolve(log.file().getFileName().toString()));
      writer.commit(
          new TrialRecord(
              TrialRecord.SCHEMA,
              trial,
              1,
              TrialState.DONE,
              null,
              EzTunnelTables.WORKLOAD,
              startedUtc,
              0,
              0,
              (log.sequences()[count - 1] - log.sequences()[0]) * INTERVAL_NANOS,
              0,
              null,
              new Attestation(false, UNATTESTED, List.of()),
              Map.of(),
              Map.of(),
              Map.of(),
              count,
              List.of(
                  "imported from " + log.file().getFileName(),
                  "times are sequence numbers times the 100 ms that the paper states")));
    }
  }

  /** Six characters that follow from the files, so that the same data give the same run. */
  private static String id(Map<String, String> digests) {
    byte[] all = digests.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    String text = new BigInteger(sha256(all), 16).toString(36);
    return text.substring(text.length() - 6);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
