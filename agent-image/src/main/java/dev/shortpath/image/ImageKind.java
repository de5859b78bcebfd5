package dev.shortpath.image;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The images that can be built. */
public enum ImageKind {
  /** The sockmap agent. It runs as root: loading BPF programs takes capabilities. */
  AGENT("Shortpath's sockmap agent", "0:0", new Program("bpf", "shortpath-agent")),
  /**
   * The workloads, client and server in one program each, and what ends them with the connection
   * that they were started over. They need no privileges.
   */
  WORKLOAD(
      "Shortpath's workloads",
      "65532:65532",
      new Program("harness/native", "pingecho"),
      new Program("harness/native", "connects"),
      new Program("harness/native", "rates"),
      new Program("testbed/native", "shortpath-tether"));

  /**
   * A program of the project's own.
   *
   * @param module the directory whose Makefile builds it, relative to the project's root
   * @param name its file name, both in the build directory and in the image's root directory
   */
  public record Program(String module, String name) {
    /** Where the build leaves it, in a checkout at {@code home}. */
    public Path in(Path home) {
      return home.resolve(module).resolve("build").resolve(name);
    }
  }

  private final String title;
  private final String user;
  private final List<Program> programs;

  ImageKind(String title, String user, Program... programs) {
    this.title = title;
    this.user = user;
    this.programs = List.of(programs);
  }

  /** The programs; the first is the entry point. */
  public List<Program> programs() {
    return programs;
  }

  /** Where the build leaves the programs, in a checkout at {@code home}; in the same order. */
  public List<Path> programsIn(Path home) {
    return programs.stream().map(program -> program.in(home)).toList();
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
