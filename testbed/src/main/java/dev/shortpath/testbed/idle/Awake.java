package dev.shortpath.testbed.idle;

import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;

/**
 * This machine's processors, kept from sleeping: the kernel's limit for waking up is held at 0. The
 * kernel takes that back with the descriptor, also when this program is killed.
 */
final class Awake implements Idling {
  private static final int SETTLE_READS = 100;

  private final Processors processors;
  private final FileChannel held;

  private Awake(Processors processors, FileChannel held) {
    this.processors = processors;
    this.held = held;
  }

  static Awake begin(Processors processors) throws TestbedException, InterruptedException {
    Awake awake;
    try {
      awake = new Awake(processors, processors.forbidSleep());
    } catch (IOException e) {
      throw new TestbedException(processors.limit() + " cannot be held at 0: " + e, e);
    }
    boolean settled = false;
    try {
      awake.settle();
      settled = true;
      return awake;
    } finally {
      if (!settled) {
        awake.close();
      }
    }
  }

  /** The kernel counts a sleep at its end: waits until those are over that began before. */
  private void settle() throws InterruptedException {
    Map<String, Long> last = counters();
    for (int i = 0; i < SETTLE_READS; i++) {
      Thread.sleep(1);
      Map<String, Long> now = counters();
      if (IdleCounters.slept(last, now).isEmpty()) {
        return;
      }
      last = now;
    }
  }

  @Override
  public Map<String, Long> counters() {
    return IdleCounters.read(processors);
  }

  @Override
  public Attestation attest(Attestation path, Map<String, Long> before, Map<String, Long> after) {
    if (!path.attested()) {
      return path;
    }
    Map<String, Long> slept = IdleCounters.slept(before, after);
    if (!slept.isEmpty()) {
      return not(path, "processors were to stay awake and slept, times by state: " + slept);
    }
    if (IdleCounters.limit(after).orElse(-1) != 0) {
      return not(path, processors.limit() + " was not at 0 any more");
    }
    return new Attestation(
        true,
        path.reason() + "; no processor slept",
        path.hops(),
        path.path() == null ? null : path.path() + ", processors awake");
  }

  private static Attestation not(Attestation path, String why) {
    return new Attestation(false, why, path.hops(), path.path());
  }

  @Override
  public void close() {
    try {
      held.close();
    } catch (IOException e) {
      // The descriptor is gone all the same, and with it what was asked for.
    }
  }
}
