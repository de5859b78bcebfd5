package dev.shortpath.harness.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerTest {
  @TempDir Path temp;

  private final Fakes.FakeTestbed testbed = new Fakes.FakeTestbed();
  private final Fakes.FakeWorkload workload = new Fakes.FakeWorkload();
  private RunDirectory run;

  @BeforeEach
  void create() throws IOException {
    run = RunDirectory.create(temp.resolve("run"), Fakes.run(2));
  }

  @Test
  void runsThePlanOnOneTestbed() throws Exception {
    assertEquals(List.of(), runner().run());
    assertEquals(4, run.trials().size());
    assertEquals(List.of("open", "close"), testbed.done);
    assertEquals("1", RunDirectory.open(run.path()).run().parts().get("fake"));
  }

  @Test
  void aFailedAttemptIsKeptAndTheTrialRepeatedOnAFreshTestbed() throws Exception {
    workload.next.add(
        sink -> {
          sink.accept(new Sample("latency", 1, 1));
          throw new TestbedException("the proxy died");
        });
    assertEquals(List.of(), runner().run());
    assertEquals(4, run.trials().size());
    TrialRecord failed = run.failedAttempts().get(0);
    assertEquals("the proxy died", failed.failure());
    assertEquals(1, failed.samples());
    assertEquals(2, run.trials().get(0).attempt());
    assertEquals(List.of("open", "close", "open", "close"), testbed.done);
  }

  @Test
  void aPathThatWasNotAskedForIsAFailedAttemptToo() throws Exception {
    testbed.attested.clear();
    testbed.attested.addAll(List.of(false, true));
    assertEquals(List.of(), runner().run());
    assertEquals("path not attested: wrong path", run.failedAttempts().get(0).failure());
    assertTrue(run.trials().stream().allMatch(TrialRecord::usable));
  }

  @Test
  void givesATrialUpAndGoesOn() throws Exception {
    for (int i = 0; i < Runner.ATTEMPTS; i++) {
      workload.next.add(
          sink -> {
            throw new TestbedException("the server died");
          });
    }
    assertEquals(List.of(1), runner().run());
    assertEquals(3, run.trials().size());
    assertEquals(Runner.ATTEMPTS, run.failedAttempts().size());
    assertEquals(List.of(), runner().run(), "a later session completes it");
    assertEquals(4, run.trials().get(0).attempt());
  }

  @Test
  void stopsWhereTheTestbedCannotBeSetUp() throws Exception {
    testbed.failures = Runner.ATTEMPTS;
    assertEquals(List.of(1), runner().run());
    assertEquals(List.of(), run.trials());
    assertEquals(Runner.ATTEMPTS, run.failedAttempts().size());
    testbed.failures = Runner.ATTEMPTS - 1;
    assertEquals(List.of(), runner().run());
    assertEquals(4, run.trials().size());
  }

  @Test
  void givesATrialUpAndStopsWhereAskedTo() throws Exception {
    for (int i = 0; i < Runner.ATTEMPTS; i++) {
      workload.next.add(
          sink -> {
            throw new TestbedException("the server died");
          });
    }
    assertEquals(List.of(1), runner(OnFailure.STOP).run());
    assertEquals(List.of(), run.trials());
    assertEquals(Runner.ATTEMPTS, run.failedAttempts().size());
    assertEquals("close", testbed.done.get(testbed.done.size() - 1));
    assertEquals(List.of(), runner(OnFailure.STOP).run(), "a later session completes all");
    assertEquals(4, run.trials().size());
  }

  @Test
  void resumesAtTheNextTrial() throws Exception {
    workload.next.add(sink -> {});
    workload.next.add(
        sink -> {
          throw new InterruptedException();
        });
    assertThrows(InterruptedException.class, () -> runner().run());
    assertEquals(1, run.trials().size());
    assertEquals(List.of("open", "close"), testbed.done);
    assertEquals(List.of(), runner().run());
    assertEquals(4, run.trials().size());
    assertEquals(List.of(), run.failedAttempts());
  }

  @Test
  void stopFromAnotherThreadEndsTheTrialWithoutStoringIt() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Runner runner = runner();
    workload.next.add(
        sink -> {
          started.countDown();
          Thread.sleep(60_000);
        });
    Thread stopper =
        new Thread(
            () -> {
              try {
                started.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              runner.stop();
            });
    stopper.start();
    assertThrows(InterruptedException.class, runner::run);
    stopper.join();
    assertEquals(List.of(), run.trials());
    assertEquals(List.of(), run.failedAttempts());
  }

  @Test
  void aStopWhileAFileIsWrittenIsNoFullDisk() {
    Runner runner = runner();
    testbed.whenDescribed = runner::stop;
    assertThrows(InterruptedException.class, runner::run);
  }

  private Runner runner() {
    return runner(OnFailure.SKIP);
  }

  private Runner runner(OnFailure onFailure) {
    return new Runner(Fakes.catalog(testbed, workload), run, new Progress() {}, onFailure);
  }
}
