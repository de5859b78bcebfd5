package dev.shortpath.harness.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelFileTest {
  /** Read byte by byte it would be its first digit. */
  @Test
  void aSysctlIsReadWhole() throws IOException {
    Path most = Path.of("/proc/sys/kernel/pid_max");
    assumeTrue(Files.exists(most), "no Linux sysctls here");
    assertTrue(Integer.parseInt(KernelFile.text(most).strip()) > 300);
  }

  @Test
  void anEmptyFileIsEmptyAndNoneIsNone(@TempDir Path work) throws IOException {
    assertEquals("", KernelFile.text(Files.createFile(work.resolve("empty"))));
    assertThrows(IOException.class, () -> KernelFile.text(work.resolve("none")));
  }
}
