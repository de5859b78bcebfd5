package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** A cluster for one run, and how it comes and goes. */
public interface Cluster {
  /**
   * Makes or reaches it, with the pods' images in place and the run's namespace made. What was made
   * when this fails is removed by {@link #remove}.
   *
   * @throws TestbedException saying which part failed
   */
  void start(Needs needs) throws TestbedException, InterruptedException;

  /** Of its API server. */
  KubernetesClient client();

  /** The nodes that the run uses: one, or two where that is needed. */
  List<Node> nodes();

  /** The images of the pods. */
  Images images();

  /** In words, for the list of parts. */
  String describe();

  /** Removes what the run made, also while it is being started; does nothing a second time. */
  void remove();
}
