package dev.shortpath.testbed.servicepath;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The ClusterIPs of topology {@code service-path}, the same on every testbed. */
public final class ServiceAddresses {
  /** All ClusterIPs: kubeadm's own {@code --service-cidr}. */
  public static final String CIDR4 = "10.96.0.0/12";

  /** Likewise; /108 is the largest that the API server takes. */
  public static final String CIDR6 = "fd00:10:96::/108";

  /** Not given to Services: the API server and DNS have theirs here. */
  private static final int FIRST = 16;

  private ServiceAddresses() {}

  /** The ClusterIP of a Service, counted from 1. */
  public static InetAddress clusterIp4(int service) {
    int n = service - 1 + FIRST;
    return address(new byte[] {10, (byte) (96 | n >> 16), (byte) (n >> 8), (byte) n});
  }

  /** The ClusterIP of a Service, counted from 1. */
  public static InetAddress clusterIp6(int service) {
    int n = service - 1 + FIRST;
    byte[] bytes = {(byte) 0xfd, 0, 0, 0x10, 0, (byte) 0x96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    bytes[13] = (byte) (n >> 16);
    bytes[14] = (byte) (n >> 8);
    bytes[15] = (byte) n;
    return address(bytes);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
