package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.run.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The directory {@code /run/shortpath/RUN} of a run, and who owns it. It appears with its owner's
 * name in it, so that there is no moment at which a live run looks dead.
 */
final class StateDirectory {
  static final Path ROOT = Path.of("/run/shortpath");
  private static final String OWNER = "owner";
  private static final int DELETE_TRIES = 100;

  private StateDirectory() {}

  static Path of(String runId) {
    return ROOT.resolve(runId);
  }

  /**
   * Makes a directory in that of a run, with which it goes.
   *
   * @throws TestbedException when it cannot be made
   */
  static Path within(Site site, String name) throws TestbedException {
    Path directory = site.state().resolve(name);
    try {
      return Files.createDirectory(directory);
    } catch (IOException e) {
      throw new TestbedException(directory + " cannot be made: " + e.getMessage(), e);
    }
  }

  /**
   * Claims the run's id for this process.
   *
   * @throws TestbedException when a run of that id exists
   */
  static Path claim(String runId) throws TestbedException {
    Path directory = of(runId);
    try {
      Files.createDirectories(ROOT);
      Path aside = Files.createTempDirectory(ROOT, ".");
      Files.writeString(aside.resolve(OWNER), Owner.self() + "\n");
      // Proxies run as other users; the keys inside have modes of their own.
      Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwx--x--x"));
      try {
        Files.move(aside, directory, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        delete(aside);
        throw e;
      }
      return directory;
    } catch (IOException e) {
      throw new TestbedException(
          directory + " cannot be made: " + e.getMessage() + " (is a run of that id going on?)", e);
    }
  }

  /** Whether the process that owns the run still runs. */
  static boolean alive(String runId) {
    try {
      return Owner.alive(Files.readString(of(runId).resolve(OWNER)).strip());
    } catch (IOException e) {
      return false;
    }
  }

  /** Ids of all runs that have a directory, and directories that never became one. */
  static List<String> names() {
    try (Stream<Path> entries = Files.list(ROOT)) {
      return entries.map(p -> p.getFileName().toString()).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Deletes a directory with all that is in it; symbolic links are not followed. */
  static void delete(Path directory) {
    for (int i = 0; i < DELETE_TRIES && Files.isDirectory(directory); i++) {
      deleteOnce(directory);
    }
  }

  private static void deleteOnce(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
              Files.deleteIfExists(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException | DirectoryNotEmptyException e) {
      // Somebody else was faster, or a thread that is being stopped has just written something.
      LockSupport.parkNanos(5_000_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
