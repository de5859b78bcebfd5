package dev.shortpath.testbed.kube;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.run.Work;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;

/** A topology on a cluster as a testbed, whatever the topology and the cluster. */
final class KubeTestbed implements Testbed {
  private final Cluster cluster;
  private final Work work;
  private Standing standing;

  private KubeTestbed(Cluster cluster) throws TestbedException {
    this.cluster = cluster;
    this.work = Work.endedBy(this::close);
  }

  /**
   * Sets a topology up; what was made is removed again when this fails.
   *
   * @throws TestbedException saying which part failed
   */
  static KubeTestbed open(TestbedRequest request, Topology topology, Cluster cluster, Tools tools)
      throws TestbedException, InterruptedException {
    Needs needs = topology.needs(request);
    KubeTestbed testbed = new KubeTestbed(cluster);
    boolean stands = false;
    try {
      testbed.standing =
          testbed.work.perform(
              () -> {
                if (!Files.isDirectory(request.workDirectory())) {
                  throw new TestbedException("there is no directory " + request.workDirectory());
                }
                return told(
                    () -> {
                      cluster.start(needs);
                      return topology.make(cluster, request, tools);
                    });
              });
      stands = true;
      return testbed;
    } finally {
      if (!stands) {
        testbed.close();
      }
    }
  }

  @Override
  public Map<String, String> parts() {
    Map<String, String> parts = new TreeMap<>(standing.describe());
    parts.put("testbed", cluster.describe());
    return parts;
  }

  @Override
  public Scene prepare(Treatment treatment) throws TestbedException, InterruptedException {
    return work.perform(() -> told(() -> standing.prepare(treatment)));
  }

  /** An API server that is away for a while fails an attempt, and not the run. */
  private static <T> T told(Work.Task<T> task) throws TestbedException, InterruptedException {
    try {
      return task.perform();
    } catch (KubernetesClientException e) {
      throw new TestbedException(ApiServer.reason(e), e);
    }
  }

  @Override
  public void close() {
    work.close(cluster::remove);
  }
}
