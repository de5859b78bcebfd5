package dev.shortpath.testbed.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.Echo;
import dev.shortpath.testbed.k3s.KubeNodeCluster;
import dev.shortpath.testbed.k3s.NeedsKubeNode;
import dev.shortpath.testbed.kube.RunNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong on a user's cluster: one line each, and nothing is left there. */
@Tag("k3s")
@ExtendWith(NeedsKubeNode.class)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ClusterFailuresTest {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final Treatment PLAIN =
      new Treatment(Map.of("shortcut", "off", "placement", "one-node", "ip-family", "ipv4"));

  private static final Treatment SERVICES = services("iptables-nft");

  @TempDir static Path directory;

  private static KubeNodeCluster users;
  private static Path kubeconfig;

  private final String id = runId();

  @BeforeAll
  static void start() throws Exception {
    users = KubeNodeCluster.start(runId());
    kubeconfig = users.kubeconfig(directory.resolve("kubeconfig"));
  }

  @AfterAll
  static void end() {
    if (users != null) {
      users.close();
    }
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(
        List.of(),
        users.admin().namespaces().withLabel(RunNamespace.RUN).list().getItems().stream()
            .map(namespace -> namespace.getMetadata().getName())
            .toList());
    assertFalse(Notes.here().all().containsKey(id));
  }

  private static String runId() {
    String digits =
        "0000" + Long.toString(ProcessHandle.current().pid() * 50 + RUNS.incrementAndGet(), 36);
    return "cf" + digits.substring(digits.length() - 4);
  }

  private static TestbedProvider provider(Path file, String... more) throws TestbedException {
    Map<String, String> options = new java.util.HashMap<>();
    options.put("context", KubeNodeCluster.CONTEXT);
    options.put("kubeconfig", file.toString());
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return new ClusterProvider().with(options);
  }

  private TestbedRequest request(Treatment... treatments) {
    return new TestbedRequest(id, "pods", Map.of(), List.of(treatments), directory);
  }

  private String refused(TestbedProvider provider) {
    TestbedException e = assertThrows(TestbedException.class, () -> provider.open(request(PLAIN)));
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  @Test
  void aNamespaceThatIsThereIsLeftAlone() throws Exception {
    String name = RunNamespace.name(id);
    users
        .admin()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    try {
      String said = refused(provider(kubeconfig));
      assertTrue(said.startsWith("namespace " + name + " is there already"), said);
      assertNotNull(users.admin().namespaces().withName(name).get());
    } finally {
      users.admin().namespaces().withName(name).delete();
    }
  }

  @Test
  void aQuotaThatIsTooSmallIsNamed() throws Exception {
    String said = "";
    // Both pods may be there before the policy is: then once more.
    for (int i = 0; i < 10 && said.isEmpty(); i++) {
      CompletableFuture<Void> policy =
          CompletableFuture.runAsync(() -> limit(RunNamespace.name(id), "policy", "1"));
      try (Testbed testbed = provider(kubeconfig).open(request(PLAIN))) {
        policy.get(1, TimeUnit.MINUTES);
      } catch (TestbedException e) {
        policy.get(1, TimeUnit.MINUTES);
        said = e.getMessage();
      }
    }
    // What comes first: our own look at the quota, or the API server's refusal of a pod.
    assertTrue(
        said.contains("quota policy of namespace " + RunNamespace.name(id) + " allows 1 pods, 2")
            || said.contains("exceeded quota: policy"),
        said);
  }

  @Test
  void aQuotaThatLeavesNoRoomForTheAgentIsNamed() throws Exception {
    Treatment redirected = new Treatment(Map.of("shortcut", "sockmap"));
    try (Testbed testbed = provider(kubeconfig).open(request(redirected))) {
      String namespace = RunNamespace.name(id);
      limit(namespace, "policy", "2");
      users
          .admin()
          .resourceQuotas()
          .inNamespace(namespace)
          .withName("policy")
          .waitUntilCondition(
              quota -> quota.getStatus() != null && quota.getStatus().getUsed() != null,
              1,
              TimeUnit.MINUTES);
      TestbedException e = assertThrows(TestbedException.class, () -> testbed.prepare(redirected));
      assertTrue(
          e.getMessage().startsWith("the agent of node n1 is not attached: DaemonSet agent: "),
          e.getMessage());
      assertTrue(e.getMessage().contains("exceeded quota: policy"), e.getMessage());
      assertEquals(
          List.of(),
          users.admin().apps().daemonSets().inNamespace(namespace).list().getItems(),
          "it is taken away");
    }
  }

  /** As a cluster's policy does, as soon as the namespace is there. */
  private static void limit(String namespace, String name, String pods) {
    for (int i = 0; i < 100_000; i++) {
      try {
        users
            .admin()
            .resource(
                new ResourceQuotaBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(namespace)
                    .endMetadata()
                    .withNewSpec()
                    .withHard(Map.of("pods", new Quantity(pods)))
                    .endSpec()
                    .build())
            .create();
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != 404) {
          throw e;
        }
      }
    }
  }

  @Test
  void anImageThatANodeLacksIsNamedAtOnce() throws Exception {
    String image =
        users
            .exec("n1", "ctr", "-n", "k8s.io", "images", "ls", "-q")
            .lines()
            .filter(name -> name.contains("shortpath/workload:"))
            .findFirst()
            .orElseThrow();
    users.exec("n1", "ctr", "-n", "k8s.io", "images", "tag", image, "kept.dev/workload:1");
    users.exec("n1", "ctr", "-n", "k8s.io", "images", "rm", "--sync", image);
    try {
      long start = System.nanoTime();
      String said = refused(provider(kubeconfig, "nodes", "n1"));
      assertTrue(said.contains("node n1 has no image shortpath/workload:"), said);
      assertTrue(said.contains("ErrImageNeverPull"), said);
      assertTrue(System.nanoTime() - start < 40e9, "it was waited for");
    } finally {
      users.exec("n1", "ctr", "-n", "k8s.io", "images", "tag", "kept.dev/workload:1", image);
      users.exec("n1", "ctr", "-n", "k8s.io", "images", "rm", "kept.dev/workload:1");
    }
  }

  @Test
  void aRegistryThatDoesNotAnswerIsNamed() throws Exception {
    String said = refused(provider(kubeconfig, "registry", "localhost:1/x"));
    assertTrue(said.contains("registry localhost:1/x: "), said);
  }

  @Test
  void rightsThatLackAreListedAndThoseOfTheManifestAreEnough() throws Exception {
    users
        .admin()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("runner")
                .withNamespace("default")
                .endMetadata()
                .build())
        .create();
    Path poor = kubeconfigOf("runner");
    List<String> missing = provider(poor).missing(request(PLAIN));
    assertEquals(1, missing.size(), missing.toString());
    for (String right :
        List.of(
            "create namespaces",
            "create pods/exec",
            "list nodes",
            "create daemonsets",
            "list events")) {
      assertTrue(missing.get(0).contains(right), missing.get(0));
    }
    assertTrue(missing.get(0).contains("docs/rights.yaml"), missing.get(0));
    assertFalse(missing.get(0).contains("services"), "topology pods needs none");
    refused(provider(poor));
    List<String> missingForServices = provider(poor).missing(services(SERVICES));
    for (String right :
        List.of("list services", "get servicecidrs", "create endpointslices", "pods/portforward")) {
      assertTrue(missingForServices.get(0).contains(right), missingForServices.get(0));
    }

    Path manifest = Path.of(System.getProperty("shortpath.home"), "docs", "rights.yaml");
    String text =
        Files.readString(manifest)
            .replace("kind: User", "kind: ServiceAccount")
            .replace(
                "apiGroup: rbac.authorization.k8s.io\n    name: YOU",
                "namespace: default\n    name: runner");
    List<HasMetadata> rights =
        users
            .admin()
            .load(
                new java.io.ByteArrayInputStream(
                    text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .items();
    assertEquals(2, rights.size());
    rights.forEach(right -> users.admin().resource(right).create());
    assertEquals(List.of(), provider(poor).missing(request(PLAIN)));
    Treatment redirected = new Treatment(Map.of("shortcut", "sockmap"));
    try (Testbed testbed = provider(poor).open(request(redirected));
        Scene scene = testbed.prepare(redirected)) {
      var before = scene.counters();
      var traffic = Echo.exchange(scene);
      var attestation = scene.attest(before, scene.counters(), traffic);
      assertTrue(attestation.attested(), attestation.reason());
    }
    assertEquals(List.of(), provider(poor).missing(services(SERVICES)));
    // Whose kube-proxy serves its metrics on the node's loopback alone.
    TestbedProvider onServer = provider(poor, "nodes", "n2,n1");
    try (Testbed testbed = onServer.open(services(SERVICES));
        Scene scene = testbed.prepare(SERVICES)) {
      var before = scene.counters();
      var traffic = Echo.exchange(scene);
      var attestation = scene.attest(before, scene.counters(), traffic);
      assertTrue(attestation.attested(), attestation.reason());
    }
  }

  private static Treatment services(String plane) {
    return new Treatment(Map.of("service-data-plane", plane, "services", "3", "ip-family", "ipv4"));
  }

  private TestbedRequest services(Treatment treatment) {
    return new TestbedRequest(
        id, "service-path", Map.of("link-mbit", "none"), List.of(treatment), directory);
  }

  @Test
  void aModeThatNoKubeProxyRunsInIsSaidAndNothingStays() throws Exception {
    TestbedRequest request = services(services("nftables"));
    assertEquals(List.of(), provider(kubeconfig).missing(request));
    TestbedException e =
        assertThrows(
            TestbedException.class, () -> provider(kubeconfig, "nodes", "n2,n1").open(request));
    assertTrue(
        e.getMessage()
            .startsWith(
                "service-data-plane nftables wants a node whose kube-proxy runs in mode nftables;"
                    + " kube-proxy of n1 runs in mode iptables: "),
        e.getMessage());
  }

  private static Path kubeconfigOf(String account) throws Exception {
    TokenRequest token =
        users
            .admin()
            .serviceAccounts()
            .inNamespace("default")
            .withName(account)
            .tokenRequest(
                new io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder()
                    .withNewSpec()
                    .withAudiences()
                    .withExpirationSeconds(3600L)
                    .endSpec()
                    .build());
    String text = users.kubeconfig();
    int user = text.indexOf("users:");
    String rest = text.substring(user);
    Matcher name = Pattern.compile("name: (\\S+)").matcher(rest);
    assertTrue(name.find(), "the kubeconfig has a user");
    Matcher other = Pattern.compile("\\n[a-z].*", Pattern.DOTALL).matcher(rest);
    String tail = other.find() ? other.group() : "\n";
    String users =
        "users:\n- name: %s\n  user:\n    token: %s"
            .formatted(name.group(1), token.getStatus().getToken());
    return Files.writeString(
        directory.resolve("kubeconfig-" + account), text.substring(0, user) + users + tail);
  }

  @Test
  void anApiServerThatIsAwayFailsTheTrialAndTheRemovalWaitsForIt() throws Exception {
    String server = users.admin().getConfiguration().getMasterUrl();
    int port = URI.create(server).getPort();
    try (CutLine line = new CutLine(port)) {
      Path through =
          Files.writeString(
              directory.resolve("kubeconfig-through"),
              users.kubeconfig().replace(":" + port, ":" + line.port()));
      try (Testbed testbed = provider(through).open(request(PLAIN));
          Scene scene = testbed.prepare(PLAIN)) {
        line.cut();
        TestbedException e = assertThrows(TestbedException.class, scene::counters);
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertTrue(e.getMessage().contains("the API server does not answer"), e.getMessage());
        List<String> missing = provider(through).missing(request(PLAIN));
        assertTrue(missing.toString().contains("the API server does not answer"), "" + missing);
        CompletableFuture<Void> closed =
            CompletableFuture.runAsync(
                () -> {
                  scene.close();
                  testbed.close();
                });
        Thread.sleep(30_000);
        assertFalse(closed.isDone(), "it gave up");
        line.mend();
        closed.get(60, TimeUnit.SECONDS);
        assertNull(users.admin().namespaces().withName(RunNamespace.name(id)).get());
      } finally {
        line.mend();
      }
    }
  }

  @Test
  void aDryRunPrintsWhatWouldBeMadeAndMakesNothing() throws Exception {
    Treatment redirected = new Treatment(Map.of("shortcut", "sockmap"));
    String yaml = provider(kubeconfig).dryRun(request(PLAIN, redirected));
    List<HasMetadata> objects =
        users
            .admin()
            .load(
                new java.io.ByteArrayInputStream(
                    yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .items();
    assertEquals(
        List.of("Namespace", "Pod", "Pod", "DaemonSet"),
        objects.stream().map(HasMetadata::getKind).toList());
    assertEquals(
        List.of("shortpath-" + id, "client-1", "server-1", "agent"),
        objects.stream().map(object -> object.getMetadata().getName()).toList());
    for (HasMetadata object : objects) {
      assertEquals(id, RunNamespace.runOf(object.getMetadata()));
    }
    try (KubernetesClient client = new Kubeconfig(kubeconfig, KubeNodeCluster.CONTEXT).quick()) {
      assertNull(client.namespaces().withName("shortpath-" + id).get());
    }
  }
}
