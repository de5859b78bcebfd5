package dev.shortpath.reports.html;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AgainTest {
  @Test
  void wordsAreQuotedAsAShellReadsThem() {
    assertEquals("--set", Again.quoted("--set"));
    assertEquals("mesh=none,ambient", Again.quoted("mesh=none,ambient"));
    assertEquals("'a run'", Again.quoted("a run"));
    assertEquals("'it'\\''s'", Again.quoted("it's"));
    assertEquals("''", Again.quoted(""));
    assertEquals("'$(id)'", Again.quoted("$(id)"));
  }
}
