package dev.shortpath.testbed.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfCheckTest {
  @TempDir Path home;
  private String before;

  @BeforeEach
  void useHome() {
    before = System.setProperty(Tools.HOME, home.toString());
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(Tools.HOME);
    } else {
      System.setProperty(Tools.HOME, before);
    }
  }

  private List<String> missing(String script) throws IOException {
    Path program = Files.createDirectories(home.resolve("bpf/build")).resolve("shortpath-lb");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    assertTrue(program.toFile().setExecutable(true));
    return SelfCheck.missing(Tools.here(), "shortpath-lb", "data plane x");
  }

  @Test
  void itsLastLineIsTheReason() throws IOException {
    assertEquals(List.of(), missing("[ \"$*\" = check ]"));
    assertEquals(
        List.of("data plane x: refused: too old"),
        missing("echo something >&2; echo refused: too old >&2; exit 2"));
  }

  @Test
  void whatIsNotBuiltIsSaid() {
    List<String> missing = SelfCheck.missing(Tools.here(), "shortpath-lb", "data plane x");
    assertTrue(missing.size() == 1 && missing.get(0).contains("is not built"), missing.toString());
  }
}
