package dev.shortpath.testbed.dataplane;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** An address family: kube-proxy runs one proxier for each. */
public enum Family {
  /** Version 4. */
  IPV4("ip", "ipv4_addr"),
  /** Version 6. */
  IPV6("ip6", "ipv6_addr");

  private static final int GROUPS = 8;

  /** Name of the family's tables and matches in nftables. */
  final String nft;

  /** Name of the address type in nftables. */
  final String type;

  /** How a command of nft begins that adds a rule to kube-proxy's table. */
  final String addRule;

  Family(String nft, String type) {
    this.nft = nft;
    this.type = type;
    this.addRule = "add rule " + nft + " kube-proxy ";
  }

  /** The families that a node has addresses of. */
  static List<Family> of(DataPlaneNode node) {
    List<Family> families = new ArrayList<>();
    for (Family family : values()) {
      if (family.node(node) != null) {
        families.add(family);
      }
    }
    return families;
  }

  /** {@code ipv4}, as in names of counters. */
  public String lower() {
    return this == IPV4 ? "ipv4" : "ipv6";
  }

  InetAddress node(DataPlaneNode node) {
    return this == IPV4 ? node.ipv4() : node.ipv6();
  }

  String podCidr(DataPlaneNode node) {
    return this == IPV4 ? node.podCidr4() : node.podCidr6();
  }

  /** Null where the Service has none. */
  public InetAddress clusterIp(ServicePort service) {
    return this == IPV4 ? service.clusterIp4() : service.clusterIp6();
  }

  /** Null where the endpoint has none. */
  public InetAddress address(Endpoint endpoint) {
    return this == IPV4 ? endpoint.ipv4() : endpoint.ipv6();
  }

  /**
   * A Service's endpoints of this family as kube-proxy orders them: by the text of address and
   * port, each once (pkg/proxy/endpointslicecache.go, {@code byEndpoint}).
   */
  List<Target> targets(ServicePort service) {
    List<Endpoint> endpoints = service.endpoints();
    if (endpoints.size() == 1) {
      InetAddress address = address(endpoints.get(0));
      return address == null ? List.of() : List.of(Target.of(address, endpoints.get(0)));
    }
    TreeMap<String, Target> sorted = new TreeMap<>();
    for (Endpoint endpoint : endpoints) {
      InetAddress address = address(endpoint);
      if (address != null) {
        Target target = Target.of(address, endpoint);
        sorted.putIfAbsent(target.socket(), target);
      }
    }
    return List.copyOf(sorted.values());
  }

  /**
   * An endpoint's address as text.
   *
   * @param ip alone
   * @param socket with its port: {@code 10.0.0.1:80}, {@code [fd00::1]:80}
   * @param port its port
   * @param local whether it is on this node
   */
  record Target(String ip, String socket, int port, boolean local) {
    static Target of(InetAddress address, Endpoint endpoint) {
      String ip = text(address);
      boolean six = address instanceof Inet6Address;
      String socket = (six ? "[" + ip + "]:" : ip + ":") + endpoint.port();
      return new Target(ip, socket, endpoint.port(), endpoint.local());
    }
  }

  /** An address as Go and {@code inet_ntop} write it: RFC 5952. */
  public static String text(InetAddress address) {
    byte[] b = address.getAddress();
    StringBuilder text = new StringBuilder(40);
    if (b.length == 4) {
      text.append(b[0] & 255).append('.').append(b[1] & 255).append('.');
      return text.append(b[2] & 255).append('.').append(b[3] & 255).toString();
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int run = 0;
      while (i + run < GROUPS && b[2 * (i + run)] == 0 && b[2 * (i + run) + 1] == 0) {
        run++;
      }
      if (run > length) {
        start = i;
        length = run;
      }
    }
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        boolean after = i == 0 || (start >= 0 && i == start + length);
        int group = (b[2 * i] & 255) << 8 | (b[2 * i + 1] & 255);
        text.append(after ? "" : ":").append(Integer.toHexString(group));
      }
    }
    return text.toString();
  }
}
