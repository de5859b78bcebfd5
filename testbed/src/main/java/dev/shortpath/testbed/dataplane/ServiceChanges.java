package dev.shortpath.testbed.dataplane;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What differs between two states of a node's Services.
 *
 * @param stale Services as they were that are gone or changed
 * @param fresh Services as they are that are new or changed
 */
record ServiceChanges(List<ServicePort> stale, List<ServicePort> fresh) {
  private record Key(String namespace, String name, String portName, Protocol protocol) {}

  static ServiceChanges between(Collection<ServicePort> before, Collection<ServicePort> after) {
    Map<Key, ServicePort> old = new HashMap<>(2 * before.size());
    before.forEach(service -> old.put(key(service), service));
    List<ServicePort> stale = new ArrayList<>();
    List<ServicePort> fresh = new ArrayList<>();
    for (ServicePort service : after) {
      ServicePort was = old.remove(key(service));
      if (was != service && !service.equals(was)) {
        fresh.add(service);
        if (was != null) {
          stale.add(was);
        }
      }
    }
    stale.addAll(old.values());
    return new ServiceChanges(stale, fresh);
  }

  /** How many Services leave in one step: those cost little, whatever stays. */
  static final int LEAVING = 10_000;

  /**
   * The same changes in steps that bring or change {@code most} Services each, one after the other:
   * at no time do two of them have one address, provided that neither before nor after did.
   */
  List<ServiceChanges> split(int most) {
    if (isEmpty()) {
      return List.of();
    }
    if (Math.max(stale.size(), fresh.size()) <= most) {
      return List.of(this);
    }
    Map<Key, ServicePort> leaving = new LinkedHashMap<>();
    stale.forEach(service -> leaving.put(key(service), service));
    List<ServicePort> arriving = new ArrayList<>();
    List<ServicePort> were = new ArrayList<>();
    List<ServicePort> are = new ArrayList<>();
    for (ServicePort service : fresh) {
      ServicePort was = leaving.get(key(service));
      if (was != null && sameAddresses(was, service)) {
        were.add(leaving.remove(key(service)));
        are.add(service);
      } else {
        arriving.add(service);
      }
    }
    List<ServiceChanges> steps = new ArrayList<>();
    List<ServicePort> gone = List.copyOf(leaving.values());
    for (int i = 0; i < gone.size(); i += LEAVING) {
      steps.add(new ServiceChanges(piece(gone, i, LEAVING), List.of()));
    }
    for (int i = 0; i < are.size(); i += most) {
      steps.add(new ServiceChanges(piece(were, i, most), piece(are, i, most)));
    }
    for (int i = 0; i < arriving.size(); i += most) {
      steps.add(new ServiceChanges(List.of(), piece(arriving, i, most)));
    }
    return steps;
  }

  private static List<ServicePort> piece(List<ServicePort> all, int from, int most) {
    return all.subList(from, Math.min(all.size(), from + most));
  }

  private static boolean sameAddresses(ServicePort a, ServicePort b) {
    return a.port() == b.port()
        && a.nodePort() == b.nodePort()
        && Objects.equals(a.clusterIp4(), b.clusterIp4())
        && Objects.equals(a.clusterIp6(), b.clusterIp6());
  }

  /** What {@code services} are after this change. */
  List<ServicePort> applied(Collection<ServicePort> services) {
    Map<Key, ServicePort> all = new LinkedHashMap<>(2 * services.size());
    services.forEach(service -> all.put(key(service), service));
    stale.forEach(service -> all.remove(key(service)));
    fresh.forEach(service -> all.put(key(service), service));
    return List.copyOf(all.values());
  }

  boolean isEmpty() {
    return stale.isEmpty() && fresh.isEmpty();
  }

  private static Key key(ServicePort service) {
    return new Key(service.namespace(), service.name(), service.portName(), service.protocol());
  }
}
