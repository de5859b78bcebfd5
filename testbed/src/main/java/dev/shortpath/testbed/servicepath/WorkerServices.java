package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.RunningDataPlane;
import dev.shortpath.testbed.dataplane.ServicePort;
import java.time.Duration;
import java.util.List;

/** The Services that a worker's data plane has now. */
public final class WorkerServices {
  private final RunningDataPlane plane;
  private final State state;

  /** What the kernel said last, and after how many changes. */
  private int counted;

  private int countedAfter = -1;

  private static final class State {
    private List<ServicePort> services = List.of();
    private boolean known = true;
    private int changes;
  }

  private WorkerServices(RunningDataPlane plane, State state) {
    this.plane = plane;
    this.state = state;
  }

  /** Of a data plane without any. */
  public WorkerServices(RunningDataPlane plane) {
    this(plane, new State());
  }

  /** The same Services as another data plane has them: what changes these changes those. */
  public WorkerServices alsoOf(RunningDataPlane other) {
    return new WorkerServices(other, state);
  }

  /** What has them. */
  public RunningDataPlane plane() {
    return plane;
  }

  /** What the data plane was last told. */
  public List<ServicePort> services() {
    return state.services;
  }

  /** Whether the data plane surely has these Services. */
  public boolean as(List<ServicePort> wanted) {
    return state.known && state.services.equals(wanted);
  }

  /**
   * How many Services the kernel holds: asks it, which takes a second for ten thousand of them in
   * rules of iptables.
   */
  int count() throws TestbedException, InterruptedException {
    int changes = state.changes;
    counted = plane.counted();
    countedAfter = changes;
    return counted;
  }

  /**
   * Likewise, but what the kernel said last is enough where nothing was changed from here since.
   * Whoever else took a Service away meanwhile is found out by the next {@link #count}.
   */
  int counted() throws TestbedException, InterruptedException {
    return countedAfter == state.changes ? counted : count();
  }

  /**
   * Makes these all Services that there are, by changing what differs; anew, when a change has
   * failed before.
   *
   * @throws TestbedException when the kernel did not take them
   */
  public Action.Span change(List<ServicePort> wanted)
      throws TestbedException, InterruptedException {
    return state.known
        ? take(
            wanted,
            () -> {
              long start = System.nanoTime();
              plane.update(wanted);
              return Duration.ofNanos(System.nanoTime() - start);
            })
        : load(wanted);
  }

  /**
   * Loads these Services, whatever there was.
   *
   * @throws TestbedException when the kernel did not take them
   */
  Action.Span load(List<ServicePort> wanted) throws TestbedException, InterruptedException {
    state.known = false;
    plane.beforeLoad();
    return take(wanted, () -> plane.timedLoad(wanted));
  }

  /**
   * Computes what a load of the Services that there are would hand to the kernel's tool; changes
   * nothing.
   */
  Action.Span compile() throws TestbedException, InterruptedException {
    long start = System.nanoTime();
    plane.compile(state.services);
    return new Action.Span(start, System.nanoTime());
  }

  /** What changes a data plane, and how long it was at it. */
  private interface Change {
    Duration make() throws TestbedException, InterruptedException;
  }

  private Action.Span take(List<ServicePort> wanted, Change change)
      throws TestbedException, InterruptedException {
    state.known = false;
    state.changes++;
    long start = System.nanoTime();
    long end = start + change.make().toNanos();
    state.services = List.copyOf(wanted);
    state.known = true;
    return new Action.Span(start, end);
  }
}
