package dev.shortpath.testbed.path;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the kernel tells of a network namespace in {@code /proc/net} (proc(5)). */
@FunctionalInterface
public interface ProcNet {
  /**
   * A file's text.
   *
   * @param file below {@code /proc/net}, for example {@code dev}
   * @throws TestbedException when it cannot be read
   */
  String read(String file) throws TestbedException, InterruptedException;

  /** Likewise of a file that some kernels do not have. */
  default Optional<String> find(String file) throws InterruptedException {
    try {
      return Optional.of(read(file));
    } catch (TestbedException e) {
      return Optional.empty();
    }
  }

  /** Of the namespace of a process of this machine. */
  static ProcNet of(long pid) {
    return file -> {
      Path path = Path.of("/proc/" + pid + "/net", file);
      try {
        return Files.readString(path);
      } catch (IOException e) {
        throw new TestbedException(path + " cannot be read: " + e.getMessage(), e);
      }
    };
  }

  /** Of a place where commands run. */
  static ProcNet of(Remote remote) {
    return file -> remote.read("/proc/net/" + file);
  }
}
