package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A topology of namespaces as a testbed, whatever the topology.
 *
 * <p>Closing may come from another thread at any time, also while it is being set up (Ctrl-C): the
 * thread at work is interrupted, and what it made is removed after it has stopped.
 */
final class NetnsTestbed implements Testbed {
  private final String runId;
  private final Tools tools;
  private final ReentrantLock work = new ReentrantLock();
  private final Thread hook = new Thread(this::close, "testbed-netns-close");
  private volatile Thread worker;
  private volatile boolean closed;
  private boolean claimed;
  private Standing standing;

  private NetnsTestbed(String runId, Tools tools) {
    this.runId = runId;
    this.tools = tools;
  }

  /**
   * Sets a topology up; what was made is removed again when this fails.
   *
   * @throws TestbedException saying which part failed
   */
  static Testbed open(TestbedRequest request, Tools tools, Standing.Maker maker)
      throws TestbedException, InterruptedException {
    NetnsTestbed testbed = new NetnsTestbed(request.runId(), tools);
    try {
      Runtime.getRuntime().addShutdownHook(testbed.hook);
    } catch (IllegalStateException e) {
      throw new TestbedException("the program is ending", e);
    }
    boolean stands = false;
    try {
      testbed.setUp(request.workDirectory(), maker);
      stands = true;
      return testbed;
    } finally {
      if (!stands) {
        testbed.close();
      }
    }
  }

  private void setUp(Path logs, Standing.Maker maker)
      throws TestbedException, InterruptedException {
    begin();
    try {
      Path cgroups =
          Cgroups.root().orElseThrow(() -> new TestbedException("cgroup2 is not mounted"));
      Path state = StateDirectory.claim(runId);
      claimed = true;
      standing = maker.make(new Site(runId, tools, state, logs, cgroups.resolve(runId)));
    } finally {
      end();
    }
  }

  private void begin() throws TestbedException, InterruptedException {
    work.lockInterruptibly();
    worker = Thread.currentThread();
    if (closed) {
      end();
      throw new TestbedException("the testbed is closed");
    }
  }

  private void end() {
    worker = null;
    work.unlock();
  }

  @Override
  public Map<String, String> parts() {
    return standing.describe();
  }

  @Override
  public Scene prepare(Treatment treatment) throws TestbedException, InterruptedException {
    begin();
    try {
      return standing.prepare(treatment);
    } finally {
      end();
    }
  }

  @Override
  public void close() {
    closed = true;
    Thread busy = worker;
    if (busy != null && busy != Thread.currentThread()) {
      busy.interrupt();
    }
    work.lock();
    try {
      if (claimed) {
        new Leftovers(tools).remove(runId);
        claimed = false;
      }
    } finally {
      work.unlock();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending: the hook may be this very thread.
    }
  }
}
