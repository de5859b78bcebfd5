package dev.shortpath.harness.workload;

import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What a program says: first, and from then on. */
final class Lines {
  /** Takes one line. */
  @FunctionalInterface
  interface Taker {
    void take(String line) throws TestbedException;
  }

  /** What a client does while its server runs. */
  @FunctionalInterface
  interface Client<T> {
    T run() throws TestbedException, InterruptedException;
  }

  /** A server's end is seen a moment after that of its connections. */
  private static final Duration SERVER_END = Duration.ofMillis(200);

  private Lines() {}

  /**
   * Runs the client against a server that has to outlive it. Where both fail, the server's end is
   * told: a client whose server died complains of a connection that is gone.
   *
   * @param name of the server
   * @throws TestbedException when the server ends, or the client fails
   */
  static <T> T against(Running server, String name, Client<T> client)
      throws TestbedException, InterruptedException {
    T done;
    try {
      done = client.run();
    } catch (TestbedException e) {
      throw death(server, name, e);
    }
    if (!server.alive()) {
      throw death(server, name, null);
    }
    return done;
  }

  private static TestbedException death(Running server, String name, TestbedException clients)
      throws InterruptedException {
    try {
      int exit = server.await(SERVER_END);
      return new TestbedException(ended(name, exit, server), clients);
    } catch (TestbedException e) {
      return clients == null ? e : clients; // the server is there
    }
  }

  /**
   * Hands every line to {@code taker} until the program ends.
   *
   * @throws TestbedException when it does not end within {@code limit}, or not with status 0
   */
  static void drain(Running program, Duration limit, String name, Taker taker)
      throws TestbedException, InterruptedException {
    try (Watchdog watchdog = Watchdog.over(program, limit);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(program.out(), StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        taker.take(line);
      }
      int exit = program.await(Duration.ofSeconds(5));
      if (watchdog.fired()) {
        throw new TestbedException(name + " did not end within " + limit.toSeconds() + " s");
      }
      if (exit != 0) {
        throw new TestbedException(ended(name, exit, program));
      }
    } catch (IOException e) {
      throw new TestbedException(name + ": its output broke off: " + e.getMessage(), e);
    }
  }

  /** How a program ended that should not have, in words. */
  static String ended(String name, int exit, Running program) {
    String how = exit > 128 ? " was ended by signal " + (exit - 128) : " ended with status " + exit;
    return name + how + lastWords(program);
  }

  /** What it said on its standard error, where it said something. */
  private static String lastWords(Running program) {
    String err = program.err().strip();
    return err.isEmpty() ? "" : ": " + err.replaceAll("\\R", " | ");
  }

  /** The pairs {@code name=value} of a head or an end line. */
  static Map<String, String> fields(String line) {
    Map<String, String> fields = new HashMap<>();
    for (String word : line.split(" ")) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        fields.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return fields;
  }

  /**
   * Reads lines until one contains {@code word}. Reads byte by byte, so that what follows stays in
   * the stream.
   *
   * @throws TestbedException when the program ends or {@code limit} passes first
   */
  static String awaitLine(Running program, String word, Duration limit, String name)
      throws TestbedException, InterruptedException {
    try (Watchdog watchdog = Watchdog.over(program, limit)) {
      InputStream in = program.out();
      StringBuilder line = new StringBuilder();
      for (int b; (b = in.read()) >= 0; ) {
        if (b != '\n') {
          line.append((char) b);
        } else if (line.indexOf(word) >= 0) {
          return line.toString();
        } else {
          line.setLength(0);
        }
      }
      String why = watchdog.fired() ? "was not ready within " + limit.toSeconds() + " s" : "ended";
      throw new TestbedException(name + " " + why + lastWords(program));
    } catch (IOException e) {
      throw new TestbedException(name + ": its output broke off: " + e.getMessage(), e);
    }
  }
}
