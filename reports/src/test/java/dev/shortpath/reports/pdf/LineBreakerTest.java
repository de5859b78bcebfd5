package dev.shortpath.reports.pdf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineBreakerTest {
  @Test
  void figuresBreakAfterSpacesAlone() {
    assertEquals(
        List.of("by ", "−21.35\u00a0%  ", "or ", "10,000 "),
        pieces("by −21.35\u00a0%  or 10,000 "));
  }

  @Test
  void namesBreakBetweenTheirParts() {
    assertEquals(
        List.of(
            "{plane=", "iptables-", "legacy,", "workload=", "connect} ", "10,000 ", "2026-03-01"),
        pieces("{plane=iptables-legacy,workload=connect} 10,000 2026-03-01"));
    assertEquals(List.of("run ", "--set ", "-x"), pieces("run --set -x"));
    assertEquals(
        List.of("workload=connect, ", "position=last"),
        pieces("workload=connect, position=last"),
        "a space is near enough");
  }

  @Test
  void whatIsLongerThanAnyWordBreaksWithin() {
    assertEquals(
        List.of("neither ", "a".repeat(24), "a".repeat(16)), pieces("neither " + "a".repeat(40)));
  }

  private static List<String> pieces(String text) {
    LineBreaker breaker = new LineBreaker();
    breaker.setText(text);
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (int to = breaker.next(); to >= 0; to = breaker.next()) {
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }
}
