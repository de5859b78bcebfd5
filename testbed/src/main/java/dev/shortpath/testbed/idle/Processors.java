package dev.shortpath.testbed.idle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What the kernel tells of its idle processors.
 *
 * @param cpus {@code /sys/devices/system/cpu} (kernel: Documentation/admin-guide/pm/cpuidle.rst)
 * @param limit {@code /dev/cpu_dma_latency}: whoever holds it open says how many µs a processor may
 *     take to wake, and the smallest number counts (kernel:
 *     Documentation/power/pm_qos_interface.rst)
 */
record Processors(Path cpus, Path limit) {
  /** The state in which a processor does not sleep (kernel: drivers/cpuidle/poll_state.c). */
  static final String POLL = "poll";

  static Processors here() {
    return new Processors(Path.of("/sys/devices/system/cpu"), Path.of("/dev/cpu_dma_latency"));
  }

  /** Why they cannot be kept from sleeping; empty where they can. */
  List<String> cannotPoll() {
    if (!Files.exists(limit)) {
      return List.of("idle awake: this kernel has no " + limit + ": use --set idle=sleep");
    }
    String driver = text(cpus.resolve("cpuidle/current_driver"));
    if (driver.isEmpty() || driver.equals("none")) {
      return List.of(
          "idle awake: no cpuidle driver is in charge, so processors sleep whatever is asked of them:"
              + " use --set idle=sleep");
    }
    if (!entries().containsKey(POLL)) {
      return List.of(
          "idle awake: cpuidle driver "
              + driver
              + " has no state in which a processor polls: use --set idle=sleep");
    }
    return List.of();
  }

  /** Why they do not sleep; empty where they may. */
  List<String> cannotSleep() {
    return limitMicros().orElse(1) == 0
        ? List.of(
            "idle sleep: another program holds " + limit + " at 0: end it, or use --set idle=awake")
        : List.of();
  }

  /** The longest that a processor may take to wake, µs; empty where that cannot be read. */
  OptionalInt limitMicros() {
    try (FileChannel device = FileChannel.open(limit, StandardOpenOption.READ)) {
      ByteBuffer value = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
      return device.read(value) == Integer.BYTES
          ? OptionalInt.of(value.getInt(0))
          : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  /** Asks that they wake at once, for as long as what is returned is open. */
  FileChannel forbidSleep() throws IOException {
    FileChannel device = FileChannel.open(limit, StandardOpenOption.WRITE);
    boolean asked = false;
    try {
      device.write(ByteBuffer.allocate(Integer.BYTES));
      asked = true;
      return device;
    } finally {
      if (!asked) {
        device.close();
      }
    }
  }

  /** How often processors have left each idle state, by its name; empty without a driver. */
  Map<String, Long> entries() {
    return sum("usage");
  }

  /** How many µs they have spent in each. */
  Map<String, Long> micros() {
    return sum("time");
  }

  private Map<String, Long> sum(String file) {
    Map<String, Long> sums = new TreeMap<>();
    for (Path cpu : entries(cpus, "cpu[0-9]*")) {
      for (Path state : entries(cpu.resolve("cpuidle"), "state[0-9]*")) {
        String name = text(state.resolve("name")).toLowerCase(Locale.ROOT);
        String value = text(state.resolve(file));
        if (!name.isEmpty() && value.matches("[0-9]{1,18}")) {
          sums.merge(name.replaceAll("[^a-z0-9]+", "-"), Long.parseLong(value), Long::sum);
        }
      }
    }
    return sums;
  }

  private static List<Path> entries(Path directory, String glob) {
    List<Path> entries = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
        stream.forEach(entries::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return entries;
  }

  /** Empty where there is no such file: a processor may be switched off at any time. */
  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
