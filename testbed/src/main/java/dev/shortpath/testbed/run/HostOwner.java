package dev.shortpath.testbed.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The process that a run belongs to, for what several hosts can see: host name, the kernel's boot
 * id, and {@link Owner}.
 */
public final class HostOwner {
  private static final int WORDS = 4;

  private HostOwner() {}

  /**
   * This process.
   *
   * @throws IOException where {@code /proc} cannot be read
   */
  public static String self() throws IOException {
    return host() + " " + boot() + " " + Owner.self();
  }

  /**
   * Whether the process that is meant is of this host and runs no more. Of another host's nothing
   * can be known.
   */
  public static boolean gone(String owner) {
    String[] words = owner.split(" ");
    if (words.length != WORDS || !words[0].equals(host())) {
      return false;
    }
    try {
      boolean sameBoot = words[1].equals(boot());
      return !sameBoot || !Owner.alive(String.join(" ", Arrays.copyOfRange(words, 2, WORDS)));
    } catch (IOException e) {
      return false;
    }
  }

  private static String boot() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }

  /** Never null: a host without a name is like no other. */
  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
