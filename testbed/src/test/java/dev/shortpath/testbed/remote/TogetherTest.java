package dev.shortpath.testbed.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TogetherTest {
  /** Else what a task is just starting is there after everything was removed. */
  @Test
  void whoIsInterruptedWaitsForTheTasks() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(2);
    Callable<Void> task =
        () -> {
          begun.countDown();
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            Thread.sleep(300); // as a program takes to be started
          }
          ended.incrementAndGet();
          return null;
        };
    Thread self = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                begun.await();
                self.interrupt();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    interrupter.start();
    assertThrows(InterruptedException.class, () -> Together.all(Collections.nCopies(2, task)));
    assertEquals(2, ended.get());
    interrupter.join();
    assertEquals(List.of(), Together.all(List.of()));
  }
}
