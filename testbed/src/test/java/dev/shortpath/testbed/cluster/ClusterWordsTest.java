package dev.shortpath.testbed.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.ssh.SshAddress;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What testbed cluster asks for and refuses, as far as that takes no cluster. */
class ClusterWordsTest {
  private static final Needs ONE = new Needs(1, false, false);
  private static final Needs TWO = new Needs(2, false, false);

  @TempDir Path directory;

  private static String refused(String... options) {
    Map<String, String> given = new java.util.HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      given.put(options[i], options[i + 1]);
    }
    TestbedException e =
        assertThrows(TestbedException.class, () -> new ClusterProvider().with(given));
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  @Test
  void theContextMustBeNamedAndBeThere() throws Exception {
    Path file = directory.resolve("config");
    String config =
        """
        apiVersion: v1
        kind: Config
        contexts:
          - {name: lab, context: {cluster: c, user: u}}
          - {name: production, context: {cluster: c, user: u}}
        current-context: production
        """;
    Files.writeString(file, config);
    Path other = Files.writeString(directory.resolve("other"), config.replace("lab", "home"));
    TestbedRequest request = new TestbedRequest("abc123", "pods", Map.of(), List.of(), directory);
    for (var provider :
        List.of(
            new ClusterProvider(), new ClusterProvider().with(Map.of("kubeconfig", "" + file)))) {
      String said = provider.missing(request).toString();
      assertTrue(said.contains("name the context: --testbed-option context=NAME"), said);
      assertThrows(TestbedException.class, () -> provider.open(request));
      assertThrows(TestbedException.class, () -> provider.dryRun(request));
    }
    assertEquals(
        new Kubeconfig(other, "home"), Kubeconfig.find(file + ":/nosuch:" + other, "home"));
    String said = refused("context", "moon", "kubeconfig", file.toString());
    assertTrue(said.endsWith("no context 'moon' in " + file + "; there is lab, production"), said);
    said = refused("context", "lab", "kubeconfig", directory + "/nosuch");
    assertTrue(said.endsWith("nosuch cannot be read: there is no such file"), said);
    for (String text : List.of("", "[1]", "{", "a: b", "contexts: 7")) {
      Files.writeString(file, text);
      said = refused("context", "lab", "kubeconfig", file.toString());
      assertTrue(said.matches("(?s).*(is no kubeconfig|; there is none)"), said);
    }
  }

  @Test
  void optionsAreChecked() throws Exception {
    for (String nodes : List.of("a,b,c,d", ",", "a,", "-a", "A", "$(id)")) {
      assertTrue(refused("nodes", nodes).contains("nodes '" + nodes + "': give"));
    }
    assertTrue(refused("nodes", "a,a").contains("nodes 'a,a': a node is named twice"));
    for (String registry : List.of("http://x", "x/Y", "-x", "a b", "x:port")) {
      assertTrue(refused("registry", registry).contains("give HOST[:PORT][/PATH]"));
    }
    assertEquals(
        List.of("n1", "n2.example.org"),
        ClusterOptions.of(Map.of("nodes", "n1,n2.example.org")).nodes());
    assertEquals(
        "registry.example.org:5000/team",
        ClusterOptions.of(Map.of("registry", "registry.example.org:5000/team")).registry());
  }

  @Test
  void theClientAndTheRangesOfServicesAreChecked() throws Exception {
    for (String client : List.of("host", "u@", "u@h:0", "u@h -oProxyCommand=x", "@h")) {
      assertTrue(refused("client", client).contains("give USER@HOST[:PORT]"), client);
    }
    assertTrue(refused("client-key", "/k").endsWith("name it, too"));
    assertTrue(refused("known-hosts", "/k").endsWith("name it, too"));
    for (String cidr : List.of("10.96.0.0", "localhost/8", "fd00::/200")) {
      assertEquals(
          "testbed cluster: service-cidr: '" + cidr + "' is no range of addresses",
          refused("service-cidr", cidr));
    }
    assertTrue(refused("service-cidr", "10.0.0.0/8,").contains("one of each family"));
    ClusterOptions options =
        ClusterOptions.of(
            Map.of("client", "u@[::1]:2222", "client-key", "k", "service-cidr", "10.43.0.0/16"));
    assertEquals("u@[::1]:2222", options.client().orElseThrow().address().toString());
    assertTrue(options.client().orElseThrow().key().isAbsolute());
    assertEquals(List.of("10.43.0.0/16"), options.serviceCidrs());
  }

  private static Node node(String name) {
    String architecture = System.getProperty("os.arch").replace("aarch64", "arm64");
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .withAllocatable(Map.of("pods", new Quantity("110")))
        .withNewNodeInfo()
        .withOperatingSystem("linux")
        .withArchitecture(architecture)
        .endNodeInfo()
        .endStatus()
        .build();
  }

  @Test
  void theFirstNodesThatCanBeUsedAreChosen() throws Exception {
    Node away =
        new NodeBuilder(node("a"))
            .editStatus()
            .editFirstCondition()
            .withStatus("Unknown")
            .endCondition()
            .endStatus()
            .build();
    Node cordoned = new NodeBuilder(node("b")).editSpec().withUnschedulable(true).endSpec().build();
    Node tainted =
        new NodeBuilder(node("c"))
            .editSpec()
            .addNewTaint("NoSchedule", "control-plane", null, null)
            .endSpec()
            .build();
    Node other =
        new NodeBuilder(node("d"))
            .editStatus()
            .editNodeInfo()
            .withArchitecture("s390x")
            .endNodeInfo()
            .endStatus()
            .build();
    Node full =
        new NodeBuilder(node("e"))
            .editStatus()
            .withAllocatable(Map.of("pods", new Quantity("0")))
            .endStatus()
            .build();
    List<Node> all = List.of(node("z"), away, cordoned, tainted, other, full, node("y"));
    assertEquals(List.of("y"), names(NodeChoice.of(all, List.of(), ONE)));
    assertEquals(List.of("y", "z"), names(NodeChoice.of(all, List.of(), TWO)));
    assertEquals(List.of("z", "y"), names(NodeChoice.of(all, List.of("z", "y"), TWO)));
    String said = refused(all.subList(0, 6), List.of(), TWO);
    assertTrue(said.contains("2 nodes are needed, 1 can be used: a is not ready; "), said);
    assertTrue(
        said.contains("b is cordoned; c has taint control-plane:NoSchedule; d is linux/s390x"),
        said);
    assertTrue(said.contains("e takes no pods: use --set placement=one-node"), said);
    assertTrue(refused(all, List.of("b"), ONE).contains("b is cordoned"));
    assertTrue(
        refused(all, List.of("moon"), ONE).contains("there is no node 'moon'; there is z, a"));
  }

  @Test
  void credentialsThatDoNotComeAreNotWaitedForAndTheirProgramIsEnded(@TempDir Path directory)
      throws Exception {
    Path plugin =
        Files.writeString(directory.resolve("plugin"), "#!/bin/sh\nexec sleep 987650101\n");
    assertTrue(plugin.toFile().setExecutable(true));
    String text =
        """
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: %s}}}]
        """
            .formatted(plugin);
    Path file = Files.writeString(directory.resolve("kubeconfig"), text);
    TestbedException e =
        assertThrows(TestbedException.class, () -> new Kubeconfig(file, "c").quick());
    assertTrue(e.getMessage().endsWith("for credentials has not ended within 10 s"), e.toString());
    for (ProcessHandle left : ProcessHandle.current().descendants().toList()) {
      left.onExit().get(5, TimeUnit.SECONDS);
    }
  }

  private static List<String> names(List<Node> nodes) {
    return nodes.stream().map(node -> node.getMetadata().getName()).toList();
  }

  private static String refused(List<Node> all, List<String> named, Needs needs) {
    return assertThrows(TestbedException.class, () -> NodeChoice.of(all, named, needs))
        .getMessage();
  }

  @Test
  void whereRunsWereIsNoted() throws Exception {
    Notes notes = new Notes(directory.resolve("state/clusters"));
    assertEquals(Map.of(), notes.all());
    Kubeconfig where = new Kubeconfig(Path.of("/home/me/.kube/config"), "lab");
    notes.write("abc123", new Note(where, Optional.empty()));
    Note overSsh =
        new Note(
            where,
            Optional.of(
                new SshClient(SshAddress.of("u@[::1]:2222"), Path.of("/k"), Path.of("/h"))));
    Note byAgent = new Note(where, Optional.of(new SshClient(SshAddress.of("u@h"), null, null)));
    notes.write("abc124", overSsh);
    notes.write("abc125", byAgent);
    Files.writeString(notes.directory().resolve("damage"), "one line\n");
    Files.writeString(notes.directory().resolve("no note"), "");
    assertEquals(
        Map.of("abc123", new Note(where, Optional.empty()), "abc124", overSsh, "abc125", byAgent),
        notes.all());
    notes.delete("abc124");
    notes.delete("abc125");
    notes.delete("abc123");
    notes.delete("abc123");
    assertEquals(Map.of(), notes.all());
  }
}
