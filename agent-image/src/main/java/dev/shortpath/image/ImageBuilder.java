package dev.shortpath.image;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The command line: {@code ImageBuilder agent|workload|node OUT.tar [REGISTRY[/PATH]]}. */
public final class ImageBuilder {
  /** System property: the project's root; without it, the working directory. */
  public static final String HOME = "shortpath.home";

  private static final String USAGE =
      "usage: java -cp 'agent-image/target/app/*' dev.shortpath.image.ImageBuilder agent|workload|node OUT.tar"
          + " [REGISTRY[/PATH]]";
  private static final int BAD_INPUT = 2;
  private static final int NOT_DONE = 3;

  private ImageBuilder() {}

  /**
   * Exit codes: 0 written; 2 bad input or a missing file; 3 a file could not be read or written.
   */
  public static void main(String[] arguments) throws InterruptedException {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err)
      throws InterruptedException {
    if (arguments.contains("--help")) {
      out.println(USAGE);
      return 0;
    }
    try {
      if (arguments.size() < 2 || arguments.size() > 3) {
        throw new ImageException(USAGE);
      }
      ImageKind kind = ImageKind.of(arguments.get(0));
      Path tar = target(arguments.get(1));
      Path home = Path.of(System.getProperty(HOME, "")).toAbsolutePath().normalize();
      String registry = arguments.size() == 3 ? arguments.get(2) : null;
      WrittenImage image =
          ImageWriter.write(kind, kind.programsIn(home), Origin.of(home), tar, registry);
      out.printf(
          Locale.ROOT,
          "%s: %s %s, %d files, %.1f MB%n",
          tar,
          image.name(),
          image.id(),
          image.files(),
          image.bytes() / 1e6);
      return 0;
    } catch (ImageException e) {
      err.println("image: " + e.getMessage());
      return BAD_INPUT;
    } catch (IOException e) {
      // The exception's class is part of it: a FileSystemException's message may be just a path.
      err.printf(
          "image: %s is not written: %s: %s%n",
          arguments.get(1), e.getClass().getSimpleName(), e.getMessage());
      return NOT_DONE;
    }
  }

  private static Path target(String argument) throws ImageException {
    Path tar = Path.of(argument);
    Path directory = tar.toAbsolutePath().getParent();
    if (argument.isBlank() || Files.isDirectory(tar)) {
      throw new ImageException("'%s' is no file: give the tar file's path".formatted(argument));
    }
    if (!Files.isDirectory(directory)) {
      throw new ImageException("directory %s is missing: create it first".formatted(directory));
    }
    return tar;
  }
}
