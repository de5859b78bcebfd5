package dev.shortpath.harness.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Action.Span;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectsTest {
  private static final String HEAD =
      "# connects 1 unit=ns protocol=tcp targets=2 pid=77 start_ns=5";
  private static final String END =
      "# end flows=12 answered=10 failed=2 sent=4 received=3 bytes_sent=64 bytes_received=48"
          + " samples=9 errors=1 duration_ns=1500";

  @Test
  void readsHeadSamplesFailuresAndEnd() throws TestbedException {
    Connects connects = new Connects();
    assertNull(connects.take(HEAD));
    assertEquals(77, connects.pid());
    Connects.Line line = connects.take("first-packet 1 1000 25000 server-1");
    assertEquals(new Sample("first-packet", 1000, 25000), line.sample());
    assertEquals(26000, line.endNanos());
    assertTrue(connects.take("error 0 2000 300 ECONNREFUSED").failed());
    assertThrows(TestbedException.class, connects::traffic, "without an end it was cut");
    assertNull(connects.take(END));
    Traffic traffic = connects.traffic();
    assertEquals(10, traffic.connections(), "what was not answered was not opened");
    assertEquals(3, traffic.messagesToClient());
    assertEquals(64, traffic.bytesToServer());
    assertEquals(1500, traffic.duration().toNanos());
    assertEquals(2, connects.failed());
  }

  @Test
  void refusesWhatItDoesNotKnow() throws TestbedException {
    Connects connects = new Connects();
    assertThrows(TestbedException.class, () -> connects.take("connect 0 1 2 -"), "no head yet");
    connects.take(HEAD);
    for (String wrong : List.of("connect 0 1 2", "connect 0 1 x -", "close 0 1 2 -", "")) {
      assertThrows(TestbedException.class, () -> connects.take(wrong), wrong);
    }
  }

  @Test
  void trafficFollowsWithTheFirstAnswerAfterTheOldServersLast() throws TestbedException {
    // The change begins at 100; until 140 both answer, from 150 on only b.
    List<Connects.Line> lines =
        lines("a 10", "a 90", "b 110", "a 120", "error 125", "b 130", "a 140", "b 150", "b 160");
    List<Sample> samples = Following.samples(lines, List.of(new Span(100, 105)));
    assertEquals(List.of(new Sample("time-to-follow", 100, 51)), samples, "150 + 1 - 100");
  }

  @Test
  void eachChangeIsFollowedOnItsOwn() throws TestbedException {
    List<Connects.Line> lines = lines("a 10", "b 110", "b 190", "b 205", "a 220", "a 230");
    List<Sample> samples =
        Following.samples(lines, List.of(new Span(100, 105), new Span(200, 201)));
    assertEquals(
        List.of(new Sample("time-to-follow", 100, 11), new Sample("time-to-follow", 200, 21)),
        samples);
  }

  @Test
  void aChangeThatIsNotFollowedIsTold() {
    List<Connects.Line> never = lines("a 10", "a 110", "a 120");
    List<Connects.Line> back = lines("a 10", "b 110", "a 120");
    List<Connects.Line> nobodyBefore = lines("b 110");
    for (List<Connects.Line> lines : List.of(never, back, nobodyBefore)) {
      List<Span> moves = List.of(new Span(100, 105));
      assertThrows(TestbedException.class, () -> Following.samples(lines, moves));
    }
  }

  @Test
  void slicesWithinTheWindowAreOne() throws TestbedException {
    RateLines rates = new RateLines();
    assertThrows(TestbedException.class, () -> rates.take("1 2 3 4"), "no head yet");
    rates.take("# rates 1 side=server protocol=udp size=18 flows=1 start_ns=1000000000");
    rates.take("1000000000 100000000 10 180");
    rates.take("1100000000 100000000 20 360");
    rates.take("1200000000 110000000 30 540");
    rates.take("1310000000 100000000 40 720");
    assertThrows(TestbedException.class, rates::packets, "without an end it was cut");
    rates.take("# end packets=101 bytes=1818 duration_ns=420000000 refused=0");
    assertEquals(101, rates.packets());
    assertEquals(
        Optional.of(new RateLines.Window(1_100_000_000, 210_000_000, 50, 900)),
        rates.between(100, 400));
    assertEquals(Optional.empty(), rates.between(400, 500));
    assertThrows(TestbedException.class, () -> rates.take("rubbish"));
  }

  private static List<Connects.Line> lines(String... texts) {
    List<Connects.Line> lines = new ArrayList<>();
    for (String text : texts) {
      String[] words = text.split(" ");
      boolean failed = words[0].equals("error");
      lines.add(
          new Connects.Line(
              failed ? "error" : "connect",
              0,
              Long.parseLong(words[1]),
              1,
              failed ? "ETIMEDOUT" : words[0]));
    }
    return lines;
  }
}
