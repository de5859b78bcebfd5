package dev.shortpath.harness.workload;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads what a {@code connects client --until-stopped} says while something else goes on. */
final class ConnectsReader implements AutoCloseable {
  /** Longest time that a client may go on. */
  private static final Duration LIMIT = Duration.ofHours(1);

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String NAME = ConnectServers.TOOL + " client";

  private final Running client;
  private final Connects connects = new Connects();
  private final List<Connects.Line> lines = new ArrayList<>();
  private final CountDownLatch headed = new CountDownLatch(1);
  private final FutureTask<Void> reading =
      new FutureTask<>(
          () -> {
            read();
            return null;
          });

  private ConnectsReader(Running client) {
    this.client = client;
  }

  static ConnectsReader start(Running client) {
    ConnectsReader reader = new ConnectsReader(client);
    Thread thread = new Thread(reader.reading, "connects-reader");
    thread.setDaemon(true);
    thread.start();
    return reader;
  }

  private void read() throws TestbedException, InterruptedException {
    try {
      Lines.drain(
          client,
          LIMIT,
          NAME,
          line -> {
            Connects.Line said = connects.take(line);
            if (said != null) {
              lines.add(said);
            }
            headed.countDown();
          });
    } finally {
      headed.countDown();
    }
  }

  /** Waits until the client measures. */
  void awaitHead() throws TestbedException, InterruptedException {
    if (!headed.await(SOON.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TestbedException(NAME + " was not ready within " + SOON.toSeconds() + " s");
    }
    if (connects.pid() == 0) {
      ended();
    }
  }

  /**
   * Ends the client in good order, and waits until all that it said is read.
   *
   * @param remote where it runs
   * @return what it sent
   */
  Connects stop(Remote remote) throws TestbedException, InterruptedException {
    Result result = remote.run(Command.of("kill", "-TERM", Long.toString(connects.pid())), SOON);
    if (!result.ok() && client.alive()) {
      throw new TestbedException(NAME + " cannot be ended: " + result.lastWord());
    }
    ended();
    return connects;
  }

  private void ended() throws TestbedException, InterruptedException {
    try {
      reading.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new TestbedException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new TestbedException(NAME + " did not end when it was told to", e);
    }
  }

  /** Every sample and failure, once it was stopped. */
  List<Connects.Line> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    client.close();
  }
}
