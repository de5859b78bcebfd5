package dev.shortpath.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The command line, in this process and in one without a network. */
@Timeout(60)
class ImageBuilderTest {
  private static final Path HOME = Path.of(System.getProperty(ImageBuilder.HOME));
  private static final Origin ORIGIN = new Origin("1", "x", Instant.EPOCH);

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource
  void buildsWithoutAnyNetwork(ImageKind kind) throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "a network namespace needs root");
    Path tar = temporary.resolve("out.tar");
    Command run =
        Command.run(
            List.of(
                "unshare",
                "--net",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + ImageBuilder.HOME + "=" + HOME,
                "-cp",
                System.getProperty("java.class.path"),
                ImageBuilder.class.getName(),
                kind.argument(),
                tar.toString()));
    assertEquals(0, run.exitCode(), run.output());
    assertTrue(run.output().startsWith(tar + ": " + kind.repository() + ":"), run.output());
    UnpackedImage image = UnpackedImage.read(tar, temporary.resolve("root"));
    String revision =
        image.config().at("/config/Labels/org.opencontainers.image.revision").asText();
    assertTrue(revision.matches("[0-9a-f]{40}(-dirty)?|unknown"), revision);
    String version = image.config().at("/config/Labels/org.opencontainers.image.version").asText();
    assertTrue(version.matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"), version);
  }

  @Test
  void badInputIsOneLineAndExitCodeTwo() throws Exception {
    String tar = temporary.resolve("out.tar").toString();
    assertFailure(2, "usage: ");
    assertFailure(2, "usage: ", "agent");
    assertFailure(2, "image 'agents' is not known: say agent or workload or node", "agents", tar);
    assertFailure(2, "'' is no file", "agent", "");
    assertFailure(2, "'" + temporary + "' is no file", "agent", temporary.toString());
    Path deep = temporary.resolve("none/out.tar");
    assertFailure(2, "directory " + deep.getParent() + " is missing", "agent", deep.toString());
    // No directory can be made there, not even by root.
    assertFailure(3, "/proc/out.tar is not written: ", "agent", "/proc/out.tar");
    assertFalse(Files.exists(Path.of(tar)));
  }

  @ParameterizedTest
  @EnumSource
  void missingProgramSaysWhereAndHowToBuildIt(ImageKind kind) {
    assertError(kind, temporary.resolve("none"), "is missing: " + kind.programs().get(0).remedy());
    assertTrue(kind.programs().get(0).remedy().matches("build it with `make -C \\S+ all`"));
  }

  @Test
  void brokenProgramsAreNamed() throws Exception {
    byte[] agent = Files.readAllBytes(HOME.resolve("bpf/build/shortpath-agent"));
    assertBroken(new byte[0], "is cut off: build it anew");
    assertBroken(Arrays.copyOf(agent, 100), "is cut off: build it anew");
    assertBroken("#!/bin/sh\n".repeat(10).getBytes(StandardCharsets.UTF_8), "is not a 64-bit ELF");
    byte[] mips = agent.clone();
    mips[18] = 8; // e_machine
    assertBroken(mips, "is for ELF machine 8");
    assertBroken(replaced(agent, "/lib64/ld-", "/lib64/no-"), "needs the loader /lib64/no-");
    assertBroken(replaced(agent, "libbpf.so.1\0", "libnil.so.1\0"), "needs libnil.so.1, which is");
    byte[] headersOnly = Arrays.copyOf(agent, 0x400);
    assertBroken(headersOnly, "cannot list the libraries of");
  }

  private void assertBroken(byte[] content, String message) throws IOException {
    assertError(Files.write(temporary.resolve("broken"), content), message);
  }

  private void assertError(Path program, String message) {
    assertError(ImageKind.AGENT, program, message);
  }

  private void assertError(ImageKind kind, Path program, String message) {
    Path tar = temporary.resolve("out.tar");
    List<Path> programs = new ArrayList<>(kind.programsIn(HOME));
    programs.set(0, program);
    ImageException e =
        assertThrows(ImageException.class, () -> ImageWriter.write(kind, programs, ORIGIN, tar));
    assertTrue(e.getMessage().startsWith(program + " ") || e.getMessage().contains(" " + program));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    assertFalse(Files.exists(tar));
  }

  private static byte[] replaced(byte[] content, String old, String with) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains(old) && old.length() == with.length());
    return text.replace(old, with).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void assertFailure(int exitCode, String start, String... arguments)
      throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int actual =
        ImageBuilder.run(
            List.of(arguments),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    String line = err.toString(StandardCharsets.UTF_8);
    assertTrue(line.startsWith("image: " + start), line);
    assertEquals(1, line.lines().count(), line);
    assertEquals("", out.toString(StandardCharsets.UTF_8));
    assertEquals(exitCode, actual);
  }
}
