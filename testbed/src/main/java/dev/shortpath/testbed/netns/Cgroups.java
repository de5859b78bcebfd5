package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Directories of cgroup2: making, ending what is in them, removing. */
final class Cgroups {
  /** Directory of all runs below the mount. */
  static final String ROOT = "shortpath";

  private static final long END_NANOS = 5_000_000_000L;

  private Cgroups() {}

  /** Where cgroup2 is mounted; on hybrid hosts that is not {@code /sys/fs/cgroup} itself. */
  static Optional<Path> mount() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
        String[] fields = line.split(" ");
        if (fields.length > 2 && fields[2].equals("cgroup2")) {
          return Optional.of(Path.of(fields[1].replace("\\040", " ")));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The directory of all runs. */
  static Optional<Path> root() {
    return mount().map(mount -> mount.resolve(ROOT));
  }

  /**
   * Makes a cgroup and its parents.
   *
   * @throws TestbedException when one cannot be made
   */
  static void make(Path leaf) throws TestbedException {
    try {
      Files.createDirectories(leaf);
    } catch (IOException e) {
      throw new TestbedException("cgroup " + leaf + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** Ends every process in a cgroup and below it, and waits until they are gone. */
  static void kill(Path cgroup) {
    try {
      Files.writeString(cgroup.resolve("cgroup.kill"), "1", StandardOpenOption.WRITE);
      long end = System.nanoTime() + END_NANOS;
      while (populated(cgroup) && System.nanoTime() < end) {
        pause();
      }
    } catch (IOException e) {
      // It is gone, and its processes with it.
    }
  }

  /** Also runs where the thread is interrupted: taking down must go on then. */
  private static void pause() {
    LockSupport.parkNanos(1_000_000);
  }

  /** Whether a process is in a cgroup or below it. */
  static boolean populated(Path cgroup) {
    try {
      return Files.readString(cgroup.resolve("cgroup.events")).contains("populated 1");
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends everything in a cgroup and removes it with all below it; whether it is gone. */
  static boolean remove(Path cgroup) {
    if (Files.isDirectory(cgroup)) {
      long end = System.nanoTime() + END_NANOS;
      do {
        // Again each time: a program may just have been started by a thread that is being stopped.
        kill(cgroup);
      } while (!removeTree(cgroup) && System.nanoTime() < end);
    }
    return !Files.exists(cgroup);
  }

  private static boolean removeTree(Path directory) {
    try {
      for (Path child : children(directory)) {
        removeTree(child);
      }
      Files.deleteIfExists(directory);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The cgroups right below one. */
  static List<Path> children(Path cgroup) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(cgroup, Files::isDirectory)) {
      entries.forEach(children::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      return children;
    }
    return children;
  }
}
