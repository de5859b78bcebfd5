package dev.shortpath.harness.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class VersionTest {
  private static String text(String revision, String dirty) {
    Properties built = new Properties();
    built.setProperty("version", "1.2");
    built.setProperty("revision", revision);
    built.setProperty("dirty", dirty);
    return Version.text(built);
  }

  @Test
  void tellsWhatItWasBuiltFrom() {
    assertEquals("1.2 0123456789ab", text("0123456789ab", "false"));
    assertEquals("1.2 0123456789ab-dirty", text("0123456789ab", "true"));
    assertEquals("1.2", text("${git.commit.id.abbrev}", "${git.dirty}"));
  }

  @Test
  void theBuildFillsItIn() {
    assertFalse(Version.text().contains("$"), Version.text());
  }
}
