package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.ApiServer;
import dev.shortpath.testbed.remote.Together;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where a cluster is, and who asks it.
 *
 * @param file a kubeconfig, absolute
 * @param context the name of one in it
 */
record Kubeconfig(Path file, String context) {
  private static final String VARIABLE = "KUBECONFIG";

  /** Of a question before anything starts: answered at once, or late on a very busy machine. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private static final Duration PATIENT = Duration.ofSeconds(10);

  /**
   * Finds the context in the files that kubectl would read.
   *
   * @param given files with the path separator between; empty for those of the environment
   * @throws TestbedException when no file has it, with the contexts that there are
   */
  static Kubeconfig find(String given, String context) throws TestbedException {
    List<String> known = new ArrayList<>();
    List<Path> files = files(given);
    for (Path file : files) {
      if (!Files.exists(file) && files.size() > 1) {
        continue; // as kubectl does
      }
      for (NamedContext there : contexts(file)) {
        if (there.getName().equals(context)) {
          return new Kubeconfig(file, context);
        }
        known.add(there.getName());
      }
    }
    throw new TestbedException(
        "testbed cluster: no context '%s' in %s; there is %s"
            .formatted(context, text(files), known.isEmpty() ? "none" : String.join(", ", known)));
  }

  /** The files that are read, for people. */
  static String files() {
    return text(files(""));
  }

  private static String text(List<Path> files) {
    return String.join(File.pathSeparator, files.stream().map(Path::toString).toList());
  }

  private static List<Path> files(String given) {
    String text = given.isEmpty() ? System.getenv().getOrDefault(VARIABLE, "") : given;
    List<Path> files = new ArrayList<>();
    for (String path : text.split(File.pathSeparator)) {
      if (!path.isBlank()) {
        files.add(Path.of(path).toAbsolutePath().normalize());
      }
    }
    return files.isEmpty()
        ? List.of(Path.of(System.getProperty("user.home"), ".kube", "config"))
        : files;
  }

  private static List<NamedContext> contexts(Path file) throws TestbedException {
    try {
      var config =
          Serialization.unmarshal(
              Files.readString(file), io.fabric8.kubernetes.api.model.Config.class);
      if (config == null || config.getContexts() == null) {
        throw new TestbedException("testbed cluster: " + file + " is no kubeconfig");
      }
      return config.getContexts();
    } catch (IOException e) {
      throw new TestbedException(
          "testbed cluster: kubeconfig " + file + " cannot be read: " + why(e), e);
    } catch (RuntimeException e) {
      throw new TestbedException("testbed cluster: " + file + " is no kubeconfig", e);
    }
  }

  private static String why(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException ? "there is no such file" : "" + e;
  }

  private static void end(ProcessHandle process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** A client for questions that are answered at once or not at all. */
  KubernetesClient quick() throws TestbedException, InterruptedException {
    return client(AT_ONCE, 0);
  }

  /** A client for work: it tries again where the API server is busy or away for a moment. */
  KubernetesClient patient() throws TestbedException, InterruptedException {
    return client(PATIENT, 4);
  }

  private KubernetesClient client(Duration limit, int retries)
      throws TestbedException, InterruptedException {
    String where = "testbed cluster: context " + context + " of " + file + ": ";
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    // It may run a program of the user's for the credentials.
    Future<Config> reading = Together.start(() -> Config.fromKubeconfig(context, file.toFile()));
    try {
      Config config = reading.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
      // By HTTP/2 the client takes a refusal (401) for a connection that broke off.
      config.setHttp2Disable(true);
      config.setConnectionTimeout((int) limit.toMillis());
      config.setRequestTimeout((int) limit.toMillis());
      config.setRequestRetryBackoffLimit(retries);
      return new KubernetesClientBuilder().withConfig(config).build();
    } catch (TimeoutException e) {
      reading.cancel(true);
      ProcessHandle.current()
          .children()
          .filter(child -> !before.contains(child))
          .forEach(Kubeconfig::end);
      throw new TestbedException(
          where + "the program that it names for credentials has not ended within 10 s", e);
    } catch (ExecutionException e) {
      String why = String.valueOf(e.getCause().getMessage()).lines().findFirst().orElse("");
      throw new TestbedException(where + why, e);
    } catch (KubernetesClientException e) {
      throw new TestbedException(where + ApiServer.reason(e), e);
    }
  }
}
