package dev.shortpath.testbed.netns;

import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A worker node of topology {@code service-path} and its pods. It routes between its uplink and a
 * link to each pod; there is no bridge.
 *
 * @param number from 1
 * @param node its namespace and cgroup
 * @param ipv4 its address on the uplink, where NodePorts are reached
 * @param ipv6 likewise
 * @param client the in-cluster client
 * @param a the backend that Services lead to
 * @param b the backend that a changed Service leads to
 */
record Worker(int number, Node node, InetAddress ipv4, InetAddress ipv6, Pod client, Pod a, Pod b) {
  /** Name of its interface towards the router. */
  static final String UPLINK = "uplink";

  private static final int CLIENT = 2;
  private static final int FIRST_ENDPOINT = 16;

  static Worker of(String runId, Path cgroup, int number, String kind) {
    String name = "w" + number + "-" + kind;
    Node node = new Node(name, RunNames.netns(runId, name), cgroup.resolve(name));
    return new Worker(
        number,
        node,
        ServicePathAddresses.link4(number, 2),
        ServicePathAddresses.link6(number, 2),
        pod(runId, node, number, "client", CLIENT),
        pod(runId, node, number, "a", FIRST_ENDPOINT),
        pod(runId, node, number, "b", FIRST_ENDPOINT + 1));
  }

  private static Pod pod(String runId, Node node, int worker, String role, int number) {
    String name = node.name() + "-" + role;
    return new Pod(
        name,
        node,
        RunNames.netns(runId, name),
        ServicePathAddresses.pod4(worker, number),
        ServicePathAddresses.pod6(worker, number));
  }

  List<Pod> pods() {
    return List.of(client, a, b);
  }

  /** Name of the worker's interface that leads to a pod. */
  String link(Pod pod) {
    return "pod-" + (pod.equals(client) ? "client" : pod.equals(a) ? "a" : "b");
  }

  /** Addresses of so many endpoints, all of one backend pod, the pod's own address first. */
  List<ServiceGenerator.Backend> endpoints(Pod backend, int count) {
    int first = FIRST_ENDPOINT + (backend.equals(a) ? 0 : 1);
    return IntStream.range(0, count)
        .map(i -> first + 2 * i)
        .mapToObj(
            n ->
                new ServiceGenerator.Backend(
                    ServicePathAddresses.pod4(number, n), ServicePathAddresses.pod6(number, n)))
        .toList();
  }

  /** Every address of a pod, where Services have so many endpoints. */
  List<ServiceGenerator.Backend> addresses(Pod pod, int endpoints) {
    return pod.equals(client)
        ? List.of(new ServiceGenerator.Backend(pod.ipv4(), pod.ipv6()))
        : new ArrayList<>(endpoints(pod, endpoints));
  }
}
