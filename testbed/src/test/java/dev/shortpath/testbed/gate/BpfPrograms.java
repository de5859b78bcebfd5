package dev.shortpath.testbed.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** BPF programs in the kernel, as bpftool lists them. */
public final class BpfPrograms {
  private static final long GONE_NANOS = 10_000_000_000L;

  private final Set<Integer> ours = new TreeSet<>();

  /** Remembers the programs that these processes hold. */
  public void remember(Set<Long> pids) throws IOException {
    for (long pid : pids) {
      Set<Integer> held = held(pid);
      if (held.size() < 2) {
        throw new AssertionError(
            "agent " + pid + " holds a sockops and an sk_msg program: " + held);
      }
      ours.addAll(held);
    }
  }

  private static Set<Integer> held(long pid) throws IOException {
    Set<Integer> held = new TreeSet<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fdinfo"))) {
      for (Path file : files) {
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith("prog_id:"))
            .forEach(line -> held.add(Integer.valueOf(line.substring(8).strip())));
      }
    }
    return held;
  }

  /** Those remembered that are still there; the kernel frees them a little late, so it waits. */
  public Set<Integer> left() throws Exception {
    long end = System.nanoTime() + GONE_NANOS;
    Set<Integer> left = new TreeSet<>(ours);
    while (!left.isEmpty()) {
      left.retainAll(all());
      if (left.isEmpty() || System.nanoTime() > end) {
        break;
      }
      Thread.sleep(50);
    }
    return left;
  }

  private static Set<Integer> all() throws Exception {
    String bpftool = Tools.here().locate("bpftool").toString();
    Result result =
        LocalProcess.run(
            "bpftool", List.of(bpftool, "-j", "prog", "show"), "", Duration.ofSeconds(10));
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode program : new ObjectMapper().readTree(result.out())) {
      ids.add(program.path("id").asInt());
    }
    return ids;
  }
}
