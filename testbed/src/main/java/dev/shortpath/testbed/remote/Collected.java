package dev.shortpath.testbed.remote;

import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command that is run to its end over a connection. */
public final class Collected {
  private Collected() {}

  /**
   * Waits for a command's end, then ends it in any case.
   *
   * @param label of the command, for messages
   * @throws TestbedException when it has not ended within {@code limit}, or the connection broke
   */
  public static Result of(Running command, String label, Duration limit)
      throws TestbedException, InterruptedException {
    try (command) {
      Future<byte[]> out = Together.start(() -> command.out().readAllBytes());
      int exit = command.await(limit);
      byte[] bytes = out.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new Result(exit, new String(bytes, StandardCharsets.UTF_8), command.err());
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() instanceof IOException ? e.getCause() : e;
      throw new TestbedException("the output of " + label + " broke off: " + cause, e);
    }
  }
}
