package dev.shortpath.testbed.k3s;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Pods with a web server that answers its pod's name, Services before them, and what pods see. */
final class KubePods {
  static final int PORT = 8080;

  private final KubernetesClient client;

  KubePods(KubernetesClient client) {
    this.client = client;
  }

  void start(String name, String node) {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withLabels(Map.of("app", name))
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("web")
                .withImage(NeedsKubeNode.POD_IMAGE)
                .withImagePullPolicy("Never")
                .withCommand(
                    "sh", "-c", "echo $HOSTNAME > /index.html; exec httpd -f -v -p 8080 -h /")
                .withNewReadinessProbe()
                .withPeriodSeconds(1)
                .withNewTcpSocket()
                .withPort(new IntOrString(PORT))
                .endTcpSocket()
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  void awaitReady(String... names) {
    for (String name : names) {
      client.pods().inNamespace("default").withName(name).waitUntilReady(2, TimeUnit.MINUTES);
    }
  }

  /** A NodePort Service of the pod of the same name, port 80. */
  Service expose(String name, String familyPolicy) {
    return client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withType("NodePort")
                .withSelector(Map.of("app", name))
                .withIpFamilyPolicy(familyPolicy)
                .addNewPort()
                .withPort(80)
                .withTargetPort(new IntOrString(PORT))
                .endPort()
                .endSpec()
                .build())
        .create();
  }

  List<String> addresses(String name) {
    Pod pod = client.pods().inNamespace("default").withName(name).get();
    return pod.getStatus().getPodIPs().stream().map(PodIP::getIp).toList();
  }

  String log(String name) {
    return client.pods().inNamespace("default").withName(name).getLog();
  }

  /** What a web server answers to a pod. */
  String fetch(String pod, String host, int port) {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return exec(pod, fetch("http://" + name + ":" + port));
  }

  /** The command that fetches; Debian's busybox dies of wget's own option for a time limit. */
  static String[] fetch(String url) {
    return new String[] {"busybox", "timeout", "5", "wget", "-q", "-O", "-", url};
  }

  /** What a command in a pod prints, by way of API server and kubelet; its failure is one here. */
  String exec(String pod, String... command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    try (ExecWatch watch =
        client
            .pods()
            .inNamespace("default")
            .withName(pod)
            .writingOutput(out)
            .writingError(error)
            .exec(command)) {
      int status = watch.exitCode().get(1, TimeUnit.MINUTES);
      if (status != 0) {
        throw new IllegalStateException(
            "%s in pod %s: exit status %d: %s"
                .formatted(
                    String.join(" ", command),
                    pod,
                    status,
                    error.toString(StandardCharsets.UTF_8)));
      }
      return out.toString(StandardCharsets.UTF_8).trim();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(String.join(" ", command) + " in pod " + pod, e);
    }
  }
}
