package dev.shortpath.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shared libraries that a program loads, found by the program's own loader.
 *
 * <p>The loader is asked as it will search in the image: without {@code /etc/ld.so.cache}, which
 * the image does not have, and without the variants of libraries for newer processors, which would
 * make the image depend on the machine that built it ({@code ld.so(8)}: {@code --inhibit-cache},
 * {@code --glibc-hwcaps-mask}). It loads the libraries but does not run the program.
 */
final class LibraryClosure {
  /** {@code libc.so.6 => /lib/libc.so.6 (0x…)} or, for the loader, {@code /lib64/ld.so (0x…)}. */
  private static final Pattern FOUND = Pattern.compile("\\s*(?:\\S+ => )?(/.+) \\(0x[0-9a-f]+\\)");

  /** The kernel's own object has a name but no file: {@code linux-vdso.so.1 (0x…)}. */
  private static final Pattern VIRTUAL = Pattern.compile("\\s*linux-\\S+ \\(0x[0-9a-f]+\\)");

  /** The loader ends at the first missing library, or (older ones) marks it in the list. */
  private static final Pattern MISSING =
      Pattern.compile(
          "\\s*(\\S+) => not found"
              + "|.*: error while loading shared libraries: (\\S+): cannot open shared object file:.*");

  private LibraryClosure() {}

  /**
   * Finds the libraries.
   *
   * @param interpreter the loader that the program names
   * @return absolute paths where the loader looks for them, the loader's own included, sorted; they
   *     may be symbolic links
   * @throws ImageException if a library is missing or the loader cannot read the program
   */
  static List<Path> of(Path program, Path interpreter)
      throws ImageException, IOException, InterruptedException {
    if (!Files.isExecutable(interpreter)) {
      throw new ImageException(
          "%s needs the loader %s, which is not here: install libc6 for the program's architecture"
              .formatted(program, interpreter));
    }
    Command listing =
        Command.run(
            List.of(
                interpreter.toString(),
                "--inhibit-cache",
                "--glibc-hwcaps-mask",
                "",
                "--list",
                program.toAbsolutePath().toString()));
    Set<Path> paths = new TreeSet<>(List.of(interpreter));
    for (String line : listing.output().lines().toList()) {
      Matcher missing = MISSING.matcher(line);
      if (missing.matches()) {
        throw new ImageException(
            "%s needs %s, which is in none of the loader's standard directories: install the library's package"
                .formatted(program, missing.group(missing.group(1) != null ? 1 : 2)));
      }
      Matcher found = FOUND.matcher(line);
      if (found.matches()) {
        paths.add(Path.of(found.group(1)).normalize());
      } else if (listing.exitCode() != 0 || !VIRTUAL.matcher(line).matches()) {
        throw new ImageException(
            "%s cannot list the libraries of %s: %s".formatted(interpreter, program, line.strip()));
      }
    }
    if (listing.exitCode() != 0) {
      throw new ImageException(
          "%s cannot list the libraries of %s: exit code %d"
              .formatted(interpreter, program, listing.exitCode()));
    }
    return List.copyOf(paths);
  }
}
