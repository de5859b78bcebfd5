package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.tool.Tools;
import java.util.List;

/** A kind of mesh. A new one is a new class and a line in {@link Meshes}. */
public interface Mesh {
  /** Level of the factor {@code mesh}. */
  String name();

  /** What this machine lacks for it, a line each with the remedy; changes nothing. */
  List<String> missing(Tools tools);

  /**
   * Gets what takes long and is kept from run to run (a download).
   *
   * @throws TestbedException when it cannot be had
   */
  default void fetch(Tools tools) throws TestbedException, InterruptedException {}

  /**
   * Puts the pods of {@code pairs} into the mesh.
   *
   * @param port on which the workload's servers listen
   * @throws TestbedException naming the part that failed
   */
  RunningMesh start(Site site, List<Pair> pairs, int port)
      throws TestbedException, InterruptedException;
}
