package dev.shortpath.testbed.ssh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's own SSH server. */
@Tag("netns")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SshRemoteTest {
  private static final String DIRECTORY = ".shortpath-test" + ProcessHandle.current().pid();
  private static final Path HERE = Path.of(System.getProperty("user.home"), DIRECTORY);

  @TempDir static Path directory;

  private static SshServer server;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Files.isExecutable(SshServer.PROGRAM),
        "there is no " + SshServer.PROGRAM + ": apt-get install openssh-server");
    assumeTrue("root".equals(System.getProperty("user.name")), "sshd needs root");
    server = new SshServer(directory);
  }

  @AfterAll
  static void end() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private static SshKeys keys(String hosts, String key) {
    return new SshKeys(server.file(hosts), List.of(server.file(key)), null);
  }

  private static SshHost host() throws Exception {
    SshHost host = SshHost.connect(server.address(), keys("known_hosts", "user"));
    List<Path> programs =
        List.of(
            Tools.here().locate("shortpath-tether"),
            Tools.here().locate("pingecho"),
            Path.of("/usr/bin/printf"),
            Path.of("/usr/bin/sleep"),
            Path.of("/usr/bin/env"));
    host.install(DIRECTORY, programs);
    return host;
  }

  @Test
  void wordsArriveAsTheyAreAndNothingIsLeft() throws Exception {
    try (SshHost host = host()) {
      Remote remote = new SshRemote(host);
      List<String> words = List.of("%s|", "a b", "$(touch x)", "it's", "", "\n", "é");
      Result result = remote.run(new Command("printf", words), Remote.SOON);
      assertEquals("a b|$(touch x)|it's||\n|é|", result.out());
      assertEquals(0, result.exit());
      assertEquals("rwx------", permissions());
      assertThrows(TestbedException.class, () -> host.install(DIRECTORY, List.of()));
      Result failed = remote.run(Command.of("printf"), Remote.SOON);
      assertEquals(1, failed.exit());
      assertTrue(failed.err().contains("missing operand"), failed.err());
      assertEquals(127, remote.run(Command.of("nosuch"), Remote.SOON).exit());
      assertTrue(remote.read("/proc/net/dev").contains("lo:"));
      assertThrows(TestbedException.class, () -> remote.read("/nosuch"));
      Result large = remote.run(Command.of("printf", "%01000000d", "0"), Remote.SOON);
      assertEquals(1_000_000, large.out().length());
    }
    assertFalse(Files.exists(HERE));
  }

  private static String permissions() throws Exception {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(HERE));
  }

  @Test
  void aProgramThatTheHostCannotLoadIsSaidBeforeItIsStarted() throws Exception {
    Path program = directory.resolve("lacking");
    byte[] bytes = Files.readAllBytes(Tools.here().locate("ITGSend"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains("libsctp.so.1"));
    text = text.replace("libsctp.so.1", "libnone.so.1");
    Files.write(program, text.getBytes(StandardCharsets.ISO_8859_1));
    try (SshHost host = SshHost.connect(server.address(), keys("known_hosts", "user"))) {
      Path tether = Tools.here().locate("shortpath-tether");
      host.install(DIRECTORY, List.of(tether, program));
      SshRemote remote = new SshRemote(host);
      remote.check(List.of("shortpath-tether"));
      TestbedException e =
          assertThrows(TestbedException.class, () -> remote.check(List.of("lacking")));
      assertTrue(
          e.getMessage().contains(" lacks libnone.so.1, which lacking needs: install"),
          e.getMessage());
    }
    Path foreign = Files.createDirectories(directory.resolve("foreign"));
    Path tether = Files.writeString(foreign.resolve("shortpath-tether"), "of another machine");
    try (SshHost host = SshHost.connect(server.address(), keys("known_hosts", "user"))) {
      host.install(DIRECTORY, List.of(tether));
      SshRemote remote = new SshRemote(host);
      TestbedException e =
          assertThrows(TestbedException.class, () -> remote.check(List.of("shortpath-tether")));
      assertTrue(e.getMessage().contains(" cannot run this machine's programs: "), e.getMessage());
    }
  }

  @Test
  void aCommandEndsWhenItIsClosedAndWhenItsTimeIsUp() throws Exception {
    try (SshHost host = host()) {
      Remote remote = new SshRemote(host);
      Running running = remote.start(Command.of("sleep", "987650001"));
      assertTrue(sleeps("987650001"));
      assertTrue(running.alive());
      running.close();
      assertFalse(running.alive());
      assertFalse(sleeps("987650001"));
      TestbedException e =
          assertThrows(
              TestbedException.class,
              () -> remote.run(Command.of("sleep", "987650002"), Duration.ofMillis(500)));
      assertTrue(e.getMessage().contains("has not ended within 500 ms"), e.getMessage());
      assertFalse(sleeps("987650002"));
    }
  }

  /** Whether that is so, as soon as it is, or at last. */
  private static boolean sleeps(String seconds) throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      boolean there =
          ProcessHandle.allProcesses()
              .anyMatch(p -> p.info().commandLine().orElse("").contains("sleep " + seconds));
      if (there) {
        return true;
      }
      Thread.sleep(50);
    }
    return false;
  }

  @Test
  void whatIsWrongWithTheConnectionIsOneLine() {
    refused("no_hosts", "user", "its key is not in " + server.file("no_hosts"));
    refused("nosuch", "user", "its key is not in " + server.file("nosuch"));
    refused("changed_hosts", "user", "its key is not the one in " + server.file("changed_hosts"));
    refused("known_hosts", "other", "refuses key " + server.file("other"));
    refused("known_hosts", "nosuch", "nosuch: it cannot be read");
    refused("known_hosts", "sshd_config", "it is no private key");
  }

  private static void refused(String hosts, String key, String why) {
    TestbedException e =
        assertThrows(
            TestbedException.class, () -> SshHost.connect(server.address(), keys(hosts, key)));
    assertTrue(e.getMessage().contains(why), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void anEncryptedKeyIsForTheAgent() throws Exception {
    Path encrypted = server.file("encrypted");
    SshServer.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", "" + encrypted);
    refused("known_hosts", "encrypted", "is encrypted: put it into an ssh-agent");
  }

  @Test
  void theAgentsKeysAreTaken() throws Exception {
    Path socket = Files.createTempDirectory("spa").resolve("s");
    Process agent =
        new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      for (int i = 0; i < 100 && !Files.exists(socket); i++) {
        Thread.sleep(50);
      }
      SshKeys keys = new SshKeys(server.file("known_hosts"), List.of(), socket);
      TestbedException e =
          assertThrows(TestbedException.class, () -> SshHost.connect(server.address(), keys));
      assertTrue(e.getMessage().endsWith("refuses the keys of the ssh-agent"), e.getMessage());
      ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", "" + server.file("user"));
      add.environment().put("SSH_AUTH_SOCK", socket.toString());
      assertEquals(0, add.inheritIO().start().waitFor());
      SshHost.connect(server.address(), keys).close();
    } finally {
      agent.destroy();
      agent.waitFor();
      Files.deleteIfExists(socket);
      Files.delete(socket.getParent());
    }
  }

  @Test
  void aConnectionThatBreaksEndsTheCommandAndIsSaid(@TempDir Path other) throws Exception {
    try (SshServer mortal = new SshServer(other)) {
      SshKeys keys = new SshKeys(mortal.file("known_hosts"), List.of(mortal.file("user")), null);
      SshHost host = SshHost.connect(mortal.address(), keys);
      host.install(
          DIRECTORY + "b",
          List.of(Tools.here().locate("shortpath-tether"), Path.of("/usr/bin/sleep")));
      try {
        Running running = new SshRemote(host).start(Command.of("sleep", "987650003"));
        assertTrue(sleeps("987650003"));
        mortal.kill();
        TestbedException e = assertThrows(TestbedException.class, () -> running.await(Remote.SOON));
        assertTrue(e.getMessage().startsWith("the connection to sleep on "), e.getMessage());
        assertTrue(e.getMessage().endsWith(" broke off"), e.getMessage());
        assertFalse(sleepsStill("987650003"));
        running.close();
        TestbedException again =
            assertThrows(
                TestbedException.class, () -> new SshRemote(host).start(Command.of("sleep", "1")));
        assertTrue(again.getMessage().contains("cannot be started"), again.getMessage());
      } finally {
        host.close();
        Path left = Path.of(System.getProperty("user.home"), DIRECTORY + "b");
        Files.deleteIfExists(left.resolve("shortpath-tether"));
        Files.deleteIfExists(left.resolve("sleep"));
        Files.deleteIfExists(left);
      }
    }
  }

  private static boolean sleepsStill(String seconds) throws InterruptedException {
    for (int i = 0; i < 60; i++) {
      boolean there =
          ProcessHandle.allProcesses()
              .anyMatch(p -> p.info().commandLine().orElse("").contains("sleep " + seconds));
      if (!there) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }

  @Test
  void aProgramOfOursRunsThere() throws Exception {
    try (SshHost host = host()) {
      Result said = new SshRemote(host).run(Command.of("pingecho", "--help"), Remote.SOON);
      assertTrue(said.ok() && said.out().contains("usage"), said.toString());
      assertEquals("", said.err().lines().filter(l -> l.contains("perl")).findFirst().orElse(""));
      assertTrue(StandardCharsets.UTF_8.canEncode());
    }
  }
}
