package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.dataplane.DataPlanes;
import dev.shortpath.testbed.dataplane.ServicePort;
import dev.shortpath.testbed.path.ProcNet;
import dev.shortpath.testbed.place.ExternalHost;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.servicepath.HeldPorts;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathScene;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * What stands of topology {@code service-path}: client, router, workers with their data planes.
 *
 * @param site of the run
 * @param layout places
 * @param parameters of the topology
 * @param pauses a process in each namespace
 * @param workers by {@link ServicePathTreatment#worker}
 * @param described for the report
 * @param random draws targets; seeded by the run's id
 */
record ServicePathParts(
    Site site,
    ServicePathLayout layout,
    ServicePathParameters parameters,
    Pauses pauses,
    Map<String, RunningWorker> workers,
    Map<String, String> described,
    SplittableRandom random)
    implements Standing {
  static ServicePathParts make(
      Site site,
      TestbedRequest request,
      ServicePathParameters parameters,
      List<ServicePathTreatment> treatments)
      throws TestbedException, InterruptedException {
    ServicePathLayout layout = ServicePathLayout.of(request.runId(), site.cgroup(), treatments);
    makeCgroups(site, layout);
    new ServicePathNetwork(site, layout, parameters).make();
    Pauses pauses = Pauses.start(site, places(site, layout));
    Map<String, String> planes = new LinkedHashMap<>();
    treatments.forEach(treatment -> planes.put(treatment.worker(), treatment.plane()));
    List<Callable<Map.Entry<String, RunningWorker>>> starts = new ArrayList<>();
    for (Map.Entry<String, Worker> worker : layout.workers().entrySet()) {
      String plane = planes.get(worker.getKey());
      Path directory = StateDirectory.within(site, "w" + worker.getValue().number());
      starts.add(
          () ->
              Map.entry(
                  worker.getKey(), RunningWorker.start(site, worker.getValue(), plane, directory)));
    }
    Map<String, RunningWorker> workers = new LinkedHashMap<>();
    Together.all(starts).forEach(entry -> workers.put(entry.getKey(), entry.getValue()));
    Map<String, String> described = Programs.describe(site.tools(), request.tools());
    ServicePathDescription.add(described, site, parameters, treatments, workers);
    SplittableRandom random = new SplittableRandom(request.runId().hashCode());
    return new ServicePathParts(site, layout, parameters, pauses, workers, described, random);
  }

  private static void makeCgroups(Site site, ServicePathLayout layout) throws TestbedException {
    Cgroups.make(site.adminCgroup());
    for (ExternalHost host : List.of(layout.client(), layout.router())) {
      Cgroups.make(host.appCgroup());
      Cgroups.make(host.pauseCgroup());
    }
    for (Worker worker : layout.workers().values()) {
      Cgroups.make(worker.node().proxyCgroup());
      Cgroups.make(worker.node().pauseCgroup());
      for (Pod pod : worker.pods()) {
        Cgroups.make(pod.appCgroup());
        Cgroups.make(pod.pauseCgroup());
      }
    }
  }

  private static List<PlacedRemote> places(Site site, ServicePathLayout layout) {
    List<PlacedRemote> places = new ArrayList<>();
    places.add(site.pause(layout.client()));
    places.add(site.pause(layout.router()));
    for (Worker worker : layout.workers().values()) {
      places.add(site.pause(worker.node()));
      worker.pods().forEach(pod -> places.add(site.pause(pod)));
    }
    return places;
  }

  @Override
  public Map<String, String> describe() {
    return described;
  }

  @Override
  public Scene prepare(Treatment treatment) throws TestbedException, InterruptedException {
    ServicePathTreatment wanted = ServicePathTreatment.of(treatment, DataPlanes.names());
    wanted.check(parameters);
    RunningWorker worker = workers.get(wanted.worker());
    if (worker == null) {
      throw new TestbedException("the testbed was not set up for " + wanted.worker());
    }
    check();
    ServiceGenerator generator = worker.generator(wanted, parameters, worker.worker().a());
    List<ServicePort> services =
        wanted.serviced() ? generator.services(wanted.services()) : List.of();
    if (!worker.services().as(services)) {
      worker.services().change(services);
    }
    HeldPorts.refuse(
        worker.worker().node().name(),
        ProcNet.of(pauses.pid(worker.worker().node().name())),
        wanted.protocol(),
        services.stream().map(ServicePort::nodePort).collect(Collectors.toSet()));
    worker.forget();
    int reachable = Math.max(1, generator.reachable(wanted.services(), wanted.nodePort()));
    List<Integer> targets = wanted.position().among(reachable, random);
    return new ServicePathScene(
        wanted,
        new NamespacePlaces(this, worker.worker()),
        worker.services(),
        generator,
        worker.generator(wanted, parameters, worker.worker().b()),
        targets,
        wanted.idle().begin());
  }

  /** Fails when a process of any part died. */
  void check() throws TestbedException {
    pauses.check();
    for (RunningWorker worker : workers.values()) {
      worker.services().plane().check();
    }
  }
}
