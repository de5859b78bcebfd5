package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Network;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.run.Owner;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.testcontainers.DockerClientFactory;

/** This machine's Docker, and what runs have made of it, found by labels. */
final class Docker {
  /** Label with the run's id on every container and network. */
  static final String RUN = "dev.shortpath.run";

  /** Label with the process that the run belongs to. */
  static final String OWNER = "dev.shortpath.owner";

  /** By this label agent-image names what the image of the workloads is. */
  private static final String WORKLOAD = "org.opencontainers.image.title=Shortpath's workloads";

  /** Label on what outlives its run. */
  private static final String KEPT = "dev.shortpath.kept";

  private static final String SCHEME = "unix://";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Without it Testcontainers may start a container, of an image to be pulled, to find itself. */
  private static final String SETTING = "TESTCONTAINERS_HOST_OVERRIDE";

  private Docker() {}

  /** Why no daemon can be asked, with the remedy; empty when one answers. */
  static Optional<String> missing() {
    String host = host();
    if (!host.startsWith(SCHEME)) {
      return Optional.of(
          "testbed k3s needs Docker on this machine itself: DOCKER_HOST is "
              + host
              + ", use unix:///PATH");
    }
    Path socket = Path.of(host.substring(SCHEME.length()));
    if (!Files.exists(socket)) {
      return Optional.of(
          "testbed k3s needs Docker: there is no " + socket + ": apt-get install docker.io");
    }
    if (!Files.isWritable(socket)) {
      return Optional.of("testbed k3s may not use Docker at " + socket + ": run it with sudo");
    }
    if (System.getenv(SETTING) == null) {
      return Optional.of(
          "testbed k3s needs " + SETTING + "=localhost: use bin/shortpath, which sets it");
    }
    Optional<String> silent = silent(socket, PATIENCE);
    if (silent.isPresent()) {
      return silent;
    }
    return DockerClientFactory.instance().isDockerAvailable()
        ? Optional.empty()
        : Optional.of(
            "testbed k3s needs Docker: what answers at " + socket + " is no daemon of it");
  }

  private static String host() {
    return System.getenv().getOrDefault("DOCKER_HOST", SCHEME + "/var/run/docker.sock");
  }

  /** Whether the daemon that answered at first does so no more. */
  static boolean silent() {
    return silent(Path.of(host().substring(SCHEME.length())), PATIENCE).isPresent();
  }

  /** Why the daemon cannot be spoken to: Docker's own clients wait for a hung one without end. */
  static Optional<String> silent(Path socket, Duration limit) {
    Future<Boolean> answer =
        Together.start(
            () -> {
              try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                channel.write(StandardCharsets.US_ASCII.encode("GET /_ping HTTP/1.0\r\n\r\n"));
                return channel.read(ByteBuffer.allocate(1)) == 1;
              }
            });
    String reason = "no daemon answers at " + socket;
    try {
      if (answer.get(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
    } catch (ExecutionException e) {
      reason += " (" + e.getCause().getMessage() + ")";
    } catch (TimeoutException e) {
      answer.cancel(true);
      reason = "the daemon at " + socket + " does not answer within " + limit.toSeconds() + " s";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.of("testbed k3s needs Docker: " + reason);
  }

  static DockerClient client() {
    return DockerClientFactory.instance().client();
  }

  /** The id of an image that Docker has. */
  static Optional<String> imageId(String image) {
    try {
      return Optional.of(client().inspectImageCmd(image).exec().getId());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * What a run's containers and networks are labelled with.
   *
   * @throws TestbedException where this process cannot be named
   */
  static Map<String, String> labels(String runId) throws TestbedException {
    try {
      return Map.of(RUN, runId, OWNER, Owner.self());
    } catch (IOException e) {
      throw new TestbedException(e.getMessage(), e);
    }
  }

  /** Likewise for a cluster that belongs to no process: it is there for the next run. */
  static Map<String, String> keptLabels(String id) {
    return Map.of(RUN, id, KEPT, "");
  }

  /** Removes the kept clusters but one. */
  static void removeKeptBut(String id) {
    remove(labels -> labels.containsKey(KEPT) && !id.equals(labels.get(RUN)));
  }

  /** Whether all containers that carry an id run. */
  static boolean allRun(String id) {
    return containers(labels -> id.equals(labels.get(RUN))).stream()
        .allMatch(container -> "running".equals(container.getState()));
  }

  /** The id of the network of that name. */
  static Optional<String> network(String name) {
    return client().listNetworksCmd().withNameFilter(name).exec().stream()
        .filter(network -> network.getName().equals(name))
        .map(Network::getId)
        .findFirst();
  }

  /** Names of everything that carries the run's id. */
  static List<String> remains(String runId) {
    List<String> names = new ArrayList<>();
    containers(labels -> runId.equals(labels.get(RUN))).forEach(c -> names.add(name(c)));
    networks(labels -> runId.equals(labels.get(RUN))).forEach(n -> names.add("network " + n));
    return names;
  }

  /** Removes a run; a line for each thing removed. */
  static List<String> remove(String runId) {
    return remove((Map<String, String> labels) -> runId.equals(labels.get(RUN)));
  }

  /** Removes what carries exactly these labels of the run: an owner's that is still there. */
  static void removeOwn(String runId, Map<String, String> own) {
    remove(
        labels ->
            runId.equals(labels.get(RUN))
                && Objects.equals(own.get(OWNER), labels.get(OWNER))
                && own.containsKey(OWNER));
  }

  /**
   * Removes every run whose owner is gone; a line for each thing removed.
   *
   * @param kept whether kept clusters go, too
   */
  static List<String> removeDead(boolean kept) {
    return remove(
        labels -> labels.containsKey(RUN) && !alive(labels) && (kept || !labels.containsKey(KEPT)));
  }

  private static boolean alive(Map<String, String> labels) {
    return Owner.alive(labels.getOrDefault(OWNER, ""));
  }

  private static List<String> remove(Predicate<Map<String, String>> which) {
    List<String> lines = new ArrayList<>();
    for (Container container : containers(which)) {
      String what = name(container);
      try {
        client()
            .removeContainerCmd(container.getId())
            .withForce(true)
            .withRemoveVolumes(true)
            .exec();
      } catch (NotFoundException | ConflictException e) {
        // Somebody else has removed it, or is about to.
      } catch (DockerException e) {
        what += " could not be removed: " + e.getMessage().strip();
      }
      lines.add(what);
    }
    removeUnused();
    for (Network network : networks(which)) {
      String what = "network " + network.getName();
      try {
        client().removeNetworkCmd(network.getId()).exec();
      } catch (NotFoundException e) {
        // Likewise.
      } catch (DockerException e) {
        what += " could not be removed: " + e.getMessage().strip();
      }
      lines.add(what);
    }
    return lines;
  }

  /** Images of the pods that were loaded for containers here, where none has them any more. */
  private static void removeUnused() {
    for (Image image : client().listImagesCmd().withLabelFilter(WORKLOAD).exec()) {
      try {
        client().removeImageCmd(image.getId()).exec();
      } catch (NotFoundException | ConflictException e) {
        // Somebody has removed it, or uses it.
      } catch (DockerException e) {
        // It is a matter of space alone; the next run tries again.
      }
    }
  }

  private static List<Container> containers(Predicate<Map<String, String>> which) {
    return client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(List.of(RUN))
        .exec()
        .stream()
        .filter(container -> which.test(container.getLabels()))
        .toList();
  }

  private static List<Network> networks(Predicate<Map<String, String>> which) {
    return client().listNetworksCmd().withFilter("label", List.of(RUN)).exec().stream()
        .filter(network -> which.test(network.getLabels()))
        .toList();
  }

  private static String name(Container container) {
    return "container " + container.getNames()[0].substring(1);
  }
}
