package dev.shortpath.testbed.ssh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PosixWordsTest {
  @Test
  void aShellTakesTheLineApartAgain() throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of("", " ", "a b", "it's", "''", "$(id)", "`id`", "${HOME}", "~", "*", "a\nb"));
    words.addAll(List.of("\\", "\\'", "!!", "-n", "#x", "a;b", "a|b&c", "<x>y", "\t", "é\u00ff名"));
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      StringBuilder word = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        word.append((char) (1 + random.nextInt(126)));
      }
      words.add(word.toString());
    }
    List<String> command = new ArrayList<>(List.of("printf", "%s\\0"));
    command.addAll(words);
    assertEquals(words, said(PosixWords.line(command)));
  }

  private static List<String> said(String line) throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", line).start();
    String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return List.of(out.substring(0, out.length() - 1).split("\0", -1));
  }

  @Test
  void aNulIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> PosixWords.line(List.of("a\0b")));
  }

  @Test
  void addresses() throws Exception {
    assertEquals(new SshAddress("me", "10.0.0.1", 22), SshAddress.of("me@10.0.0.1"));
    assertEquals(new SshAddress("me", "fd00::1", 2222), SshAddress.of("me@[fd00::1]:2222"));
    assertEquals("me@[fd00::1]:2222", SshAddress.of("me@[fd00::1]:2222").toString());
    for (String bad :
        List.of("host", "@host", "me@", "me@h:0", "me@h:99999", "me@-oProxy=x", "a b@h")) {
      TestbedException e = assertThrows(TestbedException.class, () -> SshAddress.of(bad), bad);
      assertEquals("SSH host '" + bad + "': give USER@HOST[:PORT]", e.getMessage());
    }
  }
}
