package dev.shortpath.reports.pdf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SpaceBreakerTest {
  @Test
  void breaksAfterSpacesOnly() {
    SpaceBreaker breaker = new SpaceBreaker();
    breaker.setText("by −21.35\u00a0% or so ");
    assertEquals(3, breaker.next());
    assertEquals(12, breaker.next());
    assertEquals(15, breaker.next());
    assertEquals(18, breaker.next());
    assertEquals(-1, breaker.next());
  }
}
