package dev.shortpath.harness.workload;

import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A scene's actions as workloads perform them: each takes a time, which is a sample. */
final class Changes {
  static final String LOAD = "load";
  static final String ADD = "add-service";
  static final String REMOVE = "remove-service";
  static final String ENDPOINT = "change-endpoint";

  private final Scene scene;
  private final List<Sample> samples = new ArrayList<>();

  /**
   * The changes of one trial.
   *
   * @param needed names of actions
   * @throws TestbedException when the scene does not have them all
   */
  Changes(Scene scene, String workload, String... needed) throws TestbedException {
    this.scene = scene;
    List<String> missing =
        Arrays.stream(needed).filter(name -> !scene.actions().containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new TestbedException(
          "workload "
              + workload
              + " needs a scene whose Services can be changed; this one has no action "
              + String.join(", ", missing)
              + ": choose a topology and a Service data plane that have it");
    }
  }

  /** The metrics of {@link #samples}. */
  static List<Metric> metrics() {
    return List.of(
        metric(LOAD, "all Services are loaded anew"),
        metric(ADD, "one Service with its endpoints is added to those that there are"),
        metric(REMOVE, "one Service is removed from those that there are"),
        metric(ENDPOINT, "the endpoint of one Service is replaced by another"));
  }

  private static Metric metric(String action, String what) {
    return new Metric(
        metricOf(action),
        "ns",
        Better.LOWER,
        what
            + ": from just before rules or map entries are computed until the kernel has taken them,"
            + " CLOCK_MONOTONIC on the node",
        "Shortpath; compare kube-proxy's metric sync_proxy_rules_duration_seconds (Kubernetes"
            + " 1.34, pkg/proxy/metrics/metrics.go)");
  }

  private static String metricOf(String action) {
    return "time-to-" + action;
  }

  /** Performs an action; its time is the next of the samples. */
  Action.Span perform(String action) throws TestbedException, InterruptedException {
    Action.Span span = scene.actions().get(action).perform();
    samples.add(
        new Sample(metricOf(action), span.startNanos(), span.endNanos() - span.startNanos()));
    return span;
  }

  /** The samples so far, in the order of time. */
  List<Sample> samples() {
    return List.copyOf(samples);
  }
}
