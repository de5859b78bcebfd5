package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.mesh.Mesh;
import dev.shortpath.testbed.mesh.Meshes;
import dev.shortpath.testbed.run.Levels;
import dev.shortpath.testbed.shortcut.Shortcut;
import dev.shortpath.testbed.shortcut.Shortcuts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A treatment of topology {@code pods}, checked.
 *
 * @param mesh between the pods
 * @param shortcut past the stack
 * @param oneNode whether both pods run on the same node
 * @param ipv6 whether the client connects by IPv6
 * @param idle what processors do while they have nothing to do
 */
record PodsTreatment(Mesh mesh, Shortcut shortcut, boolean oneNode, boolean ipv6, Idle idle) {
  private static final String MESH = "mesh";
  private static final String SHORTCUT = "shortcut";
  private static final String PLACEMENT = "placement";
  private static final String IP_FAMILY = "ip-family";
  private static final String IDLE = "idle";

  /** Every factor with its levels. */
  static Map<String, List<String>> factors() {
    Map<String, List<String>> factors = new LinkedHashMap<>();
    factors.put(MESH, Meshes.names());
    factors.put(SHORTCUT, Shortcuts.names());
    factors.put(PLACEMENT, List.of("one-node", "two-nodes"));
    factors.put(IP_FAMILY, List.of("ipv4", "ipv6"));
    factors.put(IDLE, Idle.names());
    return factors;
  }

  static PodsTreatment of(Treatment treatment) throws TestbedException {
    Levels levels = Levels.of("pods", treatment, factors());
    return new PodsTreatment(
        Meshes.find(levels.of(MESH)).orElseThrow(),
        Shortcuts.find(levels.of(SHORTCUT)).orElseThrow(),
        levels.of(PLACEMENT).equals("one-node"),
        levels.of(IP_FAMILY).equals("ipv6"),
        Idle.find(levels.of(IDLE)).orElseThrow());
  }

  /** Which pair of pods it uses. */
  String pair() {
    return mesh.name() + (oneNode ? "-1" : "-2");
  }
}
