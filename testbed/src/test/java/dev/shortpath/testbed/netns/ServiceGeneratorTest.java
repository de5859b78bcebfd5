package dev.shortpath.testbed.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.testbed.dataplane.Endpoint;
import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.dataplane.ServicePort;
import dev.shortpath.testbed.servicepath.Position;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ServiceGeneratorTest {
  private final Worker worker =
      Worker.of("a1b2c3", java.nio.file.Path.of("/x"), 7, "nftables-tcp-local");
  private final ServiceGenerator generator =
      new ServiceGenerator(Protocol.TCP, 2767, true, 0, worker.endpoints(worker.a(), 1));

  @Test
  void firstServicesAreNodePortsWithTheSamePortThroughout() {
    ServicePort first = generator.service(1);
    assertEquals("shortpath/svc-00001:data", first.id());
    assertEquals(30000, first.nodePort());
    assertEquals(30000, first.port());
    assertEquals("10.96.0.16", first.clusterIp4().getHostAddress());
    assertEquals("fd00:10:96:0:0:0:0:10", first.clusterIp6().getHostAddress());
    assertTrue(first.externalLocal());
    assertEquals(
        List.of(new Endpoint(worker.a().ipv4(), worker.a().ipv6(), 30000, true)),
        first.endpoints());
    assertEquals(32766, generator.service(2767).nodePort());
    assertEquals(0, generator.service(2768).nodePort());
    assertEquals(ServiceGenerator.CLUSTER_PORT, generator.service(2768).endpoints().get(0).port());
  }

  @Test
  void hundredThousandDifferInNameAndAddresses() {
    Set<Object> names = new HashSet<>();
    Set<Object> addresses = new HashSet<>();
    for (ServicePort service : generator.services(100_000)) {
      names.add(service.name());
      addresses.add(service.clusterIp4());
      addresses.add(service.clusterIp6());
      byte[] ip4 = service.clusterIp4().getAddress();
      assertTrue(ip4[0] == 10 && (ip4[1] & 0xf0) == 96, "in " + "10.96.0.0/12");
      byte[] ip6 = service.clusterIp6().getAddress();
      assertTrue(ip6[1] == 0 && ip6[3] == 0x10 && ip6[5] == (byte) 0x96 && ip6[13] < 16, "/108");
      assertTrue(ip6[12] == 0);
    }
    assertEquals(100_000, names.size());
    assertEquals(200_000, addresses.size());
  }

  @Test
  void moreServicesKeepTheFirstOnes() {
    assertEquals(generator.services(5), generator.services(9).subList(0, 5));
  }

  @Test
  void endpointsAreDistinctAndOfOneBackend() {
    List<ServiceGenerator.Backend> a = worker.endpoints(worker.a(), 100);
    List<ServiceGenerator.Backend> b = worker.endpoints(worker.b(), 100);
    Set<Object> all = new HashSet<>(a);
    all.addAll(b);
    assertEquals(200, all.size());
    assertEquals(worker.a().ipv4(), a.get(0).ipv4());
    assertEquals(worker.b().ipv6(), b.get(0).ipv6());
  }

  @Test
  void positionsAreAmongThoseThatCanBeReached() {
    SplittableRandom random = new SplittableRandom(1);
    assertEquals(2767, generator.reachable(10_000, true));
    assertEquals(10_000, generator.reachable(10_000, false));
    assertEquals(10, generator.reachable(10, true));
    assertEquals(List.of(1), Position.FIRST.among(10, random));
    assertEquals(List.of(5), Position.MIDDLE.among(10, random));
    assertEquals(List.of(10), Position.LAST.among(10, random));
    assertEquals(List.of(1), Position.MIDDLE.among(1, random));
    List<Integer> drawn = Position.RANDOM.among(2767, random);
    assertEquals(Position.DRAWN, new HashSet<>(drawn).size());
    assertTrue(drawn.stream().allMatch(n -> n >= 1 && n <= 2767));
    assertEquals(Set.of(1, 2, 3), new HashSet<>(Position.RANDOM.among(3, random)));
  }
}
