package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Endpoint;
import dev.shortpath.testbed.dataplane.ServicePort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a workload may do to the Services of a worker. The span of an action is the kernel's; of
 * {@code compile}, which changes nothing, it is the data plane's part of a load before the kernel's
 * tool has a part in it.
 */
final class ServiceActions {
  private final WorkerServices running;
  private final ServiceGenerator inA;
  private final ServiceGenerator inB;
  private final List<Integer> targets;
  private final List<ServicePort> before;

  /** Numbers of the Services that there are, ascending, as the Services themselves. */
  private List<Integer> numbers;

  /**
   * Changes to the Services that a worker has now, which are the first ones.
   *
   * @param inA generates Services with endpoints in backend a, as they are now
   * @param inB generates them with endpoints in backend b
   * @param targets numbers of the Services that stay
   */
  ServiceActions(
      WorkerServices running, ServiceGenerator inA, ServiceGenerator inB, List<Integer> targets) {
    this.running = running;
    this.inA = inA;
    this.inB = inB;
    this.targets = targets;
    this.before = running.services();
    this.numbers = IntStream.rangeClosed(1, before.size()).boxed().toList();
  }

  /** By name. */
  Map<String, Action> actions() {
    Map<String, Action> actions = new LinkedHashMap<>();
    actions.put("compile", running::compile);
    actions.put("load", () -> running.load(running.services()));
    actions.put("add-service", this::add);
    actions.put("remove-service", this::remove);
    actions.put("change-endpoint", this::changeEndpoint);
    return actions;
  }

  /** Adds the first Service that there is not. */
  private Action.Span add() throws TestbedException, InterruptedException {
    int at = 0;
    while (at < numbers.size() && numbers.get(at) == at + 1) {
      at++;
    }
    List<Integer> more = new ArrayList<>(numbers);
    List<ServicePort> wanted = new ArrayList<>(running.services());
    more.add(at, at + 1);
    wanted.add(at, inA.service(at + 1));
    return change(more, wanted);
  }

  /** Removes the last Service that is no target. */
  private Action.Span remove() throws TestbedException, InterruptedException {
    int at = numbers.size() - 1;
    while (at >= 0 && targets.contains(numbers.get(at))) {
      at--;
    }
    if (at < 0) {
      throw new TestbedException(
          "no Service can be removed but those that are in use: ask for more services");
    }
    List<Integer> fewer = new ArrayList<>(numbers);
    List<ServicePort> wanted = new ArrayList<>(running.services());
    fewer.remove(at);
    wanted.remove(at);
    return change(fewer, wanted);
  }

  private Action.Span change(List<Integer> others, List<ServicePort> wanted)
      throws TestbedException, InterruptedException {
    Action.Span span = running.change(wanted);
    numbers = others;
    return span;
  }

  /** Leads the (first) target to the other backend. */
  private Action.Span changeEndpoint() throws TestbedException, InterruptedException {
    int at = Collections.binarySearch(numbers, targets.get(0));
    List<ServicePort> wanted = new ArrayList<>(running.services());
    ServicePort target = wanted.get(at);
    List<Endpoint> a = ServiceGenerator.endpoints(inA.backends(), target.port());
    List<Endpoint> b = ServiceGenerator.endpoints(inB.backends(), target.port());
    wanted.set(at, target.with(target.endpoints().equals(a) ? b : a));
    return running.change(wanted);
  }

  /** Undoes all of it, where anything was done. */
  void undo() throws TestbedException, InterruptedException {
    if (!running.as(before)) {
      running.change(before);
    }
  }
}
