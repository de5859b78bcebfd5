package dev.shortpath.harness.workload.ditg;

import java.io.IOException;
import java.nio.file.Path;

/** Reads a log in several parts at once and joins what they count. */
final class Parts {
  /** Records of a log that is worth the threads. */
  static final long LONG = 200_000;

  private Parts() {}

  /** The whole log's count; null when a part begins with a late packet. */
  static Count count(Path log, DitgLog.Extent extent, double start, int parts) throws IOException {
    Part[] all = new Part[parts];
    for (int i = 0; i < parts; i++) {
      long from = extent.records() * i / parts;
      all[i] = new Part(log, from, extent.records() * (i + 1) / parts, new Count(start));
      if (i > 0) {
        all[i].thread.setDaemon(true);
        all[i].thread.start();
      }
    }
    all[0].run();
    for (Part part : all) {
      part.finish();
    }
    for (int i = 1; i < parts; i++) {
      if (!all[0].count.add(all[i].count)) {
        return null;
      }
    }
    return all[0].count;
  }

  /** Reads the records of one part. */
  private static final class Part implements Runnable {
    private final Thread thread = new Thread(this, "ditg-log");
    private final Path log;
    private final long from;
    private final long to;
    private final Count count;
    private IOException failure;
    private RuntimeException fault;

    Part(Path log, long from, long to, Count count) {
      this.log = log;
      this.from = from;
      this.to = to;
      this.count = count;
    }

    @Override
    public void run() {
      try {
        DitgLog.read(log, from, to, count);
      } catch (IOException e) {
        failure = e;
      } catch (RuntimeException e) {
        fault = e;
      }
    }

    void finish() throws IOException {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while reading " + log, e);
      }
      if (failure != null) {
        throw failure;
      }
      if (fault != null) {
        throw fault;
      }
    }
  }
}
