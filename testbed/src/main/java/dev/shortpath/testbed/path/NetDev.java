package dev.shortpath.testbed.path;

import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The interfaces of a network namespace, from {@code /proc/PID/net/dev} of a process in it. */
public final class NetDev {
  private NetDev() {}

  /**
   * Reads the counters of a place.
   *
   * @param place node or pod
   * @param pid a process in its namespace
   * @throws TestbedException when that process is gone
   */
  public static Map<String, Long> read(String place, long pid) throws TestbedException {
    return read(place, pid, Map.of());
  }

  /**
   * Likewise.
   *
   * @param words by interface: what its counters are called in its stead
   */
  public static Map<String, Long> read(String place, long pid, Map<String, String> words)
      throws TestbedException {
    try {
      return InterfaceCounters.parse(
          "net." + place, Files.readString(Path.of("/proc/" + pid + "/net/dev")), words);
    } catch (IOException e) {
      throw new TestbedException(
          "interfaces of " + place + " cannot be read: " + e.getMessage(), e);
    }
  }
}
