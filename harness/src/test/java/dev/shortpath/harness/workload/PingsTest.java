package dev.shortpath.harness.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PingsTest {
  private static final String HEAD = "# pingecho 1 unit=ns size=24 interval_us=5000 warmup=1";

  @Test
  void readsHeadSamplesAndEnd() throws TestbedException {
    Pings pings = new Pings();
    assertNull(pings.take(HEAD));
    assertEquals(new Sample("latency", 1000, 25000), pings.take("0 1000 25000"));
    assertFalse(pings.complete(), "without an end it was cut");
    assertNull(pings.take("# end sent=2 received=2 lost=0 duration_ns=1500"));
    assertTrue(pings.complete());
    Traffic traffic = pings.traffic(Map.of("size", "24"));
    assertEquals(2, traffic.messagesToServer());
    assertEquals(48, traffic.bytesToClient());
    assertEquals(1500, traffic.duration().toNanos());
  }

  @Test
  void aLostMessageIsNotAnEnd() throws TestbedException {
    Pings pings = new Pings();
    pings.take(HEAD);
    pings.take("# end sent=2 received=1 lost=1 duration_ns=1500");
    assertFalse(pings.complete());
  }

  @Test
  void refusesWhatItDoesNotKnow() throws TestbedException {
    Pings pings = new Pings();
    assertThrows(TestbedException.class, () -> pings.take("0 1000 25000"), "no head yet");
    pings.take(HEAD);
    assertThrows(TestbedException.class, () -> pings.take("0 1000"));
    assertThrows(TestbedException.class, () -> pings.take("0 x 25000"));
  }

  @Test
  void readsSockperfsLog(@TempDir Path temp) throws Exception {
    Path log = temp.resolve("log");
    Files.writeString(
        log,
        "sockperf: [Total Run] RunTime=1.000 sec\n"
            + "packet, txTime(sec), rxTime(sec), rtt(usec)\n"
            + "0, 2.405848314, 2.405927709, 79.395\n"
            + "------------------------------\n");
    List<Sample> samples = new ArrayList<>();
    SockperfLog.read(log, samples::add);
    assertEquals(List.of(new Sample("latency", 2405848314L, 79395)), samples);
  }
}
