package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.Collected;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Runs the programs of an image in a pod of it.
 *
 * @param client of the API server
 * @param namespace of the pod
 * @param pod its name
 * @param programs of its image
 */
public record PodRemote(KubernetesClient client, String namespace, String pod, Set<String> programs)
    implements Remote {
  private static final String TETHER = "/" + ImagePrograms.TETHER;

  /** A pod of the workload's image. */
  public PodRemote(KubernetesClient client, String namespace, String pod) {
    this(client, namespace, pod, ImagePrograms.WORKLOAD);
  }

  /** A pod of the node's image. */
  public static PodRemote ofNode(KubernetesClient client, String namespace, String pod) {
    return new PodRemote(client, namespace, pod, ImagePrograms.NODE);
  }

  @Override
  public Result run(Command command, Duration limit) throws TestbedException, InterruptedException {
    return Collected.of(start(command), label(command), limit);
  }

  @Override
  public Running start(Command command) throws TestbedException {
    if (!programs.contains(command.tool())) {
      throw new TestbedException(
          "the image of pod " + pod + " has no program " + command.tool() + "; it has " + programs);
    }
    List<String> words = new ArrayList<>(List.of(TETHER, "run", "--", "/" + command.tool()));
    words.addAll(command.arguments());
    return exec(label(command), words);
  }

  @Override
  public String read(String path) throws TestbedException, InterruptedException {
    Result result = once(SOON, TETHER, "read", path);
    if (!result.ok()) {
      throw new TestbedException(path + " of pod " + pod + " cannot be read: " + result.lastWord());
    }
    return result.out();
  }

  @Override
  public String scratch(Path file) {
    return Pods.SCRATCH + "/" + file.getFileName();
  }

  @Override
  public void fetch(Path file) throws TestbedException, InterruptedException {
    Command show = Command.of("cat", scratch(file));
    try (Running running = start(show);
        OutputStream to = Files.newOutputStream(file)) {
      running.out().transferTo(to);
      if (running.await(SOON) != 0) {
        throw new TestbedException(label(show) + " failed: " + running.err().strip());
      }
    } catch (IOException e) {
      throw new TestbedException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Runs a short command of the pod's image to its end, without anything that would end it. */
  Result once(Duration limit, String... words) throws TestbedException, InterruptedException {
    String label = words[0] + " in pod " + pod;
    return Collected.of(exec(label, List.of(words)), label, limit);
  }

  private String label(Command command) {
    return command.tool() + " in pod " + pod;
  }

  private PodExec exec(String label, List<String> words) throws TestbedException {
    try {
      return new PodExec(
          label,
          client
              .pods()
              .inNamespace(namespace)
              .withName(pod)
              .redirectingInput()
              .redirectingOutput()
              .redirectingError()
              .exec(words.toArray(String[]::new)));
    } catch (KubernetesClientException e) {
      throw new TestbedException(label + " cannot be started: " + ApiServer.reason(e), e);
    }
  }
}
