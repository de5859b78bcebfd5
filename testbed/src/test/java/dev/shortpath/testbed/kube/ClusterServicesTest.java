package dev.shortpath.testbed.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.dataplane.ServicePort;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said and done when an API server refuses; it has one Service, or none. */
@Timeout(60)
class ClusterServicesTest {
  private static final Status ALLOCATED =
      status(422, "Service \"web\" is invalid: spec.clusterIPs[0]: provided IP is allocated");
  private static final Status NOT_FOUND = status(404, "services \"web\" not found");
  private static final Status FORBIDDEN = status(403, "nothing for you");

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private KubernetesClient client;
  private ClusterServices services;
  private Service there;
  private boolean forbidding;

  private static Status status(int code, String message) {
    return new StatusBuilder().withStatus("Failure").withCode(code).withMessage(message).build();
  }

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .build();
    client = new KubernetesClientBuilder().withConfig(config).build();
    services = new ClusterServices(client, RunNamespace.labels("abc123"), endpoint -> "n1");
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(exchange.getRequestMethod());
    Object answer =
        forbidding
            ? FORBIDDEN
            : switch (exchange.getRequestMethod()) {
              case "POST" -> ALLOCATED;
              case "GET" -> there == null ? NOT_FOUND : there;
              default -> Serialization.unmarshal(sent, Service.class);
            };
    byte[] body = Serialization.asJson(answer).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer instanceof Status s ? s.getCode() : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static Service of(String runId) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("web")
        .withResourceVersion("7")
        .withLabels(RunNamespace.labels(runId))
        .endMetadata()
        .build();
  }

  private ClusterServices.Written create() throws Exception {
    InetAddress address = InetAddress.getByName("10.96.0.16");
    ServicePort port =
        new ServicePort("shop", "web", "", Protocol.TCP, address, null, 80, 0, false, 0, List.of());
    return services.change(List.of(), List.of(port));
  }

  @Test
  void whatAnEarlierAttemptHasMadeHoldsItsAddressAndIsUpdated() throws Exception {
    there = of("abc123");
    assertEquals(new ClusterServices.Written(1, 0), create());
    assertEquals("PUT", asked.get(asked.size() - 1), asked.toString());
  }

  @Test
  void anAddressThatAnotherHasIsAFailure() {
    for (Service other : new Service[] {null, of("abc124"), of("")}) {
      there = other;
      asked.clear();
      String said = assertThrows(TestbedException.class, this::create).getMessage();
      assertTrue(said.contains("provided IP is allocated"), said);
      assertEquals(List.of("POST", "GET"), asked);
    }
  }

  @Test
  void whatCannotBeListedIsSaidInOneLine() {
    forbidding = true;
    assertEquals(
        "Services of namespace shop: nothing for you",
        assertThrows(TestbedException.class, () -> services.clear("shop")).getMessage());
    assertEquals(
        "EndpointSlices of namespace shop: nothing for you",
        assertThrows(TestbedException.class, () -> services.slices("shop")).getMessage());
  }
}
