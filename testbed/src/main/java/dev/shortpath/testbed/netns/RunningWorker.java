package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.DataPlaneNode;
import dev.shortpath.testbed.dataplane.DataPlanes;
import dev.shortpath.testbed.dataplane.RunningDataPlane;
import dev.shortpath.testbed.dataplane.ServicePort;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import java.nio.file.Path;
import java.util.List;

/** A worker whose data plane runs, and the Services that it has now. */
final class RunningWorker {
  private final Site site;
  private final Worker worker;
  private final RunningDataPlane plane;
  private List<ServicePort> services = List.of();
  private boolean known = true;

  private RunningWorker(Site site, Worker worker, RunningDataPlane plane) {
    this.site = site;
    this.worker = worker;
    this.plane = plane;
  }

  /**
   * Starts a worker's data plane.
   *
   * @param directory existing, for its sockets and files
   * @throws TestbedException saying what failed
   */
  static RunningWorker start(Site site, Worker worker, String plane, Path directory)
      throws TestbedException, InterruptedException {
    DataPlaneNode node =
        new DataPlaneNode(
            worker.node().name(),
            site.proxy(worker.node()),
            Worker.UPLINK,
            worker.pods().stream().map(worker::link).toList(),
            worker.ipv4(),
            worker.ipv6(),
            ServicePathAddresses.POD_CIDR4,
            ServicePathAddresses.POD_CIDR6,
            directory,
            site.logs());
    return new RunningWorker(
        site, worker, DataPlanes.find(plane).orElseThrow().start(node, site.tools()));
  }

  Worker worker() {
    return worker;
  }

  RunningDataPlane plane() {
    return plane;
  }

  /** What the data plane was last told. */
  List<ServicePort> services() {
    return services;
  }

  /** Whether the data plane surely has these Services. */
  boolean as(List<ServicePort> wanted) {
    return known && services.equals(wanted);
  }

  /** Generates this worker's Services, with endpoints in one of its backends. */
  ServiceGenerator generator(
      ServicePathTreatment treatment, ServicePathParameters parameters, Pod backend) {
    return new ServiceGenerator(
        treatment.protocol(),
        parameters.nodePorts(),
        treatment.local(),
        parameters.affinitySeconds(),
        worker.endpoints(backend, parameters.endpoints()));
  }

  /**
   * Makes these all Services that there are, by changing what differs; anew, when a change has
   * failed before.
   *
   * @throws TestbedException when the kernel did not take them
   */
  Action.Span change(List<ServicePort> wanted) throws TestbedException, InterruptedException {
    return known ? take(wanted, () -> plane.update(wanted)) : load(wanted);
  }

  /**
   * Loads these Services, whatever there was.
   *
   * @throws TestbedException when the kernel did not take them
   */
  Action.Span load(List<ServicePort> wanted) throws TestbedException, InterruptedException {
    return take(wanted, () -> plane.load(wanted));
  }

  /**
   * Computes what a load of the Services that there are would hand to the kernel's tool; changes
   * nothing.
   */
  Action.Span compile() throws TestbedException, InterruptedException {
    long start = System.nanoTime();
    plane.compile(services);
    return new Action.Span(start, System.nanoTime());
  }

  /** What changes a data plane. */
  private interface Change {
    void make() throws TestbedException, InterruptedException;
  }

  private Action.Span take(List<ServicePort> wanted, Change change)
      throws TestbedException, InterruptedException {
    known = false;
    long start = System.nanoTime();
    change.make();
    long end = System.nanoTime();
    services = List.copyOf(wanted);
    known = true;
    return new Action.Span(start, end);
  }

  /** Forgets the flows of earlier trials, so that the next packet of each is a first one. */
  void forget() throws TestbedException, InterruptedException {
    plane.forget();
    Result result =
        site.admin(worker.node().name(), worker.node().netns())
            .run(Command.of("conntrack", "-F"), Remote.SOON);
    if (!result.ok()) {
      throw new TestbedException(
          "conntrack -F in " + worker.node().name() + " failed: " + result.lastWord());
    }
  }
}
