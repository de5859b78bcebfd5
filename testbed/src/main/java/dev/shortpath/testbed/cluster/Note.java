package dev.shortpath.testbed.cluster;

import java.util.Optional;

/**
 * Where a run is or was.
 *
 * @param cluster that has its namespace
 * @param client that has its programs; empty where its client is a pod
 */
record Note(Kubeconfig cluster, Optional<SshClient> client) {}
