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
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * Containers of a node image: Testcontainers' own class for a k3s server, agents beside it. They
 * are made, not started; nothing is ever pulled.
 *
 * @param image of the nodes
 * @param network that they are on
 * @param archives of the pods' images; the nodes load them at their start from k3s's directory
 */
record KubeNodes(String image, Network network, List<Path> archives) {
  private static final String IMAGES = "/var/lib/rancher/k3s/agent/images/";
  private static final String READY = ".*Node controller sync successful.*";
  private static final int CAP_SYS_RESOURCE = 24; // include/uapi/linux/capability.h

  /** Docker before 20.10.8 or so does not know the last three; CAP_SYS_ADMIN covers them. */
  private static final Set<String> UNNAMED =
      Set.of("ALL", "SYS_RESOURCE", "BPF", "PERFMON", "CHECKPOINT_RESTORE");

  KubeNodes {
    archives = List.copyOf(archives);
  }

  /** A server, known as {@code name} on the network. */
  K3sContainer server(String name, String... flags) {
    return set(
        new K3sContainer(imageName()),
        name,
        Stream.concat(Stream.of("server", "--disable=traefik"), Stream.of(flags)));
  }

  /** An agent; the flags say whom it joins. */
  GenericContainer<?> agent(String name, String... flags) {
    GenericContainer<?> agent =
        new GenericContainer<>(imageName())
            .withPrivilegedMode(true)
            .withFileSystemBind("/sys/fs/cgroup", "/sys/fs/cgroup", BindMode.READ_WRITE)
            .withTmpFs(Map.of("/run", "", "/var/run", ""))
            .withCreateContainerCmdModifier(c -> c.getHostConfig().withCgroupnsMode("host"))
            .waitingFor(Wait.forLogMessage(READY, 1));
    return set(agent, name, Stream.concat(Stream.of("agent"), Stream.of(flags)));
  }

  private DockerImageName imageName() {
    return DockerImageName.parse(image).asCompatibleSubstituteFor("rancher/k3s");
  }

  private <C extends GenericContainer<?>> C set(C node, String name, Stream<String> command) {
    node.withImagePullPolicy(any -> false);
    node.withNetwork(network);
    node.withNetworkAliases(name);
    node.withCommand(command.toArray(String[]::new));
    node.withStartupTimeout(Duration.ofMinutes(4));
    for (Path archive : archives) {
      node.withCopyFileToContainer(
          MountableFile.forHostPath(archive), IMAGES + archive.getFileName());
    }
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
}
