package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.util.List;

/**
 * A way to forward what is sent to Services. A new one is a class and a line in {@link DataPlanes}.
 */
public interface ServiceDataPlane {
  /** As experiments name it, for example {@code nftables}. */
  String name();

  /** One line for people: whose layout it is and of which version. */
  String summary();

  /** What stands in the way, a line each with the remedy; changes nothing, takes milliseconds. */
  List<String> missing(Tools tools);

  /** One line when so many Services are allowed and yet hardly sensible; empty otherwise. */
  default String warning(int services) {
    return "";
  }

  /**
   * Starts it on a node, without any Service.
   *
   * @throws TestbedException saying what failed; nothing of it is left then
   */
  RunningDataPlane start(DataPlaneNode node, Tools tools)
      throws TestbedException, InterruptedException;
}
