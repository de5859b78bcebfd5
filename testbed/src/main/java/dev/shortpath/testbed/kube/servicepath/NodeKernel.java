package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.path.ProcNet;
import java.util.Map;
import java.util.Optional;

/** A node's own network namespace and its kube-proxy, as they are looked at from here. */
public interface NodeKernel {
  /** The kernel's own tools there: nft, and iptables and ip6tables by its nft back end. */
  Remote tools();

  /** Its interfaces, ports and flows. */
  ProcNet proc();

  /** What its kube-proxy says of itself. */
  ProxyMetrics metrics();

  /** How its kube-proxy is made to stand still; none where that cannot or must not be. */
  Optional<ProxyPause> pause();

  /** The nftables table that counts flows there. */
  String table();

  /** Forgets every flow that is tracked, where the node is the run's own. */
  void forget() throws TestbedException, InterruptedException;

  /** What is known of it, for the list of parts. */
  Map<String, String> describe() throws TestbedException, InterruptedException;
}
