package dev.shortpath.testbed.idle;

import dev.shortpath.harness.testbed.TestbedException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The levels of factor {@code idle}. */
public enum Idle {
  /** Idle processors sleep as the machine's own settings have it. */
  SLEEP("sleep"),

  /** They poll, so that none has to be woken. */
  AWAKE("awake");

  private final String level;

  Idle(String level) {
    this.level = level;
  }

  /** Names of all levels, the usual one first. */
  public static List<String> names() {
    return Stream.of(values()).map(idle -> idle.level).toList();
  }

  /** Those of them that other machines' processors can be asked for. */
  public static List<String> namesElsewhere() {
    return List.of(SLEEP.level);
  }

  /** Why other machines' processors cannot be so, a line each with the remedy. */
  public List<String> missingElsewhere() {
    return this == SLEEP
        ? List.of()
        : List.of("idle awake: the cluster's nodes are other machines: use --set idle=sleep");
  }

  /** The level of that name. */
  public static Optional<Idle> find(String name) {
    return Stream.of(values()).filter(idle -> idle.level.equals(name)).findFirst();
  }

  /** What this machine lacks for it, a line each with the remedy; changes nothing. */
  public List<String> missing() {
    return missing(Processors.here());
  }

  List<String> missing(Processors processors) {
    return this == AWAKE ? processors.cannotPoll() : processors.cannotSleep();
  }

  /**
   * Puts it in force until what is returned is closed or this program ends, in whatever way.
   *
   * @throws TestbedException when it did not take
   */
  public Idling begin() throws TestbedException, InterruptedException {
    return begin(Processors.here());
  }

  Idling begin(Processors processors) throws TestbedException, InterruptedException {
    return this == AWAKE ? Awake.begin(processors) : new Asleep(processors);
  }
}
