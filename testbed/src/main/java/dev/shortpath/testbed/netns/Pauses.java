package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.PlacedRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** A process in each namespace that does nothing: through it the namespace's files are read. */
final class Pauses {
  private final Map<String, LocalProcess> byPlace = new TreeMap<>();

  private Pauses() {}

  /**
   * Starts one in each place.
   *
   * @throws TestbedException when one cannot be started
   */
  static Pauses start(Site site, Collection<PlacedRemote> places)
      throws TestbedException, InterruptedException {
    Command sleep = Command.of("sleep", "infinity");
    Pauses pauses = new Pauses();
    for (PlacedRemote place : places) {
      pauses.byPlace.put(place.name(), place.daemon(sleep, site.logs().resolve("pause.log")));
    }
    for (String place : pauses.byPlace.keySet()) {
      pauses.awaitEntered(place);
    }
    return pauses;
  }

  /** A process is born in our namespace: what was read of it then would be the host's. */
  private void awaitEntered(String place) throws TestbedException, InterruptedException {
    long end = System.nanoTime() + Remote.SOON.toNanos();
    try {
      Path ours = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
      Path its = Path.of("/proc/" + pid(place) + "/ns/net");
      while (Files.readSymbolicLink(its).equals(ours)) {
        if (System.nanoTime() > end) {
          throw new TestbedException("the pause process of " + place + " does not get there");
        }
        Thread.sleep(1);
      }
    } catch (IOException e) {
      throw new TestbedException("the pause process of " + place + " died: " + e.getMessage(), e);
    }
  }

  /** The process id of the one in a place. */
  long pid(String place) {
    return byPlace.get(place).pid();
  }

  /** Fails when one died. */
  void check() throws TestbedException {
    for (Map.Entry<String, LocalProcess> pause : byPlace.entrySet()) {
      if (!pause.getValue().alive()) {
        throw new TestbedException("the pause process of " + pause.getKey() + " died");
      }
    }
  }
}
