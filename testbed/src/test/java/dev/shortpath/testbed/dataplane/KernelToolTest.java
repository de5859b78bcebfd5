package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shortpath.harness.testbed.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tools said of real failures. */
class KernelToolTest {
  @ParameterizedTest
  @CsvSource({
    "'/dev/stdin:7:1-9: Error: No such file or directory\nadd rule x\n^^^^', '/dev/stdin:7:1-9:"
        + " Error: No such file or directory'",
    "'Warning: x\n"
        + "ip6tables-restore v1.8.9 (legacy): Bad IP address \"\"x\"\"\n\n"
        + "Error occurred at line: 40\n"
        + "Try again', 'ip6tables-restore v1.8.9 (legacy): Bad IP address \"\"x\"\" (line 40 of its"
        + " input)'",
    "'iptables-restore: line 12 failed', 'iptables-restore: line 12 failed'",
    "'', 'exit status 1 without a word'"
  })
  void oneLine(String said, String line) {
    assertEquals(line, KernelTool.fault(new Result(1, "", said)));
  }

  @Test
  void aSignalIsToldFromAnExitStatus() {
    assertEquals("killed by signal 9", KernelTool.fault(new Result(137, "", "")));
  }
}
