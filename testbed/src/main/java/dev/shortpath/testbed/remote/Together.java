package dev.shortpath.testbed.remote;

import dev.shortpath.harness.testbed.TestbedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Does independent things at the same time: most of what a testbed does is waiting for others. */
public final class Together {
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "testbed");
            thread.setDaemon(true);
            return thread;
          });

  /** So long an interrupted task may take to end. */
  private static final Duration END = Duration.ofSeconds(10);

  private Together() {}

  /** Starts one task in the background. */
  public static <T> Future<T> start(Callable<T> task) {
    return THREADS.submit(task);
  }

  /**
   * Does all tasks and waits for all of them, also when one has failed or this thread is
   * interrupted: what a task starts, nobody could end who did not wait for the task.
   *
   * @return their results in order
   * @throws TestbedException the first failure in order
   */
  public static <T> List<T> all(Collection<? extends Callable<T>> tasks)
      throws TestbedException, InterruptedException {
    List<Future<T>> futures = new ArrayList<>();
    ReadWriteLock going = new ReentrantReadWriteLock();
    for (Callable<T> task : tasks) {
      futures.add(THREADS.submit(() -> doing(task, going.readLock())));
    }
    List<T> results = new ArrayList<>();
    TestbedException failure = null;
    for (Future<T> future : futures) {
      try {
        results.add(future.get());
      } catch (InterruptedException e) {
        futures.forEach(f -> f.cancel(true));
        going.writeLock().tryLock(END.toMillis(), TimeUnit.MILLISECONDS);
        throw e;
      } catch (ExecutionException | CancellationException e) {
        failure = failure == null ? asFailure(e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  private static <T> T doing(Callable<T> task, Lock going) throws Exception {
    going.lock();
    try {
      return task.call();
    } finally {
      going.unlock();
    }
  }

  private static TestbedException asFailure(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause instanceof TestbedException t
        ? t
        : new TestbedException("unexpected: " + cause, cause);
  }
}
