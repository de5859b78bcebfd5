package dev.shortpath.testbed.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.tool.Tools;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** BPF programs in the kernel, as bpftool lists them. */
final class BpfPrograms {
  private static final long GONE_NANOS = 10_000_000_000L;

  private final Set<Integer> ours = new TreeSet<>();

  /** Remembers the programs that these processes hold. */
  void remember(Set<Long> pids) throws Exception {
    Set<Integer> held = ids(program -> holds(program, pids));
    if (held.size() < 2) {
      throw new AssertionError("an agent holds a sockops and an sk_msg program, these: " + held);
    }
    ours.addAll(held);
  }

  /** Those remembered that are still there; the kernel frees them a little late, so it waits. */
  Set<Integer> left() throws Exception {
    long end = System.nanoTime() + GONE_NANOS;
    Set<Integer> left = new TreeSet<>(ours);
    while (!left.isEmpty()) {
      left.retainAll(ids(program -> true));
      if (left.isEmpty() || System.nanoTime() > end) {
        break;
      }
      Thread.sleep(50);
    }
    return left;
  }

  private static boolean holds(JsonNode program, Set<Long> pids) {
    for (JsonNode process : program.path("pids")) {
      if (pids.contains(process.path("pid").asLong())) {
        return true;
      }
    }
    return false;
  }

  private static Set<Integer> ids(Predicate<JsonNode> which) throws Exception {
    String bpftool = Tools.here().locate("bpftool").toString();
    Result result =
        LocalProcess.run(
            "bpftool", List.of(bpftool, "-j", "prog", "show"), "", Duration.ofSeconds(10));
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode program : new ObjectMapper().readTree(result.out())) {
      if (which.test(program)) {
        ids.add(program.path("id").asInt());
      }
    }
    return ids;
  }
}
