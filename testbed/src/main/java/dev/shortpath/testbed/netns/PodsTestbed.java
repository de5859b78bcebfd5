package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.mesh.Mesh;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.shortcut.Attached;
import dev.shortpath.testbed.shortcut.Shortcut;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Topology {@code pods}, standing.
 *
 * <p>Closing may come from another thread at any time, also while it is being set up (Ctrl-C): the
 * thread at work is interrupted, and what it made is removed after it has stopped.
 */
final class PodsTestbed implements Testbed {
  private final TestbedRequest request;
  private final List<Shortcut> shortcuts;
  private final Tools tools;
  private final ReentrantLock work = new ReentrantLock();
  private final Thread hook = new Thread(this::close, "testbed-netns-close");
  private volatile Thread worker;
  private volatile boolean closed;
  private boolean claimed;
  private PodsParts parts;

  private PodsTestbed(TestbedRequest request, List<Shortcut> shortcuts, Tools tools) {
    this.request = request;
    this.shortcuts = shortcuts;
    this.tools = tools;
  }

  static PodsTestbed open(TestbedRequest request, List<PodsTreatment> treatments, Tools tools)
      throws TestbedException, InterruptedException {
    for (Mesh mesh : treatments.stream().map(PodsTreatment::mesh).distinct().toList()) {
      mesh.fetch(tools);
    }
    List<Shortcut> shortcuts = treatments.stream().map(PodsTreatment::shortcut).distinct().toList();
    PodsTestbed testbed = new PodsTestbed(request, shortcuts, tools);
    try {
      Runtime.getRuntime().addShutdownHook(testbed.hook);
    } catch (IllegalStateException e) {
      throw new TestbedException("the program is ending", e);
    }
    boolean standing = false;
    try {
      testbed.setUp(treatments);
      standing = true;
      return testbed;
    } finally {
      if (!standing) {
        testbed.close();
      }
    }
  }

  private void setUp(List<PodsTreatment> treatments) throws TestbedException, InterruptedException {
    begin();
    try {
      Path cgroups =
          Cgroups.root().orElseThrow(() -> new TestbedException("cgroup2 is not mounted"));
      Path state = StateDirectory.claim(request.runId());
      claimed = true;
      Site site =
          new Site(
              request.runId(),
              tools,
              state,
              request.workDirectory(),
              cgroups.resolve(request.runId()));
      parts = PodsParts.make(site, PodsLayout.of(request.runId(), site.cgroup(), treatments));
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
    return parts.describe(shortcuts, request.tools());
  }

  @Override
  public Scene prepare(Treatment treatment) throws TestbedException, InterruptedException {
    PodsTreatment wanted = PodsTreatment.of(treatment);
    begin();
    try {
      Pair pair = parts.pair(wanted);
      parts.check();
      Attached attached = wanted.shortcut().attach(parts.site(), parts.nodes(pair));
      return new PodsScene(parts, wanted, pair, attached);
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
        new Leftovers(tools).remove(request.runId());
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
