package dev.shortpath.harness.runner;

import dev.shortpath.harness.catalog.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One run a machine: two would measure each other. The kernel drops the lock when its holder dies,
 * so that no stale one can be left behind.
 */
public final class MachineLock implements AutoCloseable {
  /** System property: where the lock lies, for tests that must not wait for the machine. */
  public static final String DIRECTORY = "shortpath.lock.directory";

  private final FileChannel channel;
  private final FileLock lock;

  private MachineLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the lock.
   *
   * @param purpose what the holder does, for the other's complaint
   * @throws BadInputException when another process holds it, naming that process
   */
  public static MachineLock take(String purpose) {
    return take(defaultFile(), purpose);
  }

  static MachineLock take(Path file, String purpose) {
    try {
      Files.createDirectories(file.getParent());
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new BadInputException(occupied(file));
      }
      channel.truncate(0);
      String holder = "process " + ProcessHandle.current().pid() + " (" + purpose + ")\n";
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
      return new MachineLock(channel, lock);
    } catch (IOException e) {
      String why = e instanceof AccessDeniedException ? "run as root" : e.getMessage();
      throw new UncheckedIOException("cannot lock " + file + ": " + why, e);
    }
  }

  /**
   * Who holds the machine, and what to do, as {@link #take} would say it; empty when nobody does.
   * Takes nothing, and needs no rights but to read.
   */
  public static Optional<String> holder() {
    Path shared = Path.of("/run/shortpath/lock"); // root's, which others may read
    boolean own = System.getProperty(DIRECTORY) != null || !Files.exists(shared);
    return holder(own ? defaultFile() : shared);
  }

  static Optional<String> holder(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null ? Optional.of(occupied(file)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // no lock file: nobody has ever run here
    } catch (OverlappingFileLockException e) {
      return Optional.of(occupied(file));
    }
  }

  private static String occupied(Path file) {
    String holder;
    try {
      holder = Files.readString(file).strip();
    } catch (IOException e) {
      holder = "another run";
    }
    return "this machine is occupied by "
        + holder
        + ": wait for it or end it; runs side by side would measure each other";
  }

  private static Path defaultFile() {
    String given = System.getProperty(DIRECTORY);
    if (given != null) {
      return Path.of(given, "lock");
    }
    Path run = Path.of("/run");
    return Files.isWritable(run)
        ? run.resolve("shortpath/lock")
        : Path.of(
            System.getProperty("java.io.tmpdir"),
            "shortpath-" + System.getProperty("user.name"),
            "lock");
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
