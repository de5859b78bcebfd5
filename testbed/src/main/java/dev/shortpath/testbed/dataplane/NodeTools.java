package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;

/** The kernel's own tools on a node, wherever the node is. */
@FunctionalInterface
interface NodeTools {
  /**
   * What a tool says.
   *
   * @throws TestbedException naming the tool and its fault, in one line
   */
  String run(Command command) throws TestbedException, InterruptedException;

  /**
   * By commands.
   *
   * @param place for messages
   */
  static NodeTools of(String place, Remote remote) {
    return command -> {
      Result result = remote.run(command, Remote.SOON);
      if (!result.ok()) {
        throw new TestbedException(
            command.tool() + " in " + place + " failed: " + KernelTool.fault(result));
      }
      return result.out();
    };
  }
}
