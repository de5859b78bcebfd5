package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.DataPlaneNode;
import dev.shortpath.testbed.dataplane.DataPlanes;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.servicepath.WorkerServices;
import java.nio.file.Path;

/**
 * A worker whose data plane runs.
 *
 * @param site of the run
 * @param worker its places
 * @param services that it has now
 */
record RunningWorker(Site site, Worker worker, WorkerServices services) {
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
        site,
        worker,
        new WorkerServices(DataPlanes.find(plane).orElseThrow().start(node, site.tools())));
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

  /** Forgets the flows of earlier trials, so that the next packet of each is a first one. */
  void forget() throws TestbedException, InterruptedException {
    services.plane().forget();
    Result result =
        site.admin(worker.node().name(), worker.node().netns())
            .run(Command.of("conntrack", "-F"), Remote.SOON);
    if (!result.ok()) {
      throw new TestbedException(
          "conntrack -F in " + worker.node().name() + " failed: " + result.lastWord());
    }
  }
}
