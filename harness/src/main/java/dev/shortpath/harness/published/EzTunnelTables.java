package dev.shortpath.harness.published;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.Published;
import dev.shortpath.harness.experiment.WorkloadSpec;
import java.util.List;
import java.util.Map;

/** The experiment behind the published logs, with Tables I and II as its claims. */
final class EzTunnelTables {
  static final WorkloadSpec WORKLOAD =
      new WorkloadSpec("ping-echo", Map.of("interval-us", "100000"));

  private static final String PAPER = "eZtunnel, CloudNet 2024, ";

  private EzTunnelTables() {}

  static Experiment experiment() {
    return new Experiment(
        "eztunnel",
        "eZtunnel: the authors' published logs",
        "The ping-echo logs that the authors of eZtunnel published with their paper, imported as"
            + " they are. Which path the packets took cannot be told: no counters were published.",
        "pods",
        Map.of(),
        List.of(
            new Factor("mesh", EzTunnelLog.MESHES), new Factor("shortcut", EzTunnelLog.SHORTCUTS)),
        Map.of(WORKLOAD.type(), WORKLOAD),
        List.of(),
        List.of(
            claim("table-1-none-p25", "none", "lower quartile of latency", 443.98, 368.61),
            claim("table-1-none-p50", "none", "median latency", 481.83, 399.15),
            claim("table-1-none-p75", "none", "upper quartile of latency", 529.71, 452.57),
            claim("table-1-ambient-p25", "ambient", "lower quartile of latency", 442.69, 351.51),
            claim("table-1-ambient-p50", "ambient", "median latency", 485.82, 382.10),
            claim("table-1-ambient-p75", "ambient", "upper quartile of latency", 537.12, 423.66),
            claim("table-2-none-jitter", "none", "standard deviation of latency", 83.25, 80.86),
            claim(
                "table-2-ambient-jitter",
                "ambient",
                "standard deviation of latency",
                88.44,
                79.79)),
        Map.of("published", new Profile(1, Map.of(), Map.of())));
  }

  private static Claim claim(
      String id, String mesh, String what, double baseline, double treatment) {
    String last = id.substring(id.lastIndexOf('-') + 1);
    return new Claim(
        id,
        PAPER + (id.startsWith("table-1") ? "Table I" : "Table II"),
        String.format(
            java.util.Locale.ROOT,
            "%s, redirecting messages lowers the %s by %.2f %%.",
            mesh.equals("none") ? "Without a mesh" : "In the ambient mesh",
            what,
            (1 - treatment / baseline) * 100),
        "latency",
        last.equals("jitter") ? "sd" : last,
        null,
        Map.of("mesh", mesh, "shortcut", "off"),
        Map.of("mesh", mesh, "shortcut", "sockmap"),
        Direction.LOWER,
        new Published(baseline, treatment, null, "us"));
  }
}
