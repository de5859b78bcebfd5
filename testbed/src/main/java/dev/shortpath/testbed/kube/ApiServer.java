package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;

/** Calls of an API server, whose failures are one line. */
public final class ApiServer {
  private static final int UNAUTHORIZED = 401;

  private ApiServer() {}

  /** A call. */
  @FunctionalInterface
  public interface Call<T> {
    T make();
  }

  /**
   * Makes a call.
   *
   * @param what it is about, begins the line of a failure
   */
  public static <T> T ask(String what, Call<T> call) throws TestbedException, InterruptedException {
    try {
      return call.make();
    } catch (KubernetesClientException e) {
      throw failure(what, e);
    }
  }

  /** The client turns an interruption into a failure of its own. */
  static TestbedException failure(String what, KubernetesClientException e)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return new TestbedException(what + ": " + reason(e), e);
  }

  /** What the API server said, or why it said nothing. */
  public static String reason(KubernetesClientException e) {
    if (e.getCode() == UNAUTHORIZED) {
      return "Unauthorized: the context's credentials are wrong, or have expired";
    }
    if (e.getStatus() != null && e.getStatus().getMessage() != null) {
      return firstLine(e.getStatus().getMessage());
    }
    boolean silent = false;
    String why = null;
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException && cause.getMessage() == null) {
        return "no connection to the API server: see that its address in the kubeconfig is right";
      }
      silent |= cause instanceof IOException;
      // The last one with words knows best: the others repeat its name, or have none.
      if (silent && cause.getMessage() != null) {
        why = firstLine(cause.getMessage());
      }
    }
    if (silent) {
      return "the API server does not answer: " + (why == null ? name(root(e)) : why);
    }
    return firstLine(String.valueOf(e.getMessage()));
  }

  private static Throwable root(Throwable e) {
    return e.getCause() == null ? e : root(e.getCause());
  }

  private static String name(Throwable failure) {
    return failure.getClass().getSimpleName();
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
