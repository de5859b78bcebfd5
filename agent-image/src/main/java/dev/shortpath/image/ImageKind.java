package dev.shortpath.image;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The images that can be built. */
public enum ImageKind {
  /** The sockmap agent. It runs as root: loading BPF programs takes capabilities. */
  AGENT("bpf", "shortpath-agent", "Shortpath's sockmap agent", "0:0"),
  /** The workload, client and server in one program. It needs no privileges. */
  WORKLOAD("harness/native", "pingecho", "Shortpath's echo workload", "65532:65532");

  private final String module;
  private final String program;
  private final String title;
  private final String user;

  ImageKind(String module, String program, String title, String user) {
    this.module = module;
    this.program = program;
    this.title = title;
    this.user = user;
  }

  /** The directory whose Makefile builds the program, relative to the project's root. */
  public String module() {
    return module;
  }

  /** The program's file name, both in the build directory and in the image's root directory. */
  public String program() {
    return program;
  }

  /** Where the build leaves the program, in a checkout at {@code home}. */
  public Path programIn(Path home) {
    return home.resolve(module).resolve("build").resolve(program);
  }

  /** What the image is, for people. */
  public String title() {
    return title;
  }

  /** The numeric {@code user:group} that the program runs as. */
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
