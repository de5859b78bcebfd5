package dev.shortpath.harness.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.catalog.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineLockTest {
  @TempDir Path temp;

  /** Another process that tries to take the lock, and says what came of it. */
  public static final class Other {
    public static void main(String[] arguments) {
      try (MachineLock lock = MachineLock.take(Path.of(arguments[0]), "other")) {
        System.out.println("taken");
      } catch (BadInputException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aSecondRunIsToldWhoHoldsTheMachine() throws IOException, InterruptedException {
    Path file = temp.resolve("lock");
    try (MachineLock lock = MachineLock.take(file, "run runs/a")) {
      String said = other(file);
      assertTrue(said.contains("occupied by process " + ProcessHandle.current().pid()), said);
      assertTrue(said.contains("run runs/a"), said);
      assertTrue(MachineLock.holder(file).isPresent());
    }
    assertEquals("taken", other(file));
  }

  private static String other(Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes()).strip();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return said;
  }
}
