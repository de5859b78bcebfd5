package dev.shortpath.testbed.dataplane;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
      if (!service.equals(was)) {
        fresh.add(service);
        if (was != null) {
          stale.add(was);
        }
      }
    }
    stale.addAll(old.values());
    return new ServiceChanges(stale, fresh);
  }

  boolean isEmpty() {
    return stale.isEmpty() && fresh.isEmpty();
  }

  private static Key key(ServicePort service) {
    return new Key(service.namespace(), service.name(), service.portName(), service.protocol());
  }
}
