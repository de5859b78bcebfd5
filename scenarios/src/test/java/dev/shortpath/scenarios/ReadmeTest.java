package dev.shortpath.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README, and what {@code shortpath} says of itself. */
class ReadmeTest {
  @Test
  void profilesTakeAsLongAsListSays() throws IOException {
    String readme =
        Files.readString(Path.of(System.getProperty("shortpath.home", ".."), "README.md"));
    Map<String, String> told = found("(?m)^\\| `(\\w+)` \\|.*\\| ([0-9.]+ \\w+) \\|$", readme);
    Map<String, String> listed =
        found("(?m)^    (\\w+) .* trials, about (.*)$", section(said("list"), "  eztunnel "));
    assertTrue(listed.size() >= 3, listed.toString());
    assertEquals(listed, told);
    assertTrue(readme.contains("profile (about " + listed.get("quick") + ")"));
  }

  private static String section(String list, String head) {
    int start = list.indexOf("\n" + head) + 1;
    Matcher next = Pattern.compile("\n {0,2}\\S").matcher(list);
    return list.substring(start, next.find(start) ? next.start() : list.length());
  }

  private static Map<String, String> found(String pattern, String text) {
    Map<String, String> found = new TreeMap<>();
    Pattern.compile(pattern)
        .matcher(text)
        .results()
        .forEach(r -> found.put(r.group(1), r.group(2)));
    return found;
  }

  @Test
  void doctorSaysWhatElseCanBeSwitched() {
    String doctor = said("doctor");
    assertTrue(
        doctor.contains("other levels: placement=two-nodes ip-family=ipv6 idle=awake\n"), doctor);
  }

  private static String said(String command) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      Main.execute(Catalog.load(), command);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
