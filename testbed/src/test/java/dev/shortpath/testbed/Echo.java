package dev.shortpath.testbed;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client and a server that exchange messages over a scene's path. */
public final class Echo {
  public static final int MESSAGES = 200;
  private static final int SIZE = 24;

  private Echo() {}

  /**
   * Sends {@link #MESSAGES} messages and checks that each came back.
   *
   * @param more options of the client
   * @throws TestbedException when not all came back
   */
  public static Traffic exchange(Scene scene, String... more)
      throws TestbedException, InterruptedException, IOException {
    Command listen = Command.of("pingecho", "server", "--listen", text(scene.listen()));
    try (Running server = scene.server().remote().start(listen)) {
      BufferedReader out =
          new BufferedReader(new InputStreamReader(server.out(), StandardCharsets.UTF_8));
      String ready = out.readLine();
      if (ready == null || !ready.startsWith("listening")) {
        throw new TestbedException("the server does not listen: " + server.err());
      }
      Command connect =
          Command.of("pingecho", "client", "--connect", text(scene.target()))
              .and("--count", Integer.toString(MESSAGES), "--interval-us", "500")
              .and(more);
      Result client = scene.client().remote().run(connect, Duration.ofSeconds(20));
      long samples = client.out().lines().filter(line -> !line.startsWith("#")).count();
      if (!client.ok() || samples != MESSAGES) {
        throw new TestbedException("the client got " + samples + " echoes: " + client.lastWord());
      }
    }
    long bytes = (long) SIZE * MESSAGES;
    return new Traffic(1, MESSAGES, MESSAGES, bytes, bytes, Duration.ofMillis(MESSAGES / 2));
  }

  private static String text(InetSocketAddress at) {
    String host = at.getAddress().getHostAddress();
    return (at.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + at.getPort();
  }
}
