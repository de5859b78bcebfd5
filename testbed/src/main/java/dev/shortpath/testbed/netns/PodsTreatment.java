package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.mesh.Mesh;
import dev.shortpath.testbed.mesh.Meshes;
import dev.shortpath.testbed.shortcut.Shortcut;
import dev.shortpath.testbed.shortcut.Shortcuts;
import java.util.List;
import java.util.Set;

/**
 * A treatment of topology {@code pods}, checked.
 *
 * @param mesh between the pods
 * @param shortcut past the stack
 * @param oneNode whether both pods run on the same node
 * @param ipv6 whether the client connects by IPv6
 */
record PodsTreatment(Mesh mesh, Shortcut shortcut, boolean oneNode, boolean ipv6) {
  static final String MESH = "mesh";
  static final String SHORTCUT = "shortcut";
  static final String PLACEMENT = "placement";
  static final String IP_FAMILY = "ip-family";
  static final List<String> PLACEMENTS = List.of("one-node", "two-nodes");
  static final List<String> IP_FAMILIES = List.of("ipv4", "ipv6");

  private static final Set<String> FACTORS = Set.of(MESH, SHORTCUT, PLACEMENT, IP_FAMILY);

  static PodsTreatment of(Treatment treatment) throws TestbedException {
    String mesh = level(treatment, MESH, Meshes.names());
    String shortcut = level(treatment, SHORTCUT, Shortcuts.names());
    String placement = level(treatment, PLACEMENT, PLACEMENTS);
    String family = level(treatment, IP_FAMILY, IP_FAMILIES);
    for (String factor : treatment.levels().keySet()) {
      if (!FACTORS.contains(factor) && !factor.equals(Experiment.WORKLOAD_FACTOR)) {
        throw new TestbedException("topology pods cannot switch factor '" + factor + "'");
      }
    }
    return new PodsTreatment(
        Meshes.find(mesh).orElseThrow(),
        Shortcuts.find(shortcut).orElseThrow(),
        placement.equals(PLACEMENTS.get(0)),
        family.equals("ipv6"));
  }

  /** The level of a factor; the first one where the experiment does not vary it. */
  private static String level(Treatment treatment, String factor, List<String> levels)
      throws TestbedException {
    String level = treatment.level(factor, levels.get(0));
    if (!levels.contains(level)) {
      throw new TestbedException(
          "topology pods: factor "
              + factor
              + " has no level '"
              + level
              + "'; it has "
              + String.join(", ", levels));
    }
    return level;
  }

  /** Which pair of pods it uses. */
  String pair() {
    return mesh.name() + (oneNode ? "-1" : "-2");
  }
}
