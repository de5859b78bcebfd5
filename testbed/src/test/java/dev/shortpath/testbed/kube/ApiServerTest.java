package dev.shortpath.testbed.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class ApiServerTest {
  private static String reason(Throwable cause) {
    return ApiServer.reason(new KubernetesClientException("An error has occurred.", cause));
  }

  @Test
  void whatTheApiServerSaysIsOneLine() {
    var status =
        new StatusBuilder().withCode(403).withMessage("pods is forbidden\nfor you").build();
    assertEquals(
        "pods is forbidden", ApiServer.reason(new KubernetesClientException("x", 403, status)));
    status = new StatusBuilder().withCode(401).withMessage("Unauthorized").build();
    assertTrue(
        ApiServer.reason(new KubernetesClientException("x", 401, status))
            .endsWith("credentials are wrong, or have expired"));
  }

  @Test
  void whyItSaysNothingIsSaid() {
    Throwable refused = new ConnectException().initCause(new ClosedChannelException());
    assertTrue(reason(new IOException(refused)).startsWith("no connection to the API server"));
    assertEquals(
        "the API server does not answer: timed out",
        reason(new IOException(null, new SocketTimeoutException("timed out"))));
    assertEquals(
        "the API server does not answer: ClosedChannelException",
        reason(new IOException(null, new ClosedChannelException())));
  }
}
