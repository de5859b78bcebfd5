package dev.shortpath.harness.cli;

import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.runner.Progress;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.store.TrialState;
import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress for people: a bar on a terminal, a line a trial elsewhere. */
abstract class ProgressPrinter implements Progress, AutoCloseable {
  protected final PrintWriter out;
  protected int total;
  protected int done;
  private long startNanos;
  private int doneBefore;

  private ProgressPrinter(PrintWriter out) {
    this.out = out;
  }

  static ProgressPrinter of(PrintWriter out) {
    return Console.terminal() ? new Bar(out) : new Lines(out);
  }

  @Override
  public void planned(int total, int done, Duration estimate) {
    this.total = total;
    this.done = done;
    this.doneBefore = done;
    this.startNanos = System.nanoTime();
    out.printf(
        "%d trials, %d done before; about %s to go%n",
        total, done, ListCommand.Durations.text(estimate));
    out.flush();
  }

  @Override
  public void stored(TrialRecord record) {
    if (record.state() == TrialState.DONE) {
      done++;
    }
  }

  /** From the pace so far. */
  protected String left() {
    int measured = done - doneBefore;
    if (measured == 0) {
      return "";
    }
    long each = (System.nanoTime() - startNanos) / measured;
    return ListCommand.Durations.text(Duration.ofNanos(each * (total - done))) + " left";
  }

  /** What a stored attempt comes to, in one line. */
  protected static String outcome(TrialRecord record) {
    Trial trial = record.trial();
    String head =
        "block " + trial.block() + " " + trial.treatment() + (trial.replica() == 2 ? " (A/A)" : "");
    if (record.state() == TrialState.FAILED) {
      return head + ": attempt " + record.attempt() + " failed: " + record.failure();
    }
    return String.format(
        "%s: %d samples, path attested, %.1f s (+%.2f s)",
        head,
        record.samples(),
        record.trafficNanos() / 1e9,
        (record.setUpNanos() + record.tearDownNanos()) / 1e9);
  }

  @Override
  public void close() {}

  private static final class Lines extends ProgressPrinter {
    Lines(PrintWriter out) {
      super(out);
    }

    @Override
    public void step(String what) {
      out.println(what);
      out.flush();
    }

    @Override
    public void stored(TrialRecord record) {
      super.stored(record);
      String left = left();
      out.printf("[%d/%d] %s%s%n", done, total, outcome(record), left.isEmpty() ? "" : "; " + left);
      out.flush();
    }
  }

  private static final class Bar extends ProgressPrinter {
    private ProgressBar bar;

    Bar(PrintWriter out) {
      super(out);
    }

    @Override
    public void planned(int total, int done, Duration estimate) {
      super.planned(total, done, estimate);
      bar =
          new ProgressBarBuilder()
              .setTaskName("trials")
              .setInitialMax(total)
              .startsFrom(done, Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .hideEta()
              .build();
    }

    @Override
    public void step(String what) {
      bar.setExtraMessage(what);
    }

    @Override
    public void started(Trial trial, int attempt) {
      bar.setExtraMessage(left() + " " + trial.treatment());
    }

    @Override
    public void stored(TrialRecord record) {
      super.stored(record);
      if (record.state() == TrialState.FAILED) {
        out.printf("%n%s%n", outcome(record));
        out.flush();
      }
      bar.stepTo(done);
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }
}
