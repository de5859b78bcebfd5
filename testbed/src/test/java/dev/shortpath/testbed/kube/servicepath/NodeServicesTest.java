package dev.shortpath.testbed.kube.servicepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.dataplane.ServicePort;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeServicesTest {
  private static List<ServicePort> services(int count, int backend) throws Exception {
    var backends =
        List.of(
            new ServiceGenerator.Backend(
                InetAddress.getByName("10.244.1." + backend),
                InetAddress.getByName("fd00:10:244:1::" + backend)));
    return new ServiceGenerator(Protocol.TCP, 2767, true, 0, backends).services(count);
  }

  private static List<List<ServicePort>> steps(List<ServicePort> before, List<ServicePort> wanted) {
    List<List<ServicePort>> steps = new ArrayList<>();
    List<ServicePort> now = before;
    do {
      now = NodeServices.step(now, wanted);
      steps.add(now);
      assertTrue(steps.size() < 100, "it does not come nearer");
    } while (!now.equals(wanted));
    return steps;
  }

  private static void small(List<ServicePort> before, List<List<ServicePort>> steps) {
    Set<ServicePort> last = new HashSet<>(before);
    for (List<ServicePort> step : steps) {
      Set<ServicePort> now = new HashSet<>(step);
      assertEquals(step.size(), now.size(), "a Service twice");
      Set<String> names = new HashSet<>();
      now.stream().filter(s -> !last.contains(s)).forEach(s -> names.add(s.id()));
      last.stream().filter(s -> !now.contains(s)).forEach(s -> names.add(s.id()));
      assertTrue(names.size() <= NodeServices.STEP, names.size() + " changes");
      last.clear();
      last.addAll(now);
    }
  }

  @Test
  void manyServicesComeAndGoInSteps() throws Exception {
    List<ServicePort> many = services(10_000, 2);
    List<List<ServicePort>> up = steps(List.of(), many);
    small(List.of(), up);
    assertEquals(List.of(4000, 8000, 10_000), up.stream().map(List::size).toList());
    List<List<ServicePort>> down = steps(many, services(1, 2));
    small(many, down);
    assertEquals(List.of(6000, 2000, 1), down.stream().map(List::size).toList());
  }

  @Test
  void changedOnesAreStepsToo() throws Exception {
    List<ServicePort> before = services(6000, 2);
    List<ServicePort> wanted = services(6000, 3);
    List<List<ServicePort>> steps = steps(before, wanted);
    small(before, steps);
    assertEquals(List.of(6000, 6000), steps.stream().map(List::size).toList());
    assertFalse(steps.get(0).equals(before));
  }

  /** Their ports may be taken by those that come. */
  @Test
  void whatGoesGoesFirst() throws Exception {
    List<ServicePort> before = services(4800, 2);
    List<ServicePort> wanted = services(9600, 2).subList(4800, 9600);
    List<List<ServicePort>> steps = steps(before, wanted);
    small(before, steps);
    assertEquals(before.subList(4000, 4800), steps.get(0));
  }

  @Test
  void fewAreOneStep() throws Exception {
    List<ServicePort> wanted = services(21, 3);
    assertEquals(wanted, NodeServices.step(services(20, 2), wanted));
    assertEquals(wanted, NodeServices.step(wanted, wanted));
    assertEquals(List.of(), NodeServices.step(wanted, List.of()));
  }
}
