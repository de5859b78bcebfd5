package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Endpoint;
import dev.shortpath.testbed.dataplane.ServiceCheck;
import dev.shortpath.testbed.dataplane.ServicePort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Services of a cluster, created, changed and removed in bulk: many requests at once, each tried
 * again with growing pauses where the API server asks for that (fabric8's own back-off). Their
 * namespaces must exist.
 */
public final class ClusterServices {
  private static final int AT_ONCE = 16;
  private static final int CONFLICT = 409;
  private static final int INVALID = 422;
  private static final int NOT_FOUND = 404;
  private static final long LAST_SECONDS = 30;

  private final KubernetesClient client;
  private final ServiceObjects objects;

  /**
   * The Services of a cluster.
   *
   * @param labels on everything that is made
   * @param nodeOf name of the node that an endpoint is on
   */
  public ClusterServices(
      KubernetesClient client, Map<String, String> labels, Function<Endpoint, String> nodeOf) {
    this.client = client;
    this.objects = new ServiceObjects(labels, nodeOf);
  }

  /**
   * Objects that were created, changed or removed: so many events whoever watches them gets.
   *
   * @param services Services
   * @param slices EndpointSlices
   */
  public record Written(int services, int slices) {}

  /** A Service's port as the API has it: the Service and its EndpointSlices. */
  public List<HasMetadata> objects(ServicePort port) {
    List<HasMetadata> all = new ArrayList<>(List.of(objects.service(List.of(port))));
    all.addAll(objects.slices(port));
    return all;
  }

  /** A Service's objects as they are to be; none where it is to go. */
  private record Wanted(Service service, Map<String, EndpointSlice> slices) {}

  /**
   * Makes {@code now} of {@code before}. A Service's EndpointSlices are written before the Service
   * itself, so that no kube-proxy sees it without endpoints.
   *
   * @throws TestbedException with the first refusal; what is in the cluster then is unknown
   */
  public Written change(List<ServicePort> before, List<ServicePort> now)
      throws TestbedException, InterruptedException {
    ServiceCheck.check(now);
    Map<String, List<ServicePort>> old = byName(before);
    Map<String, List<ServicePort>> wanted = byName(now);
    List<Callable<Written>> removals = new ArrayList<>();
    List<Callable<Written>> others = new ArrayList<>();
    old.forEach(
        (name, ports) -> {
          if (!wanted.containsKey(name)) {
            removals.add(() -> remove(wanted(ports)));
          }
        });
    wanted.forEach(
        (name, ports) -> {
          List<ServicePort> were = old.get(name);
          if (!ports.equals(were)) {
            others.add(() -> put(were == null ? null : wanted(were), wanted(ports)));
          }
        });
    // What goes first gives its addresses and ports free.
    Written gone = all(removals);
    Written put = all(others);
    return new Written(gone.services() + put.services(), gone.slices() + put.slices());
  }

  /**
   * Removes every Service and EndpointSlice of a namespace.
   *
   * @throws TestbedException with the first refusal
   */
  public void clear(String namespace) throws TestbedException, InterruptedException {
    List<HasMetadata> all = new ArrayList<>();
    all.addAll(
        ApiServer.ask(
            "Services of namespace " + namespace,
            () -> client.services().inNamespace(namespace).list().getItems()));
    all.addAll(
        ApiServer.ask(
            slicesOf(namespace),
            () ->
                client.discovery().v1().endpointSlices().inNamespace(namespace).list().getItems()));
    List<Callable<Written>> removals = new ArrayList<>();
    for (HasMetadata object : all) {
      removals.add(
          () -> {
            delete(object);
            return new Written(0, 0);
          });
    }
    all(removals);
  }

  /** How many EndpointSlices a namespace has, as the API server counts them. */
  public long slices(String namespace) throws TestbedException, InterruptedException {
    EndpointSliceList one =
        ApiServer.ask(
            slicesOf(namespace),
            () ->
                client
                    .discovery()
                    .v1()
                    .endpointSlices()
                    .inNamespace(namespace)
                    .list(new ListOptionsBuilder().withLimit(1L).build()));
    Long more = one.getMetadata().getRemainingItemCount();
    return one.getItems().size() + (more == null ? 0 : more);
  }

  /** How many Services there are outside of a namespace. */
  public long others(String namespace) throws TestbedException, InterruptedException {
    return ApiServer.ask(
        "Services",
        () ->
            client
                .services()
                .inAnyNamespace()
                .withoutField("metadata.namespace", namespace)
                .list()
                .getItems()
                .size());
  }

  private static String slicesOf(String namespace) {
    return "EndpointSlices of namespace " + namespace;
  }

  private static Map<String, List<ServicePort>> byName(List<ServicePort> services) {
    Map<String, List<ServicePort>> all = new LinkedHashMap<>();
    for (ServicePort port : services) {
      all.computeIfAbsent(port.namespace() + "/" + port.name(), n -> new ArrayList<>(1)).add(port);
    }
    return all;
  }

  private Wanted wanted(List<ServicePort> ports) {
    Map<String, EndpointSlice> slices = new LinkedHashMap<>();
    for (ServicePort port : ports) {
      objects.slices(port).forEach(slice -> slices.put(slice.getMetadata().getName(), slice));
    }
    return new Wanted(objects.service(ports), slices);
  }

  private Written remove(Wanted old) {
    delete(old.service());
    old.slices().values().forEach(this::delete);
    return new Written(1, old.slices().size());
  }

  private Written put(Wanted old, Wanted now) {
    int services = 0;
    int slices = 0;
    for (Map.Entry<String, EndpointSlice> slice : now.slices().entrySet()) {
      EndpointSlice was = old == null ? null : old.slices().get(slice.getKey());
      if (!slice.getValue().equals(was)) {
        write(slice.getValue(), was == null);
        slices++;
      }
    }
    if (old == null || !now.service().equals(old.service())) {
      boolean fresh =
          old == null
              || !old.service()
                  .getSpec()
                  .getClusterIPs()
                  .equals(now.service().getSpec().getClusterIPs());
      if (fresh && old != null) {
        // A Service keeps its addresses for life.
        delete(old.service());
        services++;
      }
      write(now.service(), fresh);
      services++;
    }
    if (old != null) {
      for (Map.Entry<String, EndpointSlice> slice : old.slices().entrySet()) {
        if (!now.slices().containsKey(slice.getKey())) {
          delete(slice.getValue());
          slices++;
        }
      }
    }
    return new Written(services, slices);
  }

  private void write(HasMetadata object, boolean fresh) {
    if (!fresh) {
      client.resource(object).update();
      return;
    }
    try {
      client.resource(object).create();
    } catch (KubernetesClientException e) {
      // Addresses and ports are allocated before the name is looked for: what is there has them.
      if (e.getCode() != CONFLICT && !(e.getCode() == INVALID && isOurs(object))) {
        throw e;
      }
      // It is there: an earlier answer was lost, or an earlier change has failed half-way.
      client.resource(object).update();
    }
  }

  /** Whether an object of that name is there and is this run's. */
  private boolean isOurs(HasMetadata object) {
    HasMetadata there = client.resource(object).get();
    return there != null
        && !RunNamespace.runOf(object.getMetadata()).isEmpty()
        && RunNamespace.runOf(object.getMetadata()).equals(RunNamespace.runOf(there.getMetadata()));
  }

  private void delete(HasMetadata object) {
    try {
      client.resource(object).delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != NOT_FOUND) {
        throw e;
      }
    }
  }

  private static Written all(List<Callable<Written>> tasks)
      throws TestbedException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      int services = 0;
      int slices = 0;
      for (Future<Written> task : tasks.stream().map(threads::submit).toList()) {
        Written written = task.get();
        services += written.services();
        slices += written.slices();
      }
      return new Written(services, slices);
    } catch (ExecutionException e) {
      String message =
          e.getCause() instanceof KubernetesClientException refused
              ? ApiServer.reason(refused)
              : String.valueOf(e.getCause().getMessage()).lines().findFirst().orElse("");
      throw new TestbedException("Services cannot be written: " + message, e);
    } finally {
      threads.shutdownNow();
      // What is under way must not write after whoever clears up has looked.
      threads.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS);
    }
  }
}
