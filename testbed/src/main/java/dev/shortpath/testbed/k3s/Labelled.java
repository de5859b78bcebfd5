package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Network;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.run.Owner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What runs have made in Docker, found by its labels. */
final class Labelled {
  /** Label with the run's id on every container and network. */
  static final String RUN = "dev.shortpath.run";

  /** Label with the process that the run belongs to. */
  static final String OWNER = "dev.shortpath.owner";

  /** By this label agent-image names what the image of the workloads is. */
  private static final String WORKLOAD = "org.opencontainers.image.title=Shortpath's workloads";

  /** Label on what outlives its run. */
  private static final String KEPT = "dev.shortpath.kept";

  private Labelled() {}

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
    return Docker.client().listNetworksCmd().withNameFilter(name).exec().stream()
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
                && own.containsKey(OWNER)
                && own.get(OWNER).equals(labels.get(OWNER)));
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
        Docker.client()
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
        Docker.client().removeNetworkCmd(network.getId()).exec();
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
    for (Image image : Docker.client().listImagesCmd().withLabelFilter(WORKLOAD).exec()) {
      try {
        Docker.client().removeImageCmd(image.getId()).exec();
      } catch (NotFoundException | ConflictException e) {
        // Somebody has removed it, or uses it.
      } catch (DockerException e) {
        // It is a matter of space alone; the next run tries again.
      }
    }
  }

  private static List<Container> containers(Predicate<Map<String, String>> which) {
    return Docker.client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(List.of(RUN))
        .exec()
        .stream()
        .filter(container -> which.test(container.getLabels()))
        .toList();
  }

  private static List<Network> networks(Predicate<Map<String, String>> which) {
    return Docker.client().listNetworksCmd().withFilter("label", List.of(RUN)).exec().stream()
        .filter(network -> which.test(network.getLabels()))
        .toList();
  }

  private static String name(Container container) {
    return "container " + container.getNames()[0].substring(1);
  }
}
