package dev.shortpath.harness.workload;

import dev.shortpath.harness.testbed.Running;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Ends a program that takes too long, so that nobody waits for ever for what it says. */
final class Watchdog implements AutoCloseable {
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "watchdog");
            thread.setDaemon(true);
            return thread;
          });

  private volatile boolean fired;
  private ScheduledFuture<?> timer;

  private Watchdog() {}

  static Watchdog over(Running program, Duration limit) {
    Watchdog watchdog = new Watchdog();
    watchdog.timer =
        CLOCK.schedule(
            () -> {
              watchdog.fired = true;
              program.close();
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    return watchdog;
  }

  boolean fired() {
    return fired;
  }

  @Override
  public void close() {
    timer.cancel(false);
  }
}
