package dev.shortpath.testbed.dataplane;

import java.util.List;

/**
 * What the names of one Service's rules depend on, in one family, whatever rules these are: which
 * ways lead to it, and where they end.
 */
interface ServiceNames {
  /** Whose names they are. */
  ServicePort service();

  /** Its endpoints of the family, in order. */
  List<Family.Target> targets();

  default boolean nodePort() {
    return service().nodePort() != 0;
  }

  /** Whether what comes from outside goes to this node's endpoints alone. */
  default boolean local() {
    return nodePort() && service().externalLocal();
  }

  default boolean sticky() {
    return service().affinitySeconds() > 0;
  }

  /** How many of its endpoints are on this node. */
  default int locals() {
    int count = 0;
    for (Family.Target target : targets()) {
      count += target.local() ? 1 : 0;
    }
    return count;
  }

  /** Whether what comes from outside finds an endpoint. */
  default boolean external() {
    return local() ? locals() > 0 : !targets().isEmpty();
  }
}
