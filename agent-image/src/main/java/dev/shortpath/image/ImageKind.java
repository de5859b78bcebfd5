package dev.shortpath.image;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The images that can be built. */
public enum ImageKind {
  /** The sockmap agent. It runs as root: loading BPF programs takes capabilities. */
  AGENT("Shortpath's sockmap agent", "0:0", Program.built("bpf", "shortpath-agent")),
  /**
   * The workloads, client and server in one program each but for D-ITG; what ends them with the
   * connection that they were started over; and what shows a file. They need no privileges.
   */
  WORKLOAD(
      "Shortpath's workloads",
      "65532:65532",
      Program.built("harness/native", "pingecho"),
      Program.built("harness/native", "connects"),
      Program.built("harness/native", "rates"),
      Program.built("testbed/native", "shortpath-tether"),
      Program.installed("ITGSend", "d-itg"),
      Program.installed("ITGRecv", "d-itg"),
      Program.installed("cat", "coreutils")),
  /**
   * The kernel's own tools, to read a node's rules and to count its flows with, and what ends them
   * with the connection that they were started over. They run as root, in the node's network
   * namespace.
   */
  NODE(
      "Shortpath's look at a node's rules",
      "0:0",
      new Plugins("xtables", "lib{xt,ipt,ip6t}_*.so", "install it with `apt-get install iptables`"),
      Program.built("testbed/native", "shortpath-tether"),
      Program.administrators("nft", "nftables"),
      Program.administrators("iptables-nft", "iptables"),
      Program.administrators("ip6tables-nft", "iptables"));

  /**
   * A program, the project's own or one of Debian's.
   *
   * @param directory where it is, relative to the project's root, or absolute
   * @param name its file name, both there and in the image's root directory
   * @param remedy what to do where it is missing
   */
  public record Program(String directory, String name, String remedy) {
    static Program built(String module, String name) {
      return new Program(module + "/build", name, "build it with `make -C " + module + " all`");
    }

    static Program installed(String name, String debian) {
      return new Program("/usr/bin", name, "install it with `apt-get install " + debian + "`");
    }

    static Program administrators(String name, String debian) {
      return new Program("/usr/sbin", name, "install it with `apt-get install " + debian + "`");
    }

    /** Where it is, for a checkout at {@code home}. */
    public Path in(Path home) {
      return home.resolve(directory).resolve(name);
    }
  }

  /**
   * Shared libraries that programs load by themselves, which no list of theirs names.
   *
   * @param directory its name, in a directory of libraries ({@code /usr/lib/TRIPLET})
   * @param files of it
   * @param remedy what to do where it is missing
   */
  public record Plugins(String directory, String files, String remedy) {
    /**
     * The files, by their paths.
     *
     * @throws ImageException where there are none
     */
    List<Path> find() throws ImageException, IOException {
      List<Path> found = new ArrayList<>();
      try (DirectoryStream<Path> triplets = Files.newDirectoryStream(LIBRARIES)) {
        for (Path triplet : triplets) {
          Path plugins = triplet.resolve(directory);
          if (Files.isDirectory(plugins)) {
            try (DirectoryStream<Path> matching = Files.newDirectoryStream(plugins, files)) {
              matching.forEach(found::add);
            }
          }
        }
      }
      if (found.isEmpty()) {
        throw new ImageException(
            "%s/*/%s/%s is missing: %s".formatted(LIBRARIES, directory, files, remedy));
      }
      Collections.sort(found);
      return found;
    }
  }

  private static final Path LIBRARIES = Path.of("/usr/lib");

  private final String title;
  private final String user;
  private final Optional<Plugins> plugins;
  private final List<Program> programs;

  ImageKind(String title, String user, Program... programs) {
    this(title, user, null, programs);
  }

  ImageKind(String title, String user, Plugins plugins, Program... programs) {
    this.title = title;
    this.user = user;
    this.plugins = Optional.ofNullable(plugins);
    this.programs = List.of(programs);
  }

  /** The programs; the first is the entry point. */
  public List<Program> programs() {
    return programs;
  }

  /** Where the programs are, for a checkout at {@code home}; in the same order. */
  public List<Path> programsIn(Path home) {
    return programs.stream().map(program -> program.in(home)).toList();
  }

  /** What the programs load by themselves. */
  Optional<Plugins> plugins() {
    return plugins;
  }

  /** What the image is, for people. */
  public String title() {
    return title;
  }

  /** The numeric {@code user:group} that the programs run as. */
  public String user() {
    return user;
  }

  /** The image's repository name, without a registry and a tag. */
  public String repository() {
    return "shortpath/" + argument();
  }

  /** The kind's name on the command line. */
  public String argument() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Finds a kind by its name on the command line. */
  public static ImageKind of(String argument) throws ImageException {
    return Arrays.stream(values())
        .filter(kind -> kind.argument().equals(argument))
        .findFirst()
        .orElseThrow(
            () ->
                new ImageException(
                    "image '%s' is not known: say %s"
                        .formatted(
                            argument,
                            Arrays.stream(values())
                                .map(ImageKind::argument)
                                .collect(Collectors.joining(" or ")))));
  }
}
