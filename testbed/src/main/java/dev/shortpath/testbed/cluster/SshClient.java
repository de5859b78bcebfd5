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
 */
record SshClient(SshAddress address, Path key) {
  /**
   * Connects to it.
   *
   * @throws TestbedException saying whether the host, its key or ours was refused
   */
  SshHost connect() throws TestbedException {
    return SshHost.connect(address, SshKeys.ofUser(key));
  }

  /** The directory of a run's programs there. */
  static String directory(String runId) {
    return RunNamespace.name(runId);
  }

  /**
   * Removes what a run has left there.
   *
   * @throws TestbedException where it may still be there
   */
  void clean(String runId) throws TestbedException {
    try (SshHost host = connect()) {
      host.remove(directory(runId));
    }
  }
}
