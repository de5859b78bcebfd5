package dev.shortpath.harness.workload;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.TestbedException;
import java.util.ArrayList;
import java.util.List;

/** How soon traffic followed each change of an endpoint. */
final class Following {
  private Following() {}

  /**
   * A sample {@link Churn#TIME_TO_FOLLOW} for each change.
   *
   * @param lines of all connects, in the order of their start
   * @param moves the changes, in the order of time
   * @throws TestbedException when traffic did not follow a change before the next one
   */
  static List<Sample> samples(List<Connects.Line> lines, List<Action.Span> moves)
      throws TestbedException {
    List<Connects.Line> answers = lines.stream().filter(line -> !line.failed()).toList();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < moves.size(); i++) {
      long start = moves.get(i).startNanos();
      long next = i + 1 < moves.size() ? moves.get(i + 1).startNanos() : Long.MAX_VALUE;
      long followed = followed(answers, start, next);
      if (followed < 0) {
        throw new TestbedException(
            "churn: the traffic did not follow change "
                + (i + 1)
                + " of the endpoint before the next one: the other server was not the only one to"
                + " answer");
      }
      samples.add(new Sample(Churn.TIME_TO_FOLLOW.name(), start, followed - start));
    }
    return samples;
  }

  /** When the new server first answered for good; -1 when it did not. */
  private static long followed(List<Connects.Line> answers, long start, long next) {
    String old = null;
    long since = -1;
    for (Connects.Line answer : answers) {
      if (answer.endNanos() < start) {
        old = answer.who();
      } else if (answer.endNanos() < next) {
        if (answer.who().equals(old)) {
          since = -1;
        } else if (since < 0) {
          since = answer.endNanos();
        }
      }
    }
    return old == null ? -1 : since;
  }
}
