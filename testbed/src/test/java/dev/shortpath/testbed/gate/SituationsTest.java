package dev.shortpath.testbed.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The agent in situations that need rules, limits or accidents of their own. Needs root. */
@Tag("netns")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SituationsTest {
  /** TCP's own buffers differ from run to run by half: a mean of several, in turns. */
  private static final int MEMORY_ROUNDS = 3;

  /** Messages of a trial of {@link Trial#IDENTITY}: a greeting, then the rounds, there and back. */
  private static final long MESSAGES = 2L * Trial.CONNECTIONS * (1 + Trial.ROUNDS);

  /** By design the first two messages to the server and the first to the client take the stack. */
  private static final long BY_THE_STACK = 3L * Trial.CONNECTIONS;

  @TempDir static Path work;
  private World world;
  private Scene scene;

  @BeforeAll
  void setUp() throws Exception {
    World.assumePossible();
    world = World.open(work, World.treatment("none", "off", "ipv4"));
    scene = world.prepare(World.treatment("none", "off", "ipv4"));
  }

  @AfterAll
  void nothingIsLeft() {
    if (world != null) {
      scene.close();
      world.close();
    }
  }

  private OwnAgent agent(String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of("--cgroup", world.cgroup() + "/n1"));
    options.addAll(List.of(more));
    return world.agent(options.toArray(new String[0]));
  }

  private Gate serve() throws Exception {
    return Gate.serve(scene.server().remote(), work, scene.listen());
  }

  private Outcome run(Gate gate, InetSocketAddress target, Trial trial) throws Exception {
    String[] options = trial.options().toArray(new String[0]);
    return gate.run(scene.client().remote(), target, trial.which(), options);
  }

  private Outcome good(Gate gate, InetSocketAddress target, Trial trial) throws Exception {
    Outcome outcome = run(gate, target, trial);
    assertTrue(outcome.ok(), trial.name() + ": " + outcome.why());
    return outcome;
  }

  private static Trial trial(String name, String... options) {
    return new Trial(name, name, List.of(options));
  }

  /** Cases in which plain TCP and the shortcut are alike. */
  private static final List<Trial> ALIKE =
      List.of(
          trial("stream", "--bytes", "64000000"),
          trial("stream", "--bytes", "2000000", "--max-message", "200"),
          trial("server-first"),
          trial("write-at-once"),
          trial("half-close-client"),
          trial("half-close-server"),
          trial("reset-errno"),
          trial("short-connections"),
          trial("message-per-connection", "--count", "300"));

  @TestFactory
  Stream<DynamicTest> nat() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Nat nat : Nat.values()) {
      for (String family : Nat.families()) {
        tests.add(DynamicTest.dynamicTest(nat + " " + family, () -> pairsThrough(nat, family)));
      }
    }
    return tests.stream();
  }

  private void pairsThrough(Nat nat, String family) throws Exception {
    boolean six = family.equals("ipv6");
    InetAddress client = six ? scene.client().ipv6() : scene.client().ipv4();
    InetAddress server = six ? scene.server().ipv6() : scene.server().ipv4();
    InetSocketAddress target = nat.setUp(world, scene, client, server);
    var where = nat.local ? scene.client().remote() : scene.server().remote();
    try (OwnAgent agent = agent();
        Gate gate = Gate.serve(where, work, nat.listen(server), nat.options())) {
      good(gate, target, Trial.IDENTITY);
      JsonNode status = agent.status();
      assertEquals(Trial.CONNECTIONS, status.at("/connections/paired").asLong(), "" + status);
      assertEquals(MESSAGES - BY_THE_STACK, status.at("/messages/redirected").asLong());
      assertEquals(1, status.at("/hops").size(), "" + status);
      assertEquals(nat.port(), status.at("/hops/0/port").asInt());
      for (Trial trial : ALIKE) {
        good(gate, target, trial);
      }
      assertEquals(0, agent.at("/connections/unpaired_active"));
    } finally {
      nat.takeDown(world, server);
    }
  }

  /** The agent sees the client alone: all is plain TCP, the differences too are gone. */
  @Test
  void aPeerThatTheAgentDoesNotSee() throws Exception {
    try (OwnAgent agent = world.agent("--cgroup", scene.cgroups().get("client").toString());
        Gate gate = serve()) {
      good(gate, scene.target(), Trial.IDENTITY);
      for (Trial trial : ALIKE) {
        good(gate, scene.target(), trial);
      }
      for (String name : List.of("close-unread", "oob", "splice-in", "waitall", "rcvlowat")) {
        good(gate, scene.target(), trial(name));
      }
      JsonNode status = agent.status();
      assertTrue(status.at("/connections/active").asLong() > Trial.CONNECTIONS, "" + status);
      assertEquals(0, status.at("/connections/paired").asLong());
      assertEquals(0, status.at("/messages/redirected").asLong());
    }
  }

  @Test
  void aFullMap() throws Exception {
    try (OwnAgent agent = agent("--max-connections", "10");
        Gate gate = serve()) {
      good(gate, scene.target(), Trial.IDENTITY);
      JsonNode status = agent.status();
      assertEquals(10, status.at("/connections/paired").asLong(), "" + status);
      assertEquals(Trial.CONNECTIONS - 10, status.at("/connections/failed_full").asLong());
      long each = (MESSAGES - BY_THE_STACK) / Trial.CONNECTIONS;
      assertEquals(10 * each, status.at("/messages/redirected").asLong());
      for (Trial trial : ALIKE) {
        good(gate, scene.target(), trial);
      }
      // There is room again.
      long before = agent.at("/connections/paired");
      good(gate, scene.target(), trial("peek"));
      assertEquals(before + 1, agent.at("/connections/paired"));
    }
  }

  @Test
  void killedInMidStreamAndStartedAgain() throws Exception {
    Trial pings = trial("identity", "--count", "50", "--rounds", "6000");
    Trial small = trial("stream", "--bytes", "12000000", "--max-message", "200");
    Trial large = trial("stream", "--bytes", "1000000000");
    for (Trial trial : List.of(pings, small, large)) {
      OwnAgent first = agent();
      try (Gate gate = serve()) {
        Command command =
            gate.client(scene.target(), trial.which(), trial.options().toArray(new String[0]));
        try (Running client = scene.client().remote().start(command)) {
          // A bulk stream may have been handed back to TCP by the time that one looks.
          JsonNode status = await(first, trial.equals(large) ? 1 : 1000);
          first.kill();
          assertTrue(client.alive(), trial + " was over before the agent was killed");
          assertTrue(
              trial.equals(large) || status.at("/connections/open_pairs").asLong() > 0,
              "" + status);
          try (OwnAgent second = agent()) {
            Outcome outcome = Outcome.parse(command.toString(), result(client));
            assertTrue(outcome.ok(), trial + ": " + outcome.why());
            assertEquals(0, second.at("/connections/paired"), "old connections are not its own");
            good(gate, scene.target(), Trial.IDENTITY);
            assertEquals(Trial.CONNECTIONS, second.at("/connections/paired"));
            assertEquals(MESSAGES - BY_THE_STACK, second.at("/messages/redirected"));
          }
        }
      } finally {
        first.close();
      }
    }
  }

  /** The agent's counters once so many messages have been redirected. */
  private static JsonNode await(OwnAgent agent, long redirected) throws Exception {
    JsonNode status = agent.status();
    for (int i = 0; status.at("/messages/redirected").asLong() <= redirected; i++) {
      assertTrue(i < 1000, "after 10 s still too little was redirected: " + status);
      Thread.sleep(10);
      status = agent.status();
    }
    return status;
  }

  private static Result result(Running client) throws Exception {
    try (InputStream out = client.out()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      return new Result(client.await(Duration.ofSeconds(70)), text, client.err());
    }
  }

  /**
   * Kernel memory, in physical pages, of a connection whose reader sleeps until its sender is
   * stopped, by messages of 64 KiB, 1000 bytes and 1 byte: at most twice what plain TCP holds.
   */
  @TestFactory
  Stream<DynamicTest> memoryOfASleepingReader() {
    return Map.of("65536", 32, "1000", 32, "1", 8).entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    "messages of " + e.getKey(), () -> holdsLittle(e.getKey(), e.getValue())));
  }

  private void holdsLittle(String size, int connections) throws Exception {
    Trial trial =
        trial("sleeping-readers", "--size", size, "--count", "" + connections, "--timeout-s", "90");
    double plain = 0;
    double attached = 0;
    long redirected = 0;
    try (Gate gate = serve()) {
      for (int round = 0; round < MEMORY_ROUNDS; round++) {
        plain += held(good(gate, scene.target(), trial)) / MEMORY_ROUNDS;
        try (OwnAgent agent = agent()) {
          attached += held(good(gate, scene.target(), trial)) / MEMORY_ROUNDS;
          redirected += agent.at("/messages/redirected") - 3L * connections;
        }
      }
    }
    redirected /= MEMORY_ROUNDS;
    System.out.printf(
        "kernel memory of a connection with a sleeping reader, messages of %s: plain TCP %.0f KiB,"
            + " with the shortcut %.0f KiB, of which redirected %d messages%n",
        size, plain / 1024, attached / 1024, redirected / connections);
    assertTrue(redirected >= connections, "nothing was redirected to the sleeping readers");
    assertTrue(plain > 300_000, "less than plain TCP must hold: " + plain);
    assertTrue(attached <= 2 * plain, attached + " bytes, plain TCP holds " + plain);
  }

  private static double held(Outcome outcome) {
    return outcome.timing().get("kernel_bytes_per_connection");
  }
}
