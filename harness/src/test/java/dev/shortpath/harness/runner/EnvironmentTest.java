package dev.shortpath.harness.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  @Test
  void sysctlsAreReadWhole() {
    assumeTrue(Files.exists(Path.of("/proc/sys/net/ipv4/tcp_rmem")), "no Linux sysctls here");
    Map<String, String> environment = Environment.read();
    assertEquals(3, environment.get("sysctl net.ipv4.tcp_rmem").split(" ").length);
    assertFalse(environment.get("kernel").isBlank());
    assertFalse(environment.get("cpu").isBlank());
  }
}
