package dev.shortpath.testbed.mesh;

import java.util.List;
import java.util.Optional;

/** The meshes that there are. */
public final class Meshes {
  private static final List<Mesh> ALL = List.of(new NoMesh(), new AmbientMesh(), new SidecarMesh());

  private Meshes() {}

  /** Names of all meshes, the plainest first. */
  public static List<String> names() {
    return ALL.stream().map(Mesh::name).toList();
  }

  /** The mesh of that name. */
  public static Optional<Mesh> find(String name) {
    return ALL.stream().filter(mesh -> mesh.name().equals(name)).findFirst();
  }
}
