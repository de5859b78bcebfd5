package dev.shortpath.testbed.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that a run belongs to, for what several hosts can see: the host by its name and its
 * machine id, the kernel's boot id, the process ids' namespace, and {@link Owner}. A name alone is
 * no host: many machines have one that others have, too.
 */
public final class HostOwner {
  private static final Pattern TEXT =
      Pattern.compile(
          "(?<name>\\S+) machine=(?<machine>\\S*) boot=(?<boot>\\S+) pids=(?<pids>\\S+)"
              + " process=(?<process>\\d+ \\d+)");

  private static final Path MACHINE = Path.of("/etc/machine-id");
  private static final Path PIDS = Path.of("/proc/self/ns/pid");
  private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern INODE = Pattern.compile("pid:\\[(\\d+)]");
  private static final int HASH_BYTES = 8;

  private HostOwner() {}

  /**
   * Where a process runs.
   *
   * @param name of the host
   * @param machine hash of its machine id; empty where it has none
   * @param boot the kernel's boot id
   * @param pids inode of the namespace in which its process id is one
   */
  record Where(String name, String machine, String boot, String pids) {
    static Where here() throws IOException {
      return new Where(
          read("/proc/sys/kernel/hostname"),
          hashed(MACHINE),
          read("/proc/sys/kernel/random/boot_id"),
          inode());
    }

    String text(String process) {
      return "%s machine=%s boot=%s pids=%s process=%s"
          .formatted(name, machine, boot, pids, process);
    }
  }

  /**
   * This process.
   *
   * @throws IOException where {@code /proc} cannot be read
   */
  public static String self() throws IOException {
    return Where.here().text(Owner.self());
  }

  /**
   * Whether the process that is meant is of this host and runs no more. Of another host's nothing
   * can be known, nor of one in another namespace of process ids before this host starts anew.
   */
  public static boolean gone(String owner) {
    try {
      return gone(owner, Where.here());
    } catch (IOException e) {
      return false;
    }
  }

  static boolean gone(String owner, Where here) {
    Matcher words = TEXT.matcher(owner);
    if (!words.matches()
        || !words.group("name").equals(here.name())
        || !words.group("machine").equals(here.machine())) {
      return false;
    }
    if (!words.group("boot").equals(here.boot())) {
      // Without a machine id it may be another machine of that name.
      return !here.machine().isEmpty();
    }
    return words.group("pids").equals(here.pids()) && !Owner.alive(words.group("process"));
  }

  /** A machine's id is not to be shown as it is: machine-id(5). */
  static String hashed(Path file) {
    String id;
    try {
      id = Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
    if (!MACHINE_ID.matcher(id).matches()) {
      return "";
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("shortpath " + id).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static String inode() throws IOException {
    String link = Files.readSymbolicLink(PIDS).toString();
    Matcher inode = INODE.matcher(link);
    if (!inode.matches()) {
      throw new IOException(PIDS + " is " + link);
    }
    return inode.group(1);
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file)).strip();
  }
}
