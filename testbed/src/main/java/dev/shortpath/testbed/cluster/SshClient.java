package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.ssh.SshAddress;
import dev.shortpath.testbed.ssh.SshHost;
import dev.shortpath.testbed.ssh.SshKeys;
import java.nio.file.Path;

/**
 * The host outside of a cluster where the workload's client runs.
 *
 * @param address of the host
 * @param key file of a private key; null for the user's own, as ssh finds them
 * @param knownHosts file with the host's key; null for the user's own
 */
record SshClient(SshAddress address, Path key, Path knownHosts) {
  /**
   * Connects to it.
   *
   * @throws TestbedException saying whether the host, its key or ours was refused
   */
  SshHost connect() throws TestbedException {
    SshKeys keys = SshKeys.ofUser(key);
    return SshHost.connect(
        address,
        knownHosts == null ? keys : new SshKeys(knownHosts, keys.files(), keys.agentSocket()));
  }

  /** The directory of a run's programs there. */
  static String directory(String runId) {
    return RunNamespace.name(runId);
  }

  /**
   * Removes what a run has left there.
   *
   * @return whether there was something
   * @throws TestbedException where it may still be there
   */
  boolean clean(String runId) throws TestbedException {
    try (SshHost host = connect()) {
      return host.remove(directory(runId));
    }
  }
}
