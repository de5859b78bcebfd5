package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.testbed.kube.servicepath.NodeKernel;
import dev.shortpath.testbed.kube.servicepath.ProxyMetrics;
import dev.shortpath.testbed.kube.servicepath.ProxyPause;
import dev.shortpath.testbed.path.ProcNet;
import java.util.Map;
import java.util.Optional;

/**
 * A node that others use, too, looked at by a pod in its network namespace. Nothing of it is
 * changed but for a table of our own that counts flows.
 *
 * @param tools in the pod
 * @param metrics of the node's kube-proxy
 * @param table that counts flows
 */
record ClusterNode(Remote tools, ProxyMetrics metrics, String table) implements NodeKernel {
  @Override
  public ProcNet proc() {
    return ProcNet.of(tools);
  }

  /** Others wait for it. */
  @Override
  public Optional<ProxyPause> pause() {
    return Optional.empty();
  }

  /** Most of them are others'. */
  @Override
  public void forget() {}

  @Override
  public Map<String, String> describe() {
    return Map.of();
  }
}
