package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.servicepath.ProxyPause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node's kube-proxy where it is a process of its own, of this machine.
 *
 * @param network of the node, where commands run
 * @param pid on this machine
 */
record ProxyProcess(ContainerNetwork network, long pid) implements ProxyPause {
  private static final String NAME = "kube-proxy";

  /** That of a node; none where kube-proxy is a part of another program, as in k3s's own image. */
  static Optional<ProxyPause> of(ContainerNetwork node) throws TestbedException {
    Optional<Path> own = space(node.pid());
    if (own.isEmpty()) {
      throw new TestbedException("node " + node.name() + " does not run");
    }
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> NAME.equals(program(pid)) && own.equals(space(pid)))
        .findFirst()
        .map(pid -> new ProxyProcess(node, pid));
  }

  private static Optional<Path> space(long pid) {
    try {
      return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "pid")));
    } catch (IOException e) {
      return Optional.empty(); // it is gone
    }
  }

  private static String program(long pid) {
    try {
      String words = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      int end = words.indexOf('\0');
      return end < 0 ? words : words.substring(0, end);
    } catch (IOException e) {
      return ""; // it is gone, or its words are no text
    }
  }

  @Override
  public void stop() throws TestbedException, InterruptedException {
    signal("-STOP");
  }

  @Override
  public void goOn() throws TestbedException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws TestbedException, InterruptedException {
    network.remote().feed(Command.of("kill", signal, Long.toString(pid)), "", Remote.SOON);
  }
}
