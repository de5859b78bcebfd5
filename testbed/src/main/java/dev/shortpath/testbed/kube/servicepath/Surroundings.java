package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.idle.Idling;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.path.ProcNet;
import dev.shortpath.testbed.servicepath.LinkShape;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/**
 * What topology {@code service-path} needs besides the API, another thing on each kind of cluster.
 */
public interface Surroundings {
  /**
   * What Services may take.
   *
   * @throws TestbedException where it cannot be told
   */
  ServiceAddresses addresses() throws TestbedException, InterruptedException;

  /**
   * A node's kernel and kube-proxy; what has to be made for that is made.
   *
   * @throws TestbedException where they cannot be looked at
   */
  NodeKernel kernel(Node node) throws TestbedException, InterruptedException;

  /** A pod's interfaces. */
  ProcNet pod(Pod pod) throws TestbedException;

  /**
   * The client outside, joined to the workers by links of that shape.
   *
   * @throws TestbedException where it cannot be had
   */
  Outside outside(List<Worker> workers, LinkShape link)
      throws TestbedException, InterruptedException;

  /** Puts a level in force on the processors of the nodes, as far as they are here. */
  Idling idle(Idle idle) throws TestbedException, InterruptedException;
}
