package dev.shortpath.harness.workload.ditg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DitgLogTest {
  @TempDir Path directory;

  /**
   * Logs of ITGRecv 2.8.1: {@code four}: TCP and UDP, IPv4 and IPv6 at once, sizes and rates drawn
   * at random; {@code lossy}: UDP over IPv6 through a shaped link that drops a third.
   */
  @ParameterizedTest
  @ValueSource(strings = {"four", "lossy"})
  void aRealLogGivesTheDecodersFigures(String name) throws Exception {
    Path log = real(name);
    ItgDec.assertSummary(text(name + ".summary.txt"), DitgSummary.of(log));
    for (char option : ItgDec.SERIES.toCharArray()) {
      ItgDec.assertSeries(option, text(name + "." + option + ".txt"), log, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"four", "lossy"})
  void theInstalledDecoderAgreesRecordByRecord(String name) throws Exception {
    ItgDec.assume();
    Path log = real(name);
    ItgDec.agrees(log, directory, 1);
    ItgDec.agrees(log, directory, 0.25);
    ItgDec.assertRecords(log, directory);
  }

  @Test
  void theInstalledDecoderAgreesOnLossReorderingAndDuplicates() throws Exception {
    ItgDec.assume();
    for (int seed = 0; seed < 25; seed++) {
      Path log = disorder(new Random(seed)).to(directory.resolve("disorder"));
      ItgDec.agrees(log, directory, seed % 2 == 0 ? 1 : 0.5);
    }
  }

  @Test
  void partsReadApartGiveWhatTheWholeGives() throws Exception {
    int refused = 0;
    for (int seed = 100; seed < 140; seed++) {
      Path log = disorder(new Random(seed)).to(directory.resolve("parts"));
      DitgLog.Extent extent = DitgLog.extent(log);
      double start = DitgLog.start(log);
      DitgSummary whole = Parts.count(log, extent, start, 1).summary(0);
      for (int parts = 2; parts <= 5; parts++) {
        Count joined = Parts.count(log, extent, start, parts);
        if (joined == null) {
          refused++;
        } else {
          assertEquals(DitgText.of(whole), DitgText.of(joined.summary(0)), "seed " + seed);
        }
      }
    }
    assertTrue(refused > 0 && refused < 150, "both kinds must occur: " + refused);
  }

  private static Records disorder(Random random) {
    int count = 3 + random.nextInt(300);
    List<int[]> packets = new ArrayList<>();
    int flows = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      for (int flow = 1; flow <= flows; flow++) {
        if (random.nextInt(10) > 0) {
          packets.add(new int[] {flow, i / flows + 1});
        }
        if (random.nextInt(30) == 0) {
          packets.add(new int[] {flow, i + 1});
        }
      }
    }
    for (int i = random.nextInt(10); i > 0; i--) {
      int at = random.nextInt(packets.size() - 2);
      Collections.swap(packets, at, at + 1 + random.nextInt(2));
    }
    Records log = new Records();
    double time = 3598;
    for (int[] packet : packets) {
      time += random.nextInt(1 + 4_000_000 / count) / 1e6;
      double late = random.nextInt(40) == 0 ? 0.3 : 0;
      double delay = (200 + random.nextInt(3000)) / 1e6;
      log.add(packet[0], packet[1], time, time + delay + late, random.nextInt(9000));
    }
    return log;
  }

  @Test
  void whatADyingReceiverLeftUnfinishedIsToldAndNotCounted() throws Exception {
    byte[] whole = Files.readAllBytes(real("lossy"));
    int records = 700;
    Path log = directory.resolve("cut");
    Files.write(log, java.util.Arrays.copyOf(whole, records * DitgRecord.BYTES + 143));
    DitgSummary summary = DitgSummary.of(log);
    assertEquals(records, summary.total().packets());
    assertEquals(143, summary.rest());
    assertTrue(DitgText.of(summary).contains("Unfinished last record: 143 bytes"));
  }

  @Test
  void anEmptyLogAndLessThanOneRecordAreErrors() throws Exception {
    for (int length : new int[] {0, 143}) {
      Path log = Files.write(directory.resolve("empty"), new byte[length]);
      String message = refused(log);
      assertTrue(message.startsWith(log + " holds no packet"), message);
    }
  }

  @Test
  void garbageIsOneClearErrorThatNamesThePlace() throws Exception {
    byte[] garbage = new byte[1440];
    new Random(4).nextBytes(garbage);
    assertTrue(refused(new Records().raw(garbage).to(directory.resolve("a"))).contains("record 1"));
    Records half = new Records();
    for (int i = 1; i <= 5000; i++) {
      half.add(1, i, 100 + i * 0.01, 100.001 + i * 0.01, 64);
    }
    String message = refused(half.raw(garbage).to(directory.resolve("b")));
    assertTrue(message.contains("record 5001 (byte 720000)"), message);
    Path text = Files.writeString(directory.resolve("c"), "Flow>0001 Seq>      1 Src>".repeat(40));
    assertTrue(refused(text).contains("is not a binary log of D-ITG's receiver"));
  }

  private static String refused(Path log) {
    return assertThrows(DitgFormatException.class, () -> DitgSummary.of(log)).getMessage();
  }

  @Test
  void midnightIsNoLeap() throws Exception {
    Records records = new Records();
    for (int i = 0; i < 10; i++) {
      double sent = 86_399 + i * 0.25;
      records.add(1, i + 1, sent % 86_400, (sent + 0.5) % 86_400, 100);
    }
    Path log = records.to(directory.resolve("midnight"));
    DitgSummary summary = DitgSummary.of(log);
    assertEquals(2.25, summary.total().seconds(), 1e-9);
    assertEquals(0.5, summary.total().minDelay(), 1e-9);
    assertEquals(0.5, summary.total().maxDelay(), 1e-9);
    assertEquals(0, summary.total().jitter(), 1e-9);
    assertEquals(3, DitgSeries.of(log, summary, 1).intervals());
  }

  @Test
  void clocksFarApartDoNotDrownTheDeviation() throws Exception {
    Records records = new Records();
    for (int i = 0; i < 1000; i++) {
      records.add(1, i + 1, 1000 + i * 0.001, 40_000 + i * 0.001 + (i % 2) * 2e-6, 100);
    }
    DitgFigures total = DitgSummary.of(records.to(directory.resolve("apart"))).total();
    assertEquals(1e-6, total.delayDeviation(), 1e-9);
  }

  @Test
  void whatFollowsTheEndOfAnAddressMakesNoOtherFlow() throws Exception {
    Records records = new Records();
    for (int i = 1; i <= 200; i++) {
      records.add(1 + i / 7 % 2, i, 100 + i, 100.001 + i, 10);
    }
    Path clean = records.to(directory.resolve("clean"));
    byte[] bytes = Files.readAllBytes(clean);
    for (int i = 0; i < 200; i += 3) {
      bytes[i * DitgRecord.BYTES + DitgRecord.SOURCE + 20] = (byte) i;
      bytes[i * DitgRecord.BYTES + DitgRecord.DESTINATION + DitgRecord.TEXT - 1] = -1;
    }
    Path dirty = Files.write(directory.resolve("dirty"), bytes);
    DitgSummary summary = DitgSummary.of(dirty);
    assertEquals(DitgSummary.of(clean), summary);
    assertEquals(2, summary.flows().size());
    assertEquals(
        DitgSeries.of(clean, summary, 1).lines(), DitgSeries.of(dirty, summary, 1).lines());
  }

  @Test
  void oneImplausibleFieldAmongRecordsThatAreAlikeIsFound() throws Exception {
    Records records = new Records();
    for (int i = 1; i <= 300; i++) {
      records.add(1, i, 100 + i * 1e-3, 100.001 + i * 1e-3, 10);
    }
    byte[] good = Files.readAllBytes(records.to(directory.resolve("good")));
    // The highest bytes of sequence number, port, minute, size and seconds, and two first letters.
    for (int offset : new int[] {7, 15, 23, 31, 35, 36, 82, 135, 143}) {
      byte[] bad = good.clone();
      bad[200 * DitgRecord.BYTES + offset] = (byte) 0xff;
      Path log = Files.write(directory.resolve("bad"), bad);
      assertTrue(refused(log).contains("record 201 (byte 28800)"), "offset " + offset);
    }
  }

  @Test
  void latePacketsAreCounted() throws Exception {
    Records records = new Records();
    for (int sequence : new int[] {1, 2, 4, 3, 5, 9, 9}) {
      records.add(1, sequence, 100, 100.001, 10);
    }
    DitgFigures figures = DitgSummary.of(records.to(directory.resolve("late"))).total();
    assertEquals(2, figures.late());
    assertEquals(2, figures.lost(), "7 and 8, and 6 was taken back by the duplicate");
    assertEquals(0, figures.bitRate(), "all at one instant");
  }

  private Path real(String name) throws IOException {
    try (InputStream in = new GZIPInputStream(resource(name + ".log.gz"))) {
      return Files.write(directory.resolve(name), in.readAllBytes());
    }
  }

  private static String text(String name) throws IOException {
    try (InputStream in = resource(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream resource(String name) {
    return DitgLogTest.class.getResourceAsStream("/ditg/" + name);
  }
}
