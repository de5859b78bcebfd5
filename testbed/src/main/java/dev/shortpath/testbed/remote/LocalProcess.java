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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A process of this machine, started from an argument array. */
public final class LocalProcess implements Running {
  private final String name;
  private final Process process;
  private final LastWords err;

  private LocalProcess(String name, Process process, LastWords err) {
    this.name = name;
    this.process = process;
    this.err = err;
  }

  /**
   * Starts a program whose output is read by the caller.
   *
   * @throws TestbedException when it cannot be started
   */
  public static LocalProcess start(String name, List<String> command) throws TestbedException {
    Process process = spawn(name, new ProcessBuilder(command));
    closeInput(process);
    return new LocalProcess(name, process, LastWords.of(process.getErrorStream()));
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
    return new LocalProcess(name, process, LastWords.none());
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
    return err.text();
  }

  @Override
  public int await(Duration limit) throws TestbedException, InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TestbedException(name + " has not ended within " + limit.toMillis() + " ms");
    }
    err.await();
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
