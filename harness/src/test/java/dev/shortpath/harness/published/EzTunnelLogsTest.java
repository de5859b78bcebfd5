package dev.shortpath.harness.published;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.StoreException;
import dev.shortpath.harness.store.TrialRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EzTunnelLogsTest {
  @TempDir Path temporary;

  @Test
  void isFoundByName() {
    List<String> names =
        ServiceLoader.load(LogImporter.class).stream()
            .map(p -> p.get().name())
            .collect(Collectors.toList());
    assertTrue(names.contains("eztunnel-logs"), names.toString());
  }

  @Test
  void eachFileIsATrial() throws Exception {
    log("logs-ztunnel-optimization-7.v3.txt", "0, 300\n1, 310\n3, 305\n");
    log("logs-none-baseline-6.v3.txt", "0, 500\n1, 510\n");
    log("README.txt", "no log\n");
    RunDirectory run = read("run");
    assertEquals("eztunnel-logs", run.run().origin());
    List<TrialRecord> trials = run.trials();
    assertEquals(2, trials.size());
    assertEquals("mesh=none,shortcut=off", trials.get(0).trial().treatment().id());
    assertEquals("mesh=ambient,shortcut=sockmap", trials.get(1).trial().treatment().id());
    assertArrayEquals(new double[] {300, 310, 305}, run.values(2, "latency"));
    assertEquals(3, trials.get(1).samples());
    assertEquals(300_000_000, trials.get(1).trafficNanos());
    assertFalse(trials.get(1).attestation().attested());
    assertTrue(
        Files.exists(run.path().resolve("trials/0002/output/logs-ztunnel-optimization-7.v3.txt")));
  }

  @Test
  void whatIsNoFileOrTooLongIsNamed() throws Exception {
    Path log = temporary.resolve("logs/logs-none-baseline-6.v3.txt");
    log("logs-none-baseline-6.v3.txt", "0, 500\n");
    Files.delete(log);
    assertEquals(0, new ProcessBuilder("mkfifo", log.toString()).start().waitFor());
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> refused("6.v3.txt: is no file of"));
    Files.delete(log);
    try (RandomAccessFile hole = new RandomAccessFile(log.toFile(), "rw")) {
      hole.setLength(EzTunnelLog.MAX_BYTES + 1);
    }
    refused("6.v3.txt: is no file of at most");
  }

  private void refused(String why) {
    ImportException e = assertThrows(ImportException.class, () -> read("run"));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @Test
  void theSameFilesGiveTheSameRun() throws Exception {
    log("logs-none-baseline-6.v3.txt", "0, 500\n1, 510\n");
    RunDirectory one = read("one");
    RunDirectory two = read("two");
    assertEquals(one.run(), two.run());
    assertTrue(one.run().id().matches("[a-z0-9]{6}"), one.run().id());
    log("logs-none-baseline-6.v3.txt", "0, 500\n1, 511\n");
    assertFalse(one.run().id().equals(read("three").run().id()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "logs-none-baseline-6.v3.txt|0, 500;1, x|line 2: latency 'x' is not a whole number from 0",
        "logs-none-baseline-6.v3.txt|0, 500;1, -4|line 2: latency '-4' is not a whole number from 0",
        "logs-none-baseline-6.v3.txt|0, 500;1, 0|line 2: latency 0 is not above 0",
        "logs-none-baseline-6.v3.txt|zero, 500|line 1: sequence 'zero' is not a whole number from 0",
        "logs-none-baseline-6.v3.txt|0, 500, 7|line 1: 3 fields instead of 2: sequence, latency in ns",
        "logs-none-baseline-6.v3.txt|0, 500;;1, 5|line 2: 1 fields instead of 2: sequence, latency in ns",
        "logs-none-baseline-6.v3.txt|1, 500;1, 510|line 2: sequence 1 does not follow 1",
        "logs-none-baseline-6.v3.txt|é|: is not a text of sequence, latency: fetch it again",
        "logs-none-baseline-6.v3.txt|''|: holds no line: fetch it again",
        "logs-istio-baseline-6.v3.txt|0, 5|: mode 'istio' in the file's name is not one of none, ztunnel",
        "logs-none-fast-6.v3.txt|0, 5|: scenario 'fast' in the file's name is not one of baseline, optimization",
        "logs-none-baseline-6.v1.txt|0, 5|: the name is not logs-<mode>-<scenario>-<number>.v3.txt",
      })
  void badInputIsOneLineWithItsPlace(String name, String text, String message) throws Exception {
    log(name, text.replace(';', '\n'));
    ImportException e = assertThrows(ImportException.class, () -> read("run"));
    assertTrue(e.getMessage().contains(name), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
    assertFalse(Files.exists(temporary.resolve("run")), "nothing is left behind");
  }

  @Test
  void aWrongDirectoryIsNamed() throws Exception {
    Files.createDirectories(temporary.resolve("logs"));
    assertTrue(
        assertThrows(ImportException.class, () -> read("run"))
            .getMessage()
            .contains("holds no file"));
    Files.delete(temporary.resolve("logs"));
    assertTrue(
        assertThrows(ImportException.class, () -> read("run"))
            .getMessage()
            .contains("is not a directory"));
  }

  @Test
  void anOccupiedPlaceIsLeftAlone() throws Exception {
    log("logs-none-baseline-6.v3.txt", "0, 500\n");
    Files.createDirectories(temporary.resolve("run"));
    Files.writeString(temporary.resolve("run/mine"), "x");
    assertThrows(StoreException.class, () -> read("run"));
    assertEquals("x", Files.readString(temporary.resolve("run/mine")));
  }

  private void log(String name, String text) throws IOException {
    Files.createDirectories(temporary.resolve("logs"));
    Files.writeString(temporary.resolve("logs").resolve(name), text);
  }

  private RunDirectory read(String out) throws IOException {
    return new EzTunnelLogs()
        .read(
            new ImportRequest(
                temporary.resolve("logs"),
                temporary.resolve(out),
                List.of("import", "eztunnel-logs"),
                "2024-01-01T00:00:00Z",
                "test"));
  }
}
