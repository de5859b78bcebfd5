package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Containers of the node image: Testcontainers' own class for a k3s server, agents beside it. */
final class KubeNodes {
  /** The image that {@code make kube-node} loads into Docker. */
  static final DockerImageName IMAGE =
      DockerImageName.parse(
              System.getProperty("shortpath.kube-node", "shortpath.dev/kube-node:v1.34.1"))
          .asCompatibleSubstituteFor("rancher/k3s");

  /** What the tests' pods run; the nodes load it at their start from k3s's directory for images. */
  static final String POD_IMAGE = "shortpath.dev/busybox:1";

  private static final String IMAGES = "/var/lib/rancher/k3s/agent/images/";
  private static final String READY = ".*Node controller sync successful.*";
  private static final int CAP_SYS_RESOURCE = 24; // include/uapi/linux/capability.h

  /** Docker before 20.10.8 or so does not know the last three; CAP_SYS_ADMIN covers them. */
  private static final Set<String> UNNAMED =
      Set.of("ALL", "SYS_RESOURCE", "BPF", "PERFMON", "CHECKPOINT_RESTORE");

  private KubeNodes() {}

  /** A server, known as {@code name} on the network. */
  static K3sContainer server(Network network, String name, Path podImage, String... flags) {
    return set(
        new K3sContainer(IMAGE),
        network,
        name,
        podImage,
        Stream.concat(Stream.of("server", "--disable=traefik"), Stream.of(flags)));
  }

  /** An agent; the flags say whom it joins. */
  static GenericContainer<?> agent(Network network, String name, Path podImage, String... flags) {
    GenericContainer<?> agent =
        new GenericContainer<>(IMAGE)
            .withPrivilegedMode(true)
            .withFileSystemBind("/sys/fs/cgroup", "/sys/fs/cgroup", BindMode.READ_WRITE)
            .withTmpFs(Map.of("/run", "", "/var/run", ""))
            .withCreateContainerCmdModifier(c -> c.getHostConfig().withCgroupnsMode("host"))
            .waitingFor(Wait.forLogMessage(READY, 1));
    return set(agent, network, name, podImage, Stream.concat(Stream.of("agent"), Stream.of(flags)));
  }

  private static <C extends GenericContainer<?>> C set(
      C node, Network network, String name, Path podImage, Stream<String> command) {
    node.withImagePullPolicy(image -> false);
    node.withNetwork(network);
    node.withNetworkAliases(name);
    node.withCommand(command.toArray(String[]::new));
    node.withStartupTimeout(Duration.ofMinutes(4));
    node.withCopyFileToContainer(MountableFile.forHostPath(podImage), IMAGES + "busybox.tar");
    node.withCreateContainerCmdModifier(c -> c.withHostName(name));
    if (!hostHasSysResource()) {
      node.withPrivilegedMode(false);
      node.withCreateContainerCmdModifier(KubeNodes::privilegedButForSysResource);
    }
    return node;
  }

  /** {@code --privileged} as far as it goes where Docker itself lacks CAP_SYS_RESOURCE. */
  private static void privilegedButForSysResource(CreateContainerCmd create) {
    Capability[] capabilities =
        EnumSet.allOf(Capability.class).stream()
            .filter(c -> !UNNAMED.contains(c.name()))
            .toArray(Capability[]::new);
    create
        .getHostConfig()
        .withPrivileged(false)
        .withCapAdd(capabilities)
        .withSecurityOpts(List.of("seccomp=unconfined", "apparmor=unconfined"))
        .withDeviceCgroupRules(List.of("a *:* rwm"));
  }

  private static boolean hostHasSysResource() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("CapBnd:"))
          .map(line -> Long.parseUnsignedLong(line.substring(7).trim(), 16))
          .anyMatch(set -> (set >>> CAP_SYS_RESOURCE & 1) == 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a program prints in a node's container; a failure carries both its outputs. */
  static String in(GenericContainer<?> node, String... command) {
    try {
      Container.ExecResult result = node.execInContainer(command);
      if (result.getExitCode() != 0) {
        throw new IllegalStateException(
            "%s: exit status %d: %s%s"
                .formatted(
                    String.join(" ", command),
                    result.getExitCode(),
                    result.getStderr(),
                    result.getStdout()));
      }
      return result.getStdout().trim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
