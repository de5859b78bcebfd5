package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.PlacedRemote;
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
  static Pauses start(Site site, Collection<PlacedRemote> places) throws TestbedException {
    Command sleep = Command.of("sleep", "infinity");
    Pauses pauses = new Pauses();
    for (PlacedRemote place : places) {
      pauses.byPlace.put(place.name(), place.daemon(sleep, site.logs().resolve("pause.log")));
    }
    return pauses;
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
