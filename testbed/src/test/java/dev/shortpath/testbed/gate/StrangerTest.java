package dev.shortpath.testbed.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.testbed.remote.LocalProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pod on the victims' node, under the same agent, with raw sockets and TCP_REPAIR, that even
 * knows the victims' sequence numbers: it does not draw their messages. Needs root.
 */
@Tag("netns")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrangerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ATTACKER = "client-none-2";
  private static final String SERVER = "server-none-1";
  private static final String GHOST = "10.99.7.7";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path work;
  private World world;
  private Scene victims;
  private String attacker;

  @BeforeAll
  void setUp() throws Exception {
    World.assumePossible();
    Treatment own = World.treatment("none", "off", "ipv4");
    Treatment attackers = World.treatment("none", "off", "ipv4", "two-nodes");
    world = World.open(work, own, attackers);
    try (Scene scene = world.prepare(attackers)) {
      attacker = scene.client().ipv4().getHostAddress();
    }
    victims = world.prepare(own);
    // A favour to the attacker: what it sends in the name of this address is answered to it.
    world.ip(SERVER, "route add " + GHOST + " via " + attacker);
  }

  @AfterAll
  void nothingIsLeft() {
    if (world != null) {
      victims.close();
      world.close();
    }
  }

  private Remote attacker() {
    return world.in("n1/" + ATTACKER + "/app", ATTACKER);
  }

  private static Command forge(String... arguments) throws Exception {
    return Command.of(Gate.program(), "forge").and(arguments);
  }

  private JsonNode attack(String... arguments) throws Exception {
    Result result = attacker().run(forge(arguments), LIMIT);
    assertEquals(0, result.exit(), result.lastWord());
    return last(result.out());
  }

  private static JsonNode last(String out) throws Exception {
    List<String> lines = out.strip().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  private static BufferedReader lines(Running process) {
    return new BufferedReader(new InputStreamReader(process.out(), StandardCharsets.UTF_8));
  }

  /** The tool is good: by plain TCP it takes a connection over whose numbers it knows. */
  @Test
  void withoutTheAgentWhoKnowsTheNumbersTakesOver() throws Exception {
    InetSocketAddress listen = victims.listen();
    String to = Gate.text(listen);
    Command echo = Command.of("pingecho", "server", "--listen", to);
    try (Running server = victims.server().remote().start(echo)) {
      assertTrue(lines(server).readLine().startsWith("listening"));
      for (boolean right : new boolean[] {true, false}) {
        String ghost = GHOST + ":" + (right ? 4446 : 4447);
        JsonNode seen = ghost(ghost, to, listen.getPort());
        assertEquals(77777, seen.path("client_next").asInt());
        long number = (seen.path("server_next").asLong() + (right ? 0 : 1L << 31)) % (1L << 32);
        world.ip(ATTACKER, "addr add " + GHOST + "/32 dev lo");
        try {
          JsonNode got =
              attack(
                  "repair",
                  "--local",
                  ghost,
                  "--remote",
                  to,
                  "--snd",
                  "77777",
                  "--rcv",
                  "" + number,
                  "--send",
                  "24 bytes, as ping wants.",
                  "--wait-ms",
                  "500");
          assertEquals(right ? 24 : 0, got.path("received").asInt(), "" + got);
        } finally {
          world.ip(ATTACKER, "addr del " + GHOST + "/32 dev lo");
        }
      }
    }
  }

  /** A handshake by hand, then nobody at its client end. */
  private JsonNode ghost(String ghost, String to, int port) throws Exception {
    Command sniff = forge("sniff", "--port", "" + port, "--wait-ms", "5000");
    try (Running sniffing = world.admin(SERVER).start(sniff)) {
      BufferedReader seen = lines(sniffing);
      assertTrue(seen.readLine().contains("listening"));
      Command hand =
          forge(
              "handshake",
              "--local",
              ghost,
              "--remote",
              to,
              "--snd",
              "77777",
              "--wait-ms",
              "10000");
      Running handshake = attacker().start(hand);
      JsonNode numbers = JSON.readTree(seen.readLine());
      Thread.sleep(200);
      // Killed: at its orderly end it would reset the connection.
      long pid = ((LocalProcess) handshake).pid();
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      handshake.await(LIMIT);
      return numbers;
    }
  }

  @Test
  void withTheAgentNothingIsDrawn() throws Exception {
    try (OwnAgent agent = world.agent("--cgroup", world.cgroup() + "/n1");
        Gate gate = Gate.serve(victims.server().remote(), work, victims.listen());
        Running sniffing =
            world.admin(SERVER).start(forge("sniff", "--port", "17000", "--wait-ms", "5000"))) {
      BufferedReader seen = lines(sniffing);
      assertTrue(seen.readLine().contains("listening"));
      Command command =
          gate.client(
              victims.target(),
              "identity",
              "--count",
              "1",
              "--rounds",
              "15000",
              "--sleep-ms",
              "1", // the attackers, too, need a processor
              "--timeout-s",
              "60");
      try (Running victim = victims.client().remote().start(command)) {
        JsonNode numbers = JSON.readTree(seen.readLine());
        String client = numbers.path("client").asText();
        String server = numbers.path("server").asText();
        String snd = numbers.path("client_next").asText();
        String rcv = numbers.path("server_next").asText();
        // With the victims' numbers, as either end, from the attacker's own address.
        nothing(repair(own(4000), server, snd, rcv));
        nothing(repair(own(4001), server, rcv, snd));
        // Under the victim client's very address and port.
        String address = client.substring(0, client.lastIndexOf(':'));
        world.ip(ATTACKER, "addr add " + address + "/32 dev lo");
        try {
          nothing(repair(client, server, snd, rcv));
        } finally {
          world.ip(ATTACKER, "addr del " + address + "/32 dev lo");
        }
        nothing(
            attack(
                "repair",
                "--local",
                own(20000),
                "--remote",
                server,
                "--guesses",
                "1000",
                "--wait-ms",
                "300"));
        JsonNode refused = agent.status();
        assertEquals(1003, refused.at("/connections/refused_repair").asLong(), "" + refused);
        // Handshakes by hand: the client's number may be chosen, the server's may not.
        JsonNode hand =
            attack(
                "handshake",
                "--local",
                GHOST + ":4448",
                "--remote",
                server,
                "--snd",
                snd,
                "--wait-ms",
                "500");
        assertTrue(hand.path("answered").asBoolean(), "the server did not answer: " + hand);
        nothing(hand);
        nothing(
            attack(
                "handshake",
                "--local",
                GHOST + ":4449",
                "--remote",
                server,
                "--snd",
                snd,
                "--rcv",
                rcv,
                "--wait-ms",
                "500"));
        assertTrue(victim.alive(), "the victims' connection was over before the attacks");
        JsonNode status = agent.status();
        assertEquals(1, status.at("/connections/paired").asLong(), "" + status);
        long before = status.at("/messages/redirected").asLong();
        assertTrue(before > 1000, "the victims' messages are redirected: " + status);
        Outcome outcome =
            Outcome.parse(
                command.toString(),
                new Result(0, new String(victim.out().readAllBytes(), StandardCharsets.UTF_8), ""));
        assertTrue(outcome.ok(), outcome.why());
        assertTrue(agent.at("/messages/redirected") > before, "they were so to the end");
      }
    }
  }

  private String own(int port) {
    return attacker + ":" + port;
  }

  private JsonNode repair(String local, String remote, String snd, String rcv) throws Exception {
    return attack(
        "repair",
        "--local",
        local,
        "--remote",
        remote,
        "--snd",
        snd,
        "--rcv",
        rcv,
        "--wait-ms",
        "500");
  }

  private static void nothing(JsonNode got) {
    assertEquals(0, got.path("received").asInt(-1), "" + got);
  }
}
