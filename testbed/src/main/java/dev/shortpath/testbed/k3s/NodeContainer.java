package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;

/**
 * A node of the cluster: a container of this machine.
 *
 * @param name as Kubernetes knows it
 * @param cgroup the container's own directory in cgroup2, below which its pods run
 */
record NodeContainer(String name, Path cgroup) implements Node {
  /** Of pods' cgroups below the node's: kubepods, a class of service, the pod. */
  private static final int DEPTH = 6;

  static NodeContainer of(String name, GenericContainer<?> container)
      throws TestbedException, InterruptedException {
    Path mount =
        read(container, "/proc/mounts")
            .map(line -> line.split(" "))
            .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
            .map(fields -> Path.of(fields[1]))
            .findFirst()
            .orElseThrow(() -> new TestbedException("node " + name + " has no cgroup2"));
    String own =
        read(container, "/proc/1/cgroup")
            .filter(line -> line.startsWith("0::/"))
            .map(line -> line.substring("0::/".length()))
            .findFirst()
            .orElseThrow(() -> new TestbedException("node " + name + " is in no cgroup2"));
    Path cgroup = mount.resolve(own);
    if (own.isEmpty() || !Files.isDirectory(cgroup)) {
      throw new TestbedException(
          "node " + name + " has no cgroup of its own on this machine: " + cgroup);
    }
    return new NodeContainer(name, cgroup);
  }

  /** The cgroup2 of a process of this machine. */
  static Path cgroupOf(long pid) throws TestbedException {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/mounts"));
        Stream<String> cgroups = Files.lines(Path.of("/proc/" + pid + "/cgroup"))) {
      String mount =
          mounts
              .map(line -> line.split(" "))
              .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
              .map(fields -> fields[1])
              .findFirst()
              .orElseThrow(() -> new TestbedException("cgroup2 is not mounted"));
      String own =
          cgroups
              .filter(line -> line.startsWith("0::/"))
              .map(line -> line.substring("0::/".length()))
              .findFirst()
              .orElseThrow(() -> new TestbedException("process " + pid + " is in no cgroup2"));
      return Path.of(mount).resolve(own);
    } catch (IOException e) {
      throw new TestbedException("process " + pid + " is gone: " + e.getMessage(), e);
    }
  }

  private static Stream<String> read(GenericContainer<?> container, String file)
      throws TestbedException, InterruptedException {
    try {
      return container.execInContainer("cat", file).getStdout().lines();
    } catch (IOException e) {
      throw new TestbedException(file + " of a node cannot be read: " + e.getMessage(), e);
    }
  }

  /** Below the node's own, which on one kernel tells nodes apart. */
  @Override
  public Optional<Path> cgroupOf(String pod, String uid) throws TestbedException {
    // systemd's driver writes it with underscores
    String other = uid.replace('-', '_');
    try (Stream<Path> directories =
        Files.find(
            cgroup,
            DEPTH,
            (path, attributes) -> {
              String name = path.getFileName().toString();
              return attributes.isDirectory() && (name.contains(uid) || name.contains(other));
            })) {
      Optional<Path> found = directories.findFirst();
      if (found.isEmpty()) {
        throw new TestbedException(
            "pod "
                + pod
                + " does not run below its node's own cgroup "
                + cgroup
                + ": use the image shortpath.dev/kube-node");
      }
      return found;
    } catch (IOException e) {
      throw new TestbedException(cgroup + " cannot be read: " + e.getMessage(), e);
    }
  }
}
