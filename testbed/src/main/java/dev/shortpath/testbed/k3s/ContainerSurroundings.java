package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.idle.Idling;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.servicepath.NodeKernel;
import dev.shortpath.testbed.kube.servicepath.Outside;
import dev.shortpath.testbed.kube.servicepath.Surroundings;
import dev.shortpath.testbed.kube.servicepath.Worker;
import dev.shortpath.testbed.path.ProcNet;
import dev.shortpath.testbed.servicepath.LinkShape;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/**
 * Nodes that are containers of this machine, in a cluster of the run's own.
 *
 * @param cluster that was started
 * @param tools of this machine
 */
record ContainerSurroundings(K3sCluster cluster, Tools tools) implements Surroundings {
  @Override
  public ServiceAddresses addresses() {
    return ServiceAddresses.usual();
  }

  @Override
  public NodeKernel kernel(Node node) throws TestbedException {
    return ContainerNode.of(cluster.client(), node.name(), cluster.container(node.name()), tools);
  }

  @Override
  public ProcNet pod(Pod pod) throws TestbedException {
    return ProcNet.of(
        ContainerNetwork.processOf(pod.getMetadata().getName(), pod.getMetadata().getUid()));
  }

  @Override
  public Outside outside(List<Worker> workers, LinkShape link)
      throws TestbedException, InterruptedException {
    PathContainers outside = PathContainers.start(cluster, tools);
    outside.join(cluster, workers, link);
    return outside;
  }

  @Override
  public Idling idle(Idle idle) throws TestbedException, InterruptedException {
    return idle.begin();
  }
}
