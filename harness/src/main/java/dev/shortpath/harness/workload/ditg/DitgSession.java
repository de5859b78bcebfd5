package dev.shortpath.harness.workload.ditg;

import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One ITGSend against one ITGRecv. Both are known to die or to hang: both are watched and bounded
 * in time, and what they said is kept beside the log.
 *
 * <p>Signalling (TCP, port {@value #SIGNALLING}) goes straight to the server's own address, data to
 * the scene's target. The port of the data travels inside the signalling, so both ends of a
 * NodePort must have the same.
 */
final class DitgSession {
  static final String RECEIVER = "ITGRecv";
  static final String SENDER = "ITGSend";

  /** Shows a file of the kernel that lists sockets. */
  static final String SOCKETS = "cat";

  private static final int SIGNALLING = 9000;
  private static final Duration READY = Remote.SOON;
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long STEP_MILLIS = 20;

  /** ITGSend's buffer for the name of the receiver's log. */
  private static final int LONGEST_NAME = 200;

  private final Scene scene;
  private final Map<String, String> parameters;
  private final Path log;
  private final StringBuilder heard = new StringBuilder();

  DitgSession(Scene scene, Map<String, String> parameters, Path log) {
    this.scene = scene;
    this.parameters = parameters;
    this.log = log;
  }

  /**
   * Sends the flow; the log is complete when this returns.
   *
   * @throws TestbedException when a program can't be started, dies or hangs
   */
  void run() throws TestbedException, InterruptedException {
    check();
    // Else it binds to the address that the sender was told: a Service's, which no pod has.
    Command receive = Command.of(RECEIVER, "-a", server());
    try (Running receiver = scene.server().remote().start(receive)) {
      try {
        awaitSignalling(receiver);
        send(receiver);
        awaitLog(receiver);
        scene.server().remote().fetch(log);
      } finally {
        hear(receiver);
        Ditg.keep(said(RECEIVER), heard + receiver.err());
      }
    }
  }

  private void check() throws TestbedException, InterruptedException {
    int listen = scene.listen().getPort();
    int target = scene.target().getPort();
    if (listen != target) {
      throw new TestbedException(
          String.format(
              "d-itg needs the same port on both ends of a Service, but port %d leads to %d: make"
                  + " port, target port and NodePort equal",
              target, listen));
    }
    if (logged().length() > LONGEST_NAME) {
      throw new TestbedException(
          "d-itg cannot log to " + logged() + ": longer than " + LONGEST_NAME + " characters");
    }
    if (signalling()) {
      throw new TestbedException(
          "port "
              + SIGNALLING
              + " of "
              + scene.server().name()
              + " is taken: another ITGRecv still runs there");
    }
  }

  /** Where ITGRecv writes it. */
  private String logged() {
    return scene.server().remote().scratch(log);
  }

  private void send(Running receiver) throws TestbedException, InterruptedException {
    Duration flow = Duration.ofSeconds(number(parameters, "seconds"));
    long limit = System.nanoTime() + flow.plus(GRACE).toNanos();
    long start = System.nanoTime();
    try (Running sender = scene.client().remote().start(new Command(SENDER, options()))) {
      try {
        while (sender.alive()) {
          if (!receiver.alive()) {
            throw died(receiver, start);
          }
          if (System.nanoTime() > limit) {
            throw new TestbedException(
                String.format(
                    "ITGSend hangs: a flow of %d s has not ended after %d s",
                    flow.toSeconds(), flow.plus(GRACE).toSeconds()));
          }
          Thread.sleep(STEP_MILLIS);
        }
        ended(sender, receiver, start);
      } finally {
        Ditg.keep(said(SENDER), text(sender) + sender.err());
      }
    }
  }

  private void ended(Running sender, Running receiver, long start)
      throws TestbedException, InterruptedException {
    int status = sender.await(GRACE);
    if (status == 0) {
      return;
    }
    // The one may have ended because the other did, a moment before.
    Thread.sleep(10 * STEP_MILLIS);
    if (!receiver.alive()) {
      throw died(receiver, start);
    }
    throw new TestbedException(
        String.format(
            "ITGSend ended with status %d after %.1f s: %s",
            status, (System.nanoTime() - start) / 1e9, line(sender.err())));
  }

  private static TestbedException died(Running receiver, long start)
      throws TestbedException, InterruptedException {
    return new TestbedException(
        String.format(
            "ITGRecv died with status %d, %.1f s after the flow was asked for: %s",
            receiver.await(GRACE), (System.nanoTime() - start) / 1e9, line(receiver.err())));
  }

  private List<String> options() {
    boolean udp = scene.protocol().equals("udp");
    InetSocketAddress target = scene.target();
    List<String> options = new ArrayList<>();
    options.addAll(
        List.of("-a", host(target.getAddress()), "-rp", Integer.toString(target.getPort())));
    options.addAll(List.of("-Sda", server(), "-Sdp", Integer.toString(SIGNALLING)));
    options.addAll(List.of("-T", udp ? "UDP" : "TCP"));
    options.addAll(List.of("-t", 1000 * number(parameters, "seconds") + ""));
    options.addAll(List.of("-c", parameters.get(udp ? "udp-size" : "tcp-size")));
    options.addAll(List.of("-C", parameters.get(udp ? "udp-rate" : "tcp-rate")));
    options.addAll(List.of("-x", logged()));
    return options;
  }

  private void awaitSignalling(Running receiver) throws TestbedException, InterruptedException {
    long limit = System.nanoTime() + READY.toNanos();
    while (!signalling()) {
      if (!receiver.alive()) {
        throw new TestbedException("ITGRecv ended before it listened: " + line(receiver.err()));
      }
      if (System.nanoTime() > limit) {
        throw new TestbedException(
            "ITGRecv does not listen on port " + SIGNALLING + " after " + READY.toSeconds() + " s");
      }
      Thread.sleep(STEP_MILLIS);
    }
  }

  /** ITGRecv says so when it has closed a flow's log. */
  private void awaitLog(Running receiver) throws TestbedException, InterruptedException {
    long limit = System.nanoTime() + READY.toNanos();
    for (hear(receiver); heard.indexOf("Finish on") < 0; hear(receiver)) {
      if (!receiver.alive() || System.nanoTime() > limit) {
        throw new TestbedException(
            "ITGRecv has not finished the flow's log "
                + READY.toSeconds()
                + " s after its end: "
                + line(receiver.err()));
      }
      Thread.sleep(STEP_MILLIS);
    }
  }

  /** Whether something listens for signalling at the server: state 0A in the kernel's lists. */
  private boolean signalling() throws TestbedException, InterruptedException {
    Command list = Command.of(SOCKETS, "/proc/net/tcp", "/proc/net/tcp6");
    return scene
        .server()
        .remote()
        .run(list, READY)
        .out()
        .lines()
        .anyMatch(
            line -> line.matches(String.format(" *\\d+: \\w+:%04X \\w+:0000 0A .*", SIGNALLING)));
  }

  private void hear(Running receiver) {
    heard.append(text(receiver));
  }

  /** What a program has said and nobody has read; never waits. */
  private static String text(Running program) {
    try {
      InputStream out = program.out();
      return new String(out.readNBytes(out.available()), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // it is gone, and what it said with it
    }
  }

  private Path said(String tool) {
    String name = log.getFileName().toString();
    return log.resolveSibling(
        name.replace("itgrecv", tool.toLowerCase(Locale.ROOT)).replace(".log", ".txt"));
  }

  private static String line(String err) {
    return err.isBlank() ? "it said nothing" : err.strip().replaceAll("\\s*\\R\\s*", " | ");
  }

  /** The server's own address, in the family of the target. */
  private String server() {
    boolean six = scene.target().getAddress() instanceof Inet6Address;
    return host(six ? scene.server().ipv6() : scene.server().ipv4());
  }

  private static String host(InetAddress address) {
    return address.getHostAddress().replaceAll("%.*", "");
  }
}
