package dev.shortpath.testbed.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shortpath.harness.testbed.TestbedException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralTest {
  @Test
  void addressesOfBothFamilies() throws Exception {
    byte[] four = {10, 96, 0, 17};
    assertEquals(InetAddress.getByAddress(four), Literal.address("a pod", "10.96.0.17"));
    byte[] six = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1f};
    assertEquals(InetAddress.getByAddress(six), Literal.address("a pod", "fd00::1F"));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "None", "localhost", "node-1.example.org", "10.96", "fe80::1%eth0"})
  void anythingElseIsSaidAndNoResolverIsAsked(String text) {
    TestbedException e =
        assertThrows(TestbedException.class, () -> Literal.address("a node", text));
    assertEquals("a node has the address '" + text + "', which is none", e.getMessage());
  }
}
