package dev.shortpath.scenarios.bench;

import java.util.List;
import java.util.Map;

/**
 * Small datagrams and bulk TCP through a NodePort of 1,000, as fast as they go. Client and server
 * have a processor each: else it depends on the scheduler whether they share one, more than on the
 * data plane.
 */
final class ServiceRates implements Benchmark {
  private static final int SERVICES = 1_000;
  private static final int ROUNDS = 9;
  private static final Map<String, String> TRAFFIC =
      Map.of("seconds", "2", "warm-up-ms", "500", "client-cpu", "0", "server-cpu", "1");

  @Override
  public List<String> figures() {
    return List.of("ebpf_udp_pps", "ebpf_throughput");
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    return List.of(
        Alternating.figure(
            "ebpf_udp_pps",
            "1/s",
            ">= 1.2",
            ROUNDS,
            () -> packets(ground, "ebpf"),
            () -> packets(ground, "nftables")),
        Alternating.figure(
            "ebpf_throughput",
            "bit/s",
            ">= 0.95",
            ROUNDS,
            () -> bits(ground, "ebpf"),
            () -> bits(ground, "none")));
  }

  private static double packets(Ground ground, String plane) throws Exception {
    return ground.median(
        Ground.treatment(plane, SERVICES, "udp"), "packet-rate", "packet-rate", TRAFFIC);
  }

  private static double bits(Ground ground, String plane) throws Exception {
    return ground.median(
        Ground.treatment(plane, SERVICES, "tcp"), "stream-rate", "stream-rate", TRAFFIC);
  }
}
