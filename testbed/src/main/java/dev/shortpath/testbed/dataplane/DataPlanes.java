package dev.shortpath.testbed.dataplane;

import java.util.List;
import java.util.Optional;

/** The data planes that there are. */
public final class DataPlanes {
  private static final List<ServiceDataPlane> ALL =
      List.of(new None(), new Iptables("legacy"), new Iptables("nft"), new Nftables(), new Ebpf());

  private DataPlanes() {}

  /** All names, in the order of reports. */
  public static List<String> names() {
    return ALL.stream().map(ServiceDataPlane::name).toList();
  }

  /** The data plane of that name. */
  public static Optional<ServiceDataPlane> find(String name) {
    return ALL.stream().filter(plane -> plane.name().equals(name)).findFirst();
  }
}
