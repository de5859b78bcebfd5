package dev.shortpath.testbed.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.TestbedException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class WorkTest {
  @Test
  void aRemovalGoesToItsEndWhoeverInterrupts() throws Exception {
    Work work = Work.endedBy(() -> {});
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean removed = new AtomicBoolean();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread closing =
        new Thread(
            () -> {
              work.close(
                  () -> {
                    begun.countDown();
                    try {
                      Thread.sleep(300);
                      removed.set(true);
                    } catch (InterruptedException e) {
                      // not removed
                    }
                  });
              interrupted.set(Thread.interrupted());
            });
    closing.start();
    begun.await();
    closing.interrupt();
    closing.join();
    assertTrue(removed.get());
    assertTrue(interrupted.get(), "whoever closes still learns of it");
    assertThrows(TestbedException.class, () -> work.perform(() -> "nothing more"));
  }

  @Test
  void aRemovalThatFailsIsHeard() throws Exception {
    Work work = Work.endedBy(() -> {});
    RuntimeException cause = new IllegalArgumentException("no");
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                work.close(
                    () -> {
                      throw cause;
                    }));
    assertEquals(cause, e.getCause());
  }
}
