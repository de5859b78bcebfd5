package dev.shortpath.testbed.shortcut;

import dev.shortpath.harness.testbed.TestbedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A shortcut in force. Closing it takes it away; connections that it has paired go on. */
public interface Attached extends AutoCloseable {
  /** Readers of its counters, to be called at the same time; names start with {@code agent.}. */
  List<Callable<Map<String, Long>>> counters();

  /** Label to cgroup of its processes. */
  Map<String, Path> cgroups();

  /**
   * Checks its processes.
   *
   * @throws TestbedException naming the one that died
   */
  void check() throws TestbedException;

  @Override
  void close();
}
