package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.RunNamespaces;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;

/**
 * A cluster that outlives its run: the next run takes it where it would make the same, of the same
 * images. The run's namespace goes with the run. A cluster that failed, or whose namespace does not
 * go, is not kept.
 */
final class KeptCluster implements Cluster {
  private static final Duration REMOVAL = Duration.ofSeconds(30);
  private static final int ID_LENGTH = 6;

  private final String runId;
  private final String image;
  private final Tools tools;
  private K3sCluster cluster;
  private boolean stands;

  KeptCluster(String runId, String image, Tools tools) {
    this.runId = runId;
    this.image = image;
    this.tools = tools;
  }

  @Override
  public void start(Needs needs) throws TestbedException, InterruptedException {
    Images images = Images.build(tools, false);
    String make =
        String.join(
            " ",
            Docker.imageId(image).orElse(""),
            needs.toString(),
            images.workload().id(),
            images.agent().id());
    String id = id(make);
    Labelled.removeKeptBut(id);
    if (!Labelled.allRun(id)) {
      Labelled.remove(id);
    }
    cluster = new K3sCluster(id, image, tools, Labelled.keptLabels(id));
    cluster.startNodes(needs, images);
    RunNamespaces namespaces = new RunNamespaces(cluster.client());
    for (String dead : namespaces.dead()) {
      namespaces.remove(dead, REMOVAL);
    }
    new RunNamespace(cluster.client(), runId).make(needs);
    stands = true;
  }

  /** Six characters like a run's id, always the same for the same make. */
  static String id(String make) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(make.getBytes(StandardCharsets.UTF_8));
      String digits = new BigInteger(1, hash).toString(Character.MAX_RADIX);
      return digits.substring(digits.length() - ID_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  @Override
  public KubernetesClient client() {
    return cluster.client();
  }

  @Override
  public List<Node> nodes() {
    return cluster.nodes();
  }

  @Override
  public Images images() {
    return cluster.images();
  }

  @Override
  public String describe() {
    return cluster.describe() + "; kept for further runs";
  }

  @Override
  public void remove() {
    if (cluster == null) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    boolean clean = false;
    try {
      if (stands) {
        new RunNamespaces(cluster.client()).remove(runId, REMOVAL);
        clean = true;
      }
    } catch (TestbedException e) {
      // Then it goes as a whole.
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (clean) {
        cluster.client().close();
      } else {
        cluster.remove();
      }
      cluster = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
