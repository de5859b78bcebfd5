package dev.shortpath.testbed.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.LastWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A command on a host, under {@code shortpath-tether}: it ends at the first byte of its standard
 * input, or when the connection is gone.
 */
final class SshRunning implements Running {
  private static final long PAUSE_MILLIS = 5;

  /** The tether waits a second before it kills. */
  private static final Duration END = Duration.ofSeconds(3);

  private final String name;
  private final ChannelExec channel;
  private final OutputStream in;
  private final InputStream out;
  private final LastWords err;

  /** Starts what the channel was told. */
  SshRunning(String name, ChannelExec channel, int limitMillis) throws IOException, JSchException {
    this.name = name;
    this.channel = channel;
    this.in = channel.getOutputStream();
    this.out = channel.getInputStream();
    InputStream errors = channel.getErrStream();
    channel.connect(limitMillis);
    this.err = LastWords.of(errors);
  }

  @Override
  public InputStream out() {
    return out;
  }

  @Override
  public boolean alive() {
    return !channel.isClosed() && channel.isConnected();
  }

  @Override
  public String err() {
    return err.text();
  }

  @Override
  public int await(Duration limit) throws TestbedException, InterruptedException {
    if (!ended(limit)) {
      throw new TestbedException(name + " has not ended within " + limit.toMillis() + " ms");
    }
    // Without a status the server did not see its end; a signal's end has none either, but the
    // tether turns it into one.
    if (channel.getExitStatus() < 0) {
      throw new TestbedException("the connection to " + name + " broke off");
    }
    err.await();
    return channel.getExitStatus();
  }

  private boolean ended(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (alive()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return true;
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      if (alive()) {
        in.write('q');
        in.flush();
        ended(END);
      }
    } catch (IOException e) {
      // The end of the connection ends it too.
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      channel.disconnect();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
