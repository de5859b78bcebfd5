package dev.shortpath.harness.workload;

import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Drives traffic and yields samples. Found by {@link java.util.ServiceLoader}. */
public interface Workload {
  /** For example {@code ping-echo}. */
  String name();

  /** One line for {@code shortpath list}. */
  String summary();

  /** The metrics of the samples that it yields. */
  List<Metric> metrics();

  /** Every parameter with its default and meaning; a parameter not listed is refused. */
  List<Parameter> parameters();

  /** The programs that it starts on the hosts, for {@code doctor} and for images. */
  List<String> tools();

  /** How long one trial's traffic will take. */
  Duration estimate(Map<String, String> parameters);

  /**
   * Drives one trial's traffic, warm-up included, and ends everything that it started.
   *
   * @param parameters complete: defaults filled in, types checked
   * @param sink takes each sample as it arrives
   * @param output an existing directory for the tools' output as it came
   * @throws TestbedException when the trial could not be completed
   */
  Traffic run(Scene scene, Map<String, String> parameters, SampleSink sink, Path output)
      throws TestbedException, InterruptedException;
}
