package dev.shortpath.testbed.run;

import dev.shortpath.harness.testbed.TestbedException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Work on a testbed that may be closed by another thread at any time, also while it is being set up
 * (Ctrl-C): the thread at work is interrupted, and what it made is removed after it has stopped.
 */
public final class Work {
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread hook;
  private volatile Thread worker;
  private volatile boolean closed;

  /** Something to do. */
  @FunctionalInterface
  public interface Task<T> {
    T perform() throws TestbedException, InterruptedException;
  }

  private Work(Runnable close) {
    this.hook = new Thread(close, "testbed-close");
  }

  /**
   * Work that {@code close} ends, which is also called at the end of this program.
   *
   * @throws TestbedException when the program is ending already
   */
  public static Work endedBy(Runnable close) throws TestbedException {
    Work work = new Work(close);
    try {
      Runtime.getRuntime().addShutdownHook(work.hook);
    } catch (IllegalStateException e) {
      throw new TestbedException("the program is ending", e);
    }
    return work;
  }

  /**
   * Does something, nothing else at the same time.
   *
   * @throws TestbedException when it is closed, or the task's own
   */
  public <T> T perform(Task<T> task) throws TestbedException, InterruptedException {
    lock.lockInterruptibly();
    try {
      worker = Thread.currentThread();
      if (closed) {
        throw new TestbedException("the testbed is closed");
      }
      return task.perform();
    } finally {
      worker = null;
      lock.unlock();
    }
  }

  /**
   * To its end in a thread of its own, whoever interrupts this one: half removed is left behind.
   */
  private static void undisturbed(Runnable removal) {
    FutureTask<Void> task = new FutureTask<>(removal, null);
    new Thread(task, "testbed-removal").start();
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          task.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("what was made was not removed", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends what is being done, then removes; nothing can be done afterwards. */
  public void close(Runnable removal) {
    closed = true;
    Thread busy = worker;
    if (busy != null && busy != Thread.currentThread()) {
      busy.interrupt();
    }
    lock.lock();
    try {
      undisturbed(removal);
    } finally {
      lock.unlock();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending: the hook may be this very thread.
    }
  }
}
