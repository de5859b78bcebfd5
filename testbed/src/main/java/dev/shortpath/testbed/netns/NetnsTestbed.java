package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.run.Work;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.Map;

/** A topology of namespaces as a testbed, whatever the topology. */
final class NetnsTestbed implements Testbed {
  private final String runId;
  private final Tools tools;
  private final Work work;
  private boolean claimed;
  private Standing standing;

  private NetnsTestbed(String runId, Tools tools) throws TestbedException {
    this.runId = runId;
    this.tools = tools;
    this.work = Work.endedBy(this::close);
  }

  /**
   * Sets a topology up; what was made is removed again when this fails.
   *
   * @throws TestbedException saying which part failed
   */
  static Testbed open(TestbedRequest request, Tools tools, Standing.Maker maker)
      throws TestbedException, InterruptedException {
    NetnsTestbed testbed = new NetnsTestbed(request.runId(), tools);
    boolean stands = false;
    try {
      testbed.standing = testbed.work.perform(() -> testbed.setUp(request.workDirectory(), maker));
      stands = true;
      return testbed;
    } finally {
      if (!stands) {
        testbed.close();
      }
    }
  }

  private Standing setUp(Path logs, Standing.Maker maker)
      throws TestbedException, InterruptedException {
    Path cgroups = Cgroups.root().orElseThrow(() -> new TestbedException("cgroup2 is not mounted"));
    Path state = StateDirectory.claim(runId);
    claimed = true;
    return maker.make(new Site(runId, tools, state, logs, cgroups.resolve(runId)));
  }

  @Override
  public Map<String, String> parts() {
    return standing.describe();
  }

  @Override
  public Scene prepare(Treatment treatment) throws TestbedException, InterruptedException {
    return work.perform(() -> standing.prepare(treatment));
  }

  @Override
  public void close() {
    work.close(
        () -> {
          if (claimed) {
            new Leftovers(tools).remove(runId);
            claimed = false;
          }
        });
  }
}
