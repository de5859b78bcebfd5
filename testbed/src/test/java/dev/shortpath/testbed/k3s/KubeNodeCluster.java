package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.DockerClientFactory;

/**
 * A cluster that stands for a user's own: two nodes, two families, the pods' images on both, and a
 * kubeconfig.
 */
public final class KubeNodeCluster implements AutoCloseable {
  /** The kubeconfig's context. */
  public static final String CONTEXT = "default";

  private final String runId;
  private final K3sCluster cluster;

  private KubeNodeCluster(String runId, K3sCluster cluster) {
    this.runId = runId;
    this.cluster = cluster;
  }

  /** Starts one. */
  public static KubeNodeCluster start(String runId) throws Exception {
    return start(runId, new Needs(2, true, true));
  }

  /** Starts one of three nodes, n1 to n3, the last ones with kube-proxy in each of its modes. */
  public static KubeNodeCluster withWorkers(String runId) throws Exception {
    return start(runId, new Needs(1, true, false, List.of("iptables", "nftables")));
  }

  private static KubeNodeCluster start(String runId, Needs needs) throws Exception {
    K3sCluster cluster = new K3sCluster(runId, K3sProvider.image(), Tools.here());
    KubeNodeCluster started = new KubeNodeCluster(runId, cluster);
    boolean stands = false;
    try {
      cluster.startNodes(needs, Images.build(Tools.here(), true));
      stands = true;
      return started;
    } finally {
      if (!stands) {
        started.close();
      }
    }
  }

  /** Who may do anything. */
  public KubernetesClient admin() {
    return cluster.client();
  }

  /** Who may do anything, for tools. */
  public String kubeconfig() {
    return cluster.kubeconfig();
  }

  /** Its nodes, whose pods' cgroups are on this machine. */
  public List<Node> nodes() {
    return cluster.nodes();
  }

  /** The images that its nodes have. */
  public Images images() {
    return cluster.images();
  }

  /** A kubeconfig in a file. */
  public Path kubeconfig(Path file) throws IOException {
    return Files.writeString(file, kubeconfig());
  }

  /** Runs a command in a node's container; its standard output. */
  public String exec(String node, String... command) throws Exception {
    var docker = DockerClientFactory.instance().client();
    String id =
        docker
            .execCreateCmd("shortpath-" + runId + "-" + node)
            .withAttachStdout(true)
            .withAttachStderr(true)
            .withCmd(command)
            .exec()
            .getId();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    docker
        .execStartCmd(id)
        .exec(
            new ResultCallback.Adapter<Frame>() {
              @Override
              public void onNext(Frame frame) {
                out.writeBytes(frame.getPayload());
              }
            })
        .awaitCompletion();
    String text = out.toString(StandardCharsets.UTF_8);
    Long exit = docker.inspectExecCmd(id).exec().getExitCodeLong();
    if (exit != 0) {
      throw new TestbedException(List.of(command) + " on " + node + ": " + exit + ": " + text);
    }
    return text;
  }

  @Override
  public void close() {
    cluster.remove();
  }
}
