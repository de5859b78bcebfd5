package dev.shortpath.testbed.tool;

import dev.shortpath.harness.testbed.TestbedException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds programs by name: the project's own in its build directories, all others on the path.
 *
 * <p>The project's root is the system property {@value #HOME}, else the first directory upwards
 * from the working directory that looks like it.
 */
public final class Tools {
  /** System property: the project's root directory. */
  public static final String HOME = "shortpath.home";

  private static final Map<String, String> BUILT =
      Map.of(
          "shortpath-agent", "bpf",
          "shortpath-lb", "bpf",
          "shortpath-enter", "testbed/native",
          "shortpath-tether", "testbed/native",
          "shortpath-xtables", "testbed/native",
          "pingecho", "harness/native",
          "connects", "harness/native",
          "rates", "harness/native",
          "bpfstats", "harness/native");
  private static final Map<String, String> PACKAGES =
      Map.ofEntries(
          Map.entry("ip", "iproute2"),
          Map.entry("tc", "iproute2"),
          Map.entry("nft", "nftables"),
          Map.entry("haproxy", "haproxy"),
          Map.entry("openssl", "openssl"),
          Map.entry("sysctl", "procps"),
          Map.entry("kill", "procps"),
          Map.entry("sleep", "coreutils"),
          Map.entry("python3", "python3"),
          Map.entry("sockperf", "sockperf"),
          Map.entry("ITGSend", "d-itg"),
          Map.entry("ITGRecv", "d-itg"),
          Map.entry("ITGDec", "d-itg"),
          Map.entry("cat", "coreutils"),
          Map.entry("bpftool", "bpftool"),
          Map.entry("conntrack", "conntrack"),
          Map.entry("iptables-legacy-restore", "iptables"),
          Map.entry("iptables-nft-restore", "iptables"),
          Map.entry("ip6tables-legacy-restore", "iptables"),
          Map.entry("ip6tables-nft-restore", "iptables"));

  /** Where Debian keeps administrators' programs, also when the user's path leaves it out. */
  private static final List<String> SYSTEM = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private final Path home;
  private final List<String> path;

  private Tools(Path home, List<String> path) {
    this.home = home;
    this.path = List.copyOf(path);
  }

  /** The programs of this project and this machine. */
  public static Tools here() {
    Set<String> path = new LinkedHashSet<>();
    for (String entry : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (entry.startsWith("/")) {
        path.add(entry);
      }
    }
    path.addAll(SYSTEM);
    return new Tools(findHome(), List.copyOf(path));
  }

  private static Path findHome() {
    String given = System.getProperty(HOME);
    if (given != null) {
      return Path.of(given).toAbsolutePath().normalize();
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("testbed/native")) && Files.isDirectory(at.resolve("bpf"))) {
        return at;
      }
    }
    return start;
  }

  /** A place in the project's root directory. */
  public Path inHome(Path relative) {
    return home.resolve(relative).normalize();
  }

  /** The program's absolute path; empty when it is not there. */
  public Optional<Path> find(String name) {
    if (name.startsWith("/")) {
      return Optional.of(Path.of(name)).filter(Tools::executable);
    }
    if (name.isEmpty() || name.contains("/")) {
      return Optional.empty();
    }
    String built = BUILT.get(name);
    if (built != null) {
      return Optional.of(home.resolve(built).resolve("build").resolve(name))
          .filter(Tools::executable);
    }
    return path.stream().map(p -> Path.of(p, name)).filter(Tools::executable).findFirst();
  }

  /**
   * The program's absolute path.
   *
   * @throws TestbedException saying how to get it
   */
  public Path locate(String name) throws TestbedException {
    Optional<Path> found = find(name);
    if (found.isEmpty()) {
      throw new TestbedException(remedy(name));
    }
    return found.get();
  }

  /** A line for each of {@code names} that is not there: what is missing and what to do. */
  public List<String> missing(String... names) {
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      if (find(name).isEmpty()) {
        lines.add(remedy(name));
      }
    }
    return lines;
  }

  private String remedy(String name) {
    String built = BUILT.get(name);
    if (built != null) {
      return name + " is not built: run make -C " + home.resolve(built);
    }
    String debian = PACKAGES.get(name);
    return "program "
        + name
        + " is missing"
        + (debian == null ? ": put it on the PATH" : ": apt-get install " + debian);
  }

  private static boolean executable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
