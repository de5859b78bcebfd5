package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.exception.DockerException;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The network namespace of a container or a pod of this machine, entered with this machine's own
 * tools: whatever is in its image, the kernel is the same.
 *
 * @param name for messages
 * @param pid a process in it
 */
record ContainerNetwork(String name, long pid, Tools tools) {
  /**
   * Of a running container.
   *
   * @throws TestbedException when it does not run
   */
  static ContainerNetwork of(String name, String container, Tools tools) throws TestbedException {
    try {
      Long pid = Docker.client().inspectContainerCmd(container).exec().getState().getPidLong();
      if (pid == null || pid == 0) {
        throw new TestbedException("container " + name + " does not run");
      }
      return new ContainerNetwork(name, pid, tools);
    } catch (DockerException e) {
      throw new TestbedException("container " + name + ": " + e.getMessage().strip(), e);
    }
  }

  /**
   * A process of a pod, told by its cgroups, whose names have the pod's uid.
   *
   * @throws TestbedException where there is none on this machine
   */
  static long processOf(String pod, String uid) throws TestbedException {
    String other = uid.replace('-', '_');
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(path -> cgroups(path).contains(uid) || cgroups(path).contains(other))
          .map(path -> Long.parseLong(path.getFileName().toString()))
          .findFirst()
          .orElseThrow(
              () -> new TestbedException("pod " + pod + " has no process on this machine"));
    } catch (IOException e) {
      throw new TestbedException("/proc cannot be read: " + e.getMessage(), e);
    }
  }

  private static String cgroups(Path process) {
    try {
      return Files.readString(process.resolve("cgroup"));
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  /** Commands in it. */
  PlacedRemote remote() {
    return new PlacedRemote(name, Launcher.here(tools).netns("/proc/" + pid + "/ns/net"));
  }

  /** Lines of {@code ip -batch} or {@code tc -batch}. */
  void batch(String tool, List<String> lines) throws TestbedException, InterruptedException {
    remote().feed(Command.of(tool, "-batch", "-"), String.join("\n", lines) + "\n", Remote.SOON);
  }

  /** Settings {@code NAME=VALUE}; those that the kernel does not have are passed. */
  void sysctl(List<String> settings) throws TestbedException, InterruptedException {
    Command command = Command.of("sysctl", "-q", "-e", "-w").and(settings.toArray(String[]::new));
    remote().feed(command, "", Remote.SOON);
  }

  /** Forgets every flow that is tracked. */
  void forget() throws TestbedException, InterruptedException {
    remote().feed(Command.of("conntrack", "-F"), "", Remote.SOON);
  }
}
