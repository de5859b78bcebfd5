package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.path.Literal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ClusterIPs and NodePorts that Services of topology {@code service-path} take, by the
 * Service's number, counted from 1: the first ones that nobody else has.
 */
public final class ServiceAddresses {
  /** All ClusterIPs: kubeadm's own {@code --service-cidr}. */
  public static final String CIDR4 = "10.96.0.0/12";

  /** Likewise; /108 is the largest that the API server takes. */
  public static final String CIDR6 = "fd00:10:96::/108";

  /** Kubernetes' own {@code --service-node-port-range}. */
  static final int FIRST_NODE_PORT = 30_000;

  private static final int LAST_NODE_PORT = 32_767;

  /** Not given to Services: the API server and DNS have theirs here. */
  private static final int FIRST = 16;

  private static final Pattern CIDR = Pattern.compile("([^/]+)/([0-9]{1,3})");

  private final Range ipv4;
  private final Range ipv6;
  private final List<Integer> takenPorts;

  /** Addresses of a family, and which of them are another's, ascending. */
  private record Range(BigInteger base, int bytes, long size, List<Integer> taken) {
    /** Offsets from 0 of as many as an int can count. */
    static Range of(String cidr, Collection<InetAddress> taken) throws TestbedException {
      Matcher parts = CIDR.matcher(cidr);
      try {
        if (!parts.matches()) {
          throw new TestbedException(cidr);
        }
        byte[] bytes = Literal.address("a range", parts.group(1)).getAddress();
        int hostBits = 8 * bytes.length - Integer.parseInt(parts.group(2));
        if (hostBits < 0) {
          throw new TestbedException(cidr);
        }
        Range all =
            new Range(
                new BigInteger(1, bytes),
                bytes.length,
                1L << Math.min(hostBits, Integer.SIZE - 2),
                List.of());
        SortedSet<Integer> offsets = new TreeSet<>();
        for (InetAddress address : taken) {
          long offset = all.offset(address);
          if (offset >= FIRST) {
            offsets.add((int) offset);
          }
        }
        return new Range(all.base, all.bytes, all.size, List.copyOf(offsets));
      } catch (TestbedException e) {
        throw new TestbedException("'" + cidr + "' is no range of addresses", e);
      }
    }

    /** Below 0 for an address that is not in it. */
    long offset(InetAddress address) {
      byte[] other = address.getAddress();
      BigInteger offset = new BigInteger(1, other).subtract(base);
      boolean in =
          other.length == bytes
              && offset.signum() >= 0
              && offset.compareTo(BigInteger.valueOf(size)) < 0;
      return in ? offset.longValue() : -1;
    }

    /** The last address of IPv4 is left out. */
    long room() {
      return Math.max(0, size - 1 - FIRST - taken.size());
    }

    InetAddress get(int number) {
      byte[] all = base.add(BigInteger.valueOf(free(FIRST, number, taken))).toByteArray();
      byte[] address = new byte[bytes];
      int length = Math.min(all.length, bytes); // a leading 0 is the sign
      System.arraycopy(all, all.length - length, address, bytes - length, length);
      try {
        return InetAddress.getByAddress(address);
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private ServiceAddresses(Range ipv4, Range ipv6, List<Integer> takenPorts) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
    this.takenPorts = takenPorts;
  }

  /** Of a cluster that nobody else has Services in. */
  public static ServiceAddresses usual() {
    try {
      return besides(CIDR4, CIDR6, List.of(), List.of());
    } catch (TestbedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Of a cluster that others use, too.
   *
   * @param cidr4 all ClusterIPs of IPv4; null where there are none
   * @param cidr6 likewise
   * @param taken ClusterIPs of others
   * @param takenPorts NodePorts of others
   * @throws TestbedException where a range is none
   */
  public static ServiceAddresses besides(
      String cidr4, String cidr6, Collection<InetAddress> taken, Collection<Integer> takenPorts)
      throws TestbedException {
    SortedSet<Integer> ports = new TreeSet<>(takenPorts);
    ports.removeIf(port -> port < FIRST_NODE_PORT || port > LAST_NODE_PORT);
    return new ServiceAddresses(
        cidr4 == null ? null : Range.of(cidr4, taken),
        cidr6 == null ? null : Range.of(cidr6, taken),
        List.copyOf(ports));
  }

  /**
   * Checks a range.
   *
   * @throws TestbedException where it is none
   */
  public static void check(String cidr) throws TestbedException {
    Range.of(cidr, List.of());
  }

  /** The {@code number}th, from 1, of what begins with {@code first} and is not taken. */
  private static int free(int first, int number, List<Integer> taken) {
    int free = first + number - 1;
    for (int each : taken) {
      if (each > free) {
        break;
      }
      free++;
    }
    return free;
  }

  /** The same without those of the families that nobody wants. */
  public ServiceAddresses only(boolean v4, boolean v6) {
    return new ServiceAddresses(v4 ? ipv4 : null, v6 ? ipv6 : null, takenPorts);
  }

  /** A Service's ClusterIP of a family; null where the cluster has none. */
  public InetAddress clusterIp(int service, boolean v6) {
    Range range = v6 ? ipv6 : ipv4;
    return range == null ? null : range.get(service);
  }

  /** The NodePort of a Service, of those that have one. */
  public int nodePort(int service) {
    return free(FIRST_NODE_PORT, service, takenPorts);
  }

  /** How many Services can have one. */
  public int nodePorts() {
    return LAST_NODE_PORT - FIRST_NODE_PORT + 1 - takenPorts.size();
  }

  /** How many Services there can be. */
  public long room() {
    return Math.min(
        ipv4 == null ? Long.MAX_VALUE : ipv4.room(), ipv6 == null ? Long.MAX_VALUE : ipv6.room());
  }
}
