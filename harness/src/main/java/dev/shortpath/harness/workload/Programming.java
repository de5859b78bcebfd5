package dev.shortpath.harness.workload;

import static dev.shortpath.harness.workload.Parameter.Kind.COUNT;
import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * No traffic at all: how long a Service data plane takes to load all Services, to add and remove
 * one, and to give one another endpoint.
 */
public final class Programming implements Workload {
  private static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, Duration.ZERO);

  @Override
  public String name() {
    return "programming";
  }

  @Override
  public String summary() {
    return "no traffic: how long the data plane takes to load Services and to change one";
  }

  @Override
  public List<Metric> metrics() {
    return Changes.metrics();
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("loads", COUNT, "1", "times that all Services are loaded anew"),
        new Parameter("services", COUNT, "3", "times that a Service is added and removed again"),
        new Parameter("endpoints", COUNT, "4", "times that a Service's endpoint is replaced"));
  }

  @Override
  public List<String> tools() {
    return List.of();
  }

  @Override
  public Duration estimate(Map<String, String> parameters) {
    long all =
        number(parameters, "loads")
            + 2 * number(parameters, "services")
            + number(parameters, "endpoints");
    return Duration.ofMillis(200 * all);
  }

  @Override
  public Traffic run(Scene scene, Map<String, String> parameters, SampleSink sink, Path output)
      throws TestbedException, InterruptedException {
    Changes changes =
        new Changes(scene, name(), Changes.LOAD, Changes.ADD, Changes.REMOVE, Changes.ENDPOINT);
    for (long i = number(parameters, "loads"); i > 0; i--) {
      changes.perform(Changes.LOAD);
    }
    for (long i = number(parameters, "services"); i > 0; i--) {
      changes.perform(Changes.ADD);
      changes.perform(Changes.REMOVE);
    }
    for (long i = number(parameters, "endpoints"); i > 0; i--) {
      changes.perform(Changes.ENDPOINT);
    }
    if (changes.samples().isEmpty()) {
      throw new TestbedException(
          "workload programming: loads, services and endpoints are all 0: nothing to measure");
    }
    changes.samples().forEach(sink::accept);
    return NONE;
  }
}
