package dev.shortpath.testbed.remote;

import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A process of this machine, started from an argument array. */
public final class LocalProcess implements Running {
  private static final int ERR_LIMIT = 1 << 16;
  private static final long LAST_WORDS_MILLIS = 500;

  private final String name;
  private final Process process;
  private final StringBuilder err = new StringBuilder();
  private final CountDownLatch errEnded = new CountDownLatch(1);

  private LocalProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts a program whose output is read by the caller.
   *
   * @throws TestbedException when it cannot be started
   */
  public static LocalProcess start(String name, List<String> command) throws TestbedException {
    Process process = spawn(name, new ProcessBuilder(command));
    LocalProcess running = new LocalProcess(name, process);
    closeInput(process);
    Together.start(
        () -> {
          try {
            running.drainErr();
          } finally {
            running.errEnded.countDown();
          }
          return null;
        });
    return running;
  }

  /**
   * Starts a program that writes to a log.
   *
   * @throws TestbedException when it cannot be started
   */
  public static LocalProcess daemon(String name, List<String> command, Path log)
      throws TestbedException {
    File file = log.toFile();
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(file));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(file));
    Process process = spawn(name, builder);
    closeInput(process);
    LocalProcess running = new LocalProcess(name, process);
    running.errEnded.countDown();
    return running;
  }

  /**
   * Runs a program to its end.
   *
   * @param input what it gets on standard input
   * @throws TestbedException when it cannot be started or has not ended within {@code limit}
   */
  public static Result run(String name, List<String> command, String input, Duration limit)
      throws TestbedException, InterruptedException {
    Process process = spawn(name, new ProcessBuilder(command));
    try {
      Future<byte[]> out = Together.start(() -> process.getInputStream().readAllBytes());
      Future<byte[]> err = Together.start(() -> process.getErrorStream().readAllBytes());
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It did not read all of it; its exit status says whether that matters.
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TestbedException(name + " has not ended within " + limit.toMillis() + " ms");
      }
      return new Result(process.exitValue(), text(out), text(err));
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process spawn(String name, ProcessBuilder builder) throws TestbedException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new TestbedException(name + " cannot be started: " + e.getMessage(), e);
    }
  }

  private static String text(Future<byte[]> bytes) throws InterruptedException, TestbedException {
    try {
      return new String(bytes.get(), StandardCharsets.UTF_8);
    } catch (ExecutionException e) {
      throw new TestbedException("output cannot be read: " + e.getCause().getMessage(), e);
    }
  }

  private static void closeInput(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is gone already; whoever asks for it will learn so.
    }
  }

  private void drainErr() throws IOException {
    byte[] buffer = new byte[4096];
    InputStream in = process.getErrorStream();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      synchronized (err) {
        err.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        if (err.length() > ERR_LIMIT) {
          err.delete(0, err.length() - ERR_LIMIT);
        }
      }
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  @Override
  public InputStream out() {
    return process.getInputStream();
  }

  @Override
  public boolean alive() {
    return process.isAlive();
  }

  @Override
  public String err() {
    synchronized (err) {
      return err.toString();
    }
  }

  @Override
  public int await(Duration limit) throws TestbedException, InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TestbedException(name + " has not ended within " + limit.toMillis() + " ms");
    }
    // Its last words are still in the pipe. A child that it left may hold the pipe open: no longer.
    errEnded.await(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
