package dev.shortpath.testbed.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** A failure is told with them; one that is told before they are read says nothing. */
  @Test
  void theLastWordsAreThereWhenTheEndIs() throws Exception {
    String words = "x".repeat(50_000);
    for (int i = 0; i < 50; i++) {
      try (LocalProcess process = LocalProcess.start("cat", List.of("cat", "/nonexistent/" + i))) {
        assertEquals(1, process.await(LIMIT));
        assertTrue(process.err().contains("/nonexistent/" + i), "attempt " + i);
      }
      try (LocalProcess process = LocalProcess.start("date", List.of("date", "-d", words))) {
        assertEquals(1, process.await(LIMIT));
        assertTrue(process.err().contains(words), "attempt " + i);
      }
    }
  }

  /**
   * A child that goes on holds the pipe open; the end of what was asked for is told all the same.
   */
  @Test
  void aChildThatGoesOnDoesNotHoldUpTheEnd() throws Exception {
    String program = "import subprocess; subprocess.Popen(['sleep', '3'])";
    try (LocalProcess process = LocalProcess.start("python3", List.of("python3", "-c", program))) {
      assertEquals(0, process.await(LIMIT));
      long start = System.nanoTime();
      assertEquals(0, process.await(LIMIT));
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(2).toNanos());
    }
  }
}
