package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.ReadAhead;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A command in a container, started by Docker's exec. That carries no signals; the command runs
 * under {@code shortpath-tether}, which ends it at the first byte of its standard input or when the
 * connection is gone.
 */
final class ContainerExec implements Running {
  private static final int ERR_LIMIT = 1 << 16;

  /** The tether waits a second before it kills. */
  private static final Duration END = Duration.ofSeconds(3);

  private final String name;
  private final String id;
  private final ReadAhead out = new ReadAhead();
  private final StringBuilder err = new StringBuilder();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final Output output = new Output();

  private ContainerExec(String name, String id) {
    this.name = name;
    this.id = id;
  }

  /**
   * Starts it.
   *
   * @throws TestbedException when Docker does not
   */
  static ContainerExec start(String name, String container, List<String> words)
      throws TestbedException {
    try {
      String id =
          Docker.client()
              .execCreateCmd(container)
              .withCmd(words.toArray(String[]::new))
              .withAttachStdin(true)
              .withAttachStdout(true)
              .withAttachStderr(true)
              .exec()
              .getId();
      ContainerExec exec = new ContainerExec(name, id);
      Docker.client().execStartCmd(id).withStdIn(exec.new Input()).exec(exec.output);
      return exec;
    } catch (DockerException e) {
      throw new TestbedException(name + " cannot be started: " + e.getMessage().strip(), e);
    }
  }

  /** Nothing, until the command is to end; then a byte, because Docker hands no end of it on. */
  private final class Input extends InputStream {
    private boolean said;

    @Override
    public int read() throws IOException {
      try {
        letGo.await();
        if (said || !alive()) {
          return -1; // nobody is there to be told: docker-java would print a stack trace
        }
        said = true;
        return 'q';
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private final class Output extends ResultCallback.Adapter<Frame> {
    @Override
    public void onNext(Frame frame) {
      if (frame.getStreamType() == StreamType.STDERR) {
        synchronized (err) {
          err.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
          if (err.length() > ERR_LIMIT) {
            err.delete(0, err.length() - ERR_LIMIT);
          }
        }
        return;
      }
      try {
        // Its array is used again.
        out.put(frame.getPayload().clone());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void onError(Throwable broken) {
      over(new IOException(String.valueOf(broken.getMessage()), broken));
      super.onError(broken);
    }

    @Override
    public void onComplete() {
      over(null);
      super.onComplete();
    }

    private void over(IOException broken) {
      // First, because who reads may never come.
      ended.countDown();
      letGo.countDown();
      try {
        out.end(broken);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public InputStream out() {
    return out;
  }

  @Override
  public boolean alive() {
    return ended.getCount() > 0;
  }

  @Override
  public String err() {
    synchronized (err) {
      return err.toString();
    }
  }

  @Override
  public int await(Duration limit) throws TestbedException, InterruptedException {
    if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TestbedException(name + " has not ended within " + limit.toMillis() + " ms");
    }
    try {
      Long exit = Docker.client().inspectExecCmd(id).exec().getExitCodeLong();
      if (exit == null) {
        throw new TestbedException("the connection to " + name + " broke off");
      }
      return exit.intValue();
    } catch (DockerException e) {
      throw new TestbedException(name + ": " + e.getMessage().strip(), e);
    }
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    letGo.countDown();
    try {
      ended.await(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    try {
      // The end of the connection ends the command, too.
      output.close();
    } catch (IOException e) {
      // It was gone.
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
