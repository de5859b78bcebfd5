package dev.shortpath.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The images of the programs that the build made; it fails if they are not there. */
@Timeout(60)
class ImageWriterTest {
  private static final Path HOME = Path.of(System.getProperty(ImageBuilder.HOME));
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Origin ORIGIN = new Origin("1.2.3", "0123abc", CREATED);
  private static final Pattern NEEDED = Pattern.compile("\\(NEEDED\\).*\\[(.+)]");

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource
  void sameContentGivesSameBytesWheneverItWasBuilt(ImageKind kind) throws Exception {
    Path first = temporary.resolve("first.tar");
    Path directory = Files.createDirectory(temporary.resolve("copy"));
    List<Path> copy = new ArrayList<>();
    for (Path program : programs(kind)) {
      Path file = Files.copy(program, directory.resolve("copy" + copy.size()));
      Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
      copy.add(file);
    }
    Path second = temporary.resolve("second.tar");
    WrittenImage one = ImageWriter.write(kind, programs(kind), ORIGIN, first);
    WrittenImage two = ImageWriter.write(kind, copy, ORIGIN, second);
    assertEquals(one, two);
    assertEquals(-1, Files.mismatch(first, second));

    Origin later = new Origin("1.2.3", "0123abd", CREATED);
    assertNotEquals(one.id(), ImageWriter.write(kind, copy, later, second).id());
    assertEquals(Set.of("first.tar", "second.tar", "copy"), names(temporary));
  }

  @ParameterizedTest
  @EnumSource
  void layersHoldTheProgramsWhatTheyLoadAndNothingElse(ImageKind kind) throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    UnpackedImage image = unpack(kind, root);

    // Found anew from the files in the image alone, by binutils instead of the loader.
    Set<String> expected = new TreeSet<>();
    for (Path program : programs(kind)) {
      expected.add(program.getFileName().toString());
      expected.add(ElfHeader.read(program).interpreter().orElseThrow().toString().substring(1));
    }
    if (kind.plugins().isPresent()) {
      kind.plugins().get().find().forEach(p -> expected.add(p.toString().substring(1)));
    }
    for (String start : List.copyOf(expected)) {
      expected.addAll(closure(image, root, start));
    }
    assertTrue(expected.stream().anyMatch(f -> f.endsWith("/libc.so.6")), expected.toString());
    assertEquals(expected, image.files().keySet());

    Set<String> parents = new TreeSet<>();
    for (Map.Entry<String, TarArchiveEntry> file : image.files().entrySet()) {
      assertEquals(0755, file.getValue().getMode() & 07777, file.getKey());
      assertEquals(0, file.getValue().getLongUserId());
      assertEquals(0, file.getValue().getLongGroupId());
      assertEquals(1000, file.getValue().getLastModifiedTime().toMillis(), file.getKey());
      for (Path p = Path.of(file.getKey()).getParent(); p != null; p = p.getParent()) {
        parents.add(p.toString());
      }
    }
    assertEquals(parents, image.directories());
    for (Path program : programs(kind)) {
      Path packed = root.resolve(program.getFileName());
      assertEquals(-1, Files.mismatch(program, packed), program + " is changed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void configurationHoldsEntryPointAndLabelsAndNothingOfThisMachine(ImageKind kind)
      throws Exception {
    UnpackedImage image = unpack(kind, Files.createDirectory(temporary.resolve("root")));
    JsonNode config = image.config().get("config");
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {"Env": [], "Entrypoint": ["/%s"], "ExposedPorts": {}, "Volumes": {}, "User": "%s",
                 "Labels": {"org.opencontainers.image.title": "%s",
                            "org.opencontainers.image.version": "1.2.3",
                            "org.opencontainers.image.revision": "0123abc"}}
                """
                    .formatted(kind.programs().get(0).name(), kind.user(), kind.title()));
    assertEquals(expected, config);
    assertEquals(CREATED.toString(), image.config().get("created").asText());
    assertEquals("linux", image.config().get("os").asText());
    assertEquals(2, image.config().get("rootfs").get("diff_ids").size());
    assertEquals(
        "[\"shortpath/%s:1.2.3\"]".formatted(kind.argument()),
        image.manifest().get("RepoTags").toString());
    for (JsonNode step : image.config().get("history")) {
      assertEquals(CREATED.toString(), step.get("created").asText());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AGENT, shortpath-agent, --version, shortpath-agent ",
    "AGENT, shortpath-agent, --help, usage: shortpath-agent ",
    "WORKLOAD, pingecho, --help, usage: pingecho ",
    "WORKLOAD, connects, --help, usage: connects ",
    "WORKLOAD, rates, --help, usage: rates ",
    "WORKLOAD, shortpath-tether, --help, usage: shortpath-tether ",
    "WORKLOAD, cat, --version, cat (GNU coreutils) ",
    "NODE, shortpath-tether, --help, usage: shortpath-tether ",
    "NODE, nft, --version, nftables v",
    "NODE, iptables-nft, --version, iptables v",
    "NODE, ip6tables-nft, --version, ip6tables v"
  })
  void programRunsInTheUnpackedImageAlone(
      ImageKind kind, String program, String option, String start) throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "chroot needs root");
    Path root = Files.createDirectory(temporary.resolve("root"));
    UnpackedImage image = unpack(kind, root);
    List<String> chroot = List.of("chroot", root.toString(), "/" + program, option);
    Command run = Command.run(chroot);
    assertEquals(0, run.exitCode(), run.output());
    assertTrue(run.output().startsWith(start), run.output());

    // Each library is the image's own: without any one of its own it does not start.
    for (String file : closure(image, root, program)) {
      Path moved = root.resolve("moved");
      Files.move(root.resolve(file), moved);
      assertNotEquals(0, Command.run(chroot).exitCode(), file);
      Files.move(moved, root.resolve(file));
    }
  }

  /** Neither of the two has an option that does nothing, or says its name at the line's start. */
  @ParameterizedTest
  @CsvSource({"ITGSend, -h", "ITGRecv, -h"})
  void ditgRunsInTheUnpackedImageAlone(String program, String option) throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "chroot needs root");
    Path root = Files.createDirectory(temporary.resolve("root"));
    unpack(ImageKind.WORKLOAD, root);
    Command run = Command.run(List.of("chroot", root.toString(), "/" + program, option));
    assertTrue(run.output().contains(program + " version"), run.output());
  }

  /** Else no rule with a match could be listed. */
  @ParameterizedTest
  @CsvSource({
    "addrtype, --src-type",
    "comment, --comment",
    "statistic, --probability",
    "conntrack, --ctstate",
    "mark, --mark"
  })
  void iptablesFindsItsPlugins(String match, String option) throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "chroot needs root");
    Path root = Files.createDirectory(temporary.resolve("root"));
    unpack(ImageKind.NODE, root);
    Command help =
        Command.run(List.of("chroot", root.toString(), "/iptables-nft", "-m", match, "-h"));
    assertEquals(0, help.exitCode(), help.output());
    assertTrue(help.output().contains(option + " "), help.output());
  }

  @ParameterizedTest
  @CsvSource({"AGENT, 15", "WORKLOAD, 30", "NODE, 15"})
  void imagesAreSmall(ImageKind kind, int megabytes) throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    UnpackedImage image = unpack(kind, root);
    long unpacked = image.files().values().stream().mapToLong(TarArchiveEntry::getSize).sum();
    long packed = Files.size(temporary.resolve("image.tar"));
    assertTrue(packed <= unpacked && unpacked <= megabytes * 1_000_000L, packed + ", " + unpacked);
  }

  /** A file of the image and all that it loads, found by binutils. */
  private static Set<String> closure(UnpackedImage image, Path root, String start)
      throws Exception {
    Set<String> found = new TreeSet<>(Set.of(start));
    Deque<String> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      for (String library : needed(root.resolve(open.remove()))) {
        List<String> places =
            image.files().keySet().stream().filter(f -> f.endsWith("/" + library)).toList();
        assertEquals(1, places.size(), library);
        if (found.add(places.get(0))) {
          open.add(places.get(0));
        }
      }
    }
    return found;
  }

  private UnpackedImage unpack(ImageKind kind, Path root) throws Exception {
    Path tar = temporary.resolve("image.tar");
    WrittenImage written = ImageWriter.write(kind, programs(kind), ORIGIN, tar);
    UnpackedImage image = UnpackedImage.read(tar, root);
    assertEquals(written.files(), image.files().size());
    assertEquals(written.bytes(), Files.size(tar));
    return image;
  }

  private static List<Path> programs(ImageKind kind) {
    for (ImageKind.Program program : kind.programs()) {
      Path file = program.in(HOME);
      assertTrue(Files.isExecutable(file), file + " is missing: " + program.remedy());
    }
    return kind.programsIn(HOME);
  }

  private static Set<String> needed(Path file) throws Exception {
    Command readelf = Command.run(List.of("readelf", "--wide", "--dynamic", file.toString()));
    assertEquals(0, readelf.exitCode(), readelf.output());
    Set<String> names = new TreeSet<>();
    for (Matcher m = NEEDED.matcher(readelf.output()); m.find(); ) {
      names.add(m.group(1));
    }
    return names;
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new TreeSet<>(files.map(f -> f.getFileName().toString()).toList());
    }
  }
}
