package dev.shortpath.testbed.path;

import dev.shortpath.harness.testbed.TestbedException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Addresses as other programs write them. */
public final class Literal {
  /** What the resolver never takes for a name. */
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private Literal() {}

  /**
   * An IPv4 or IPv6 address; no resolver is asked.
   *
   * @param what has it, for the message
   * @throws TestbedException where it is none
   */
  public static InetAddress address(String what, String text) throws TestbedException {
    try {
      if (text != null && ADDRESS.matcher(text).matches()) {
        return InetAddress.getByName(text);
      }
    } catch (UnknownHostException e) {
      // told below
    }
    throw new TestbedException(what + " has the address '" + text + "', which is none");
  }
}
