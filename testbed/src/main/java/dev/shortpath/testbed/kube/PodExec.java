package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.LastWords;
import dev.shortpath.testbed.remote.ReadAhead;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A command in a pod, started by Kubernetes' exec. The protocol carries no signals; the command
 * runs under {@code shortpath-tether}, which ends it at the first byte of its standard input, or
 * when the connection is gone.
 */
final class PodExec implements Running {
  /** The tether waits a second before it kills. */
  private static final Duration END = Duration.ofSeconds(3);

  private final String name;
  private final ExecWatch watch;
  private final InputStream out;
  private final LastWords err;

  PodExec(String name, ExecWatch watch) {
    this.name = name;
    this.watch = watch;
    // The client's own stream cannot tell what is there.
    this.out = ReadAhead.of(watch.getOutput());
    this.err = LastWords.of(watch.getError());
  }

  @Override
  public InputStream out() {
    return out;
  }

  @Override
  public boolean alive() {
    return !watch.exitCode().isDone();
  }

  @Override
  public String err() {
    return err.text();
  }

  @Override
  public int await(Duration limit) throws TestbedException, InterruptedException {
    try {
      Integer exit = watch.exitCode().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (exit == null || exit < 0) {
        throw new TestbedException("the connection to " + name + " broke off");
      }
      err.await();
      return exit;
    } catch (TimeoutException e) {
      throw new TestbedException(name + " has not ended within " + limit.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new TestbedException(name + ": " + e.getCause().getMessage(), e);
    }
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      if (alive()) {
        watch.getInput().write('q');
        watch.getInput().flush();
        watch.exitCode().get(END.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      // The end of the connection ends it too.
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      watch.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
