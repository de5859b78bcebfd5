package dev.shortpath.testbed.ssh;

import dev.shortpath.harness.testbed.TestbedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a host is, and as whom.
 *
 * @param user on that host
 * @param host a name or an address
 * @param port of its SSH server
 */
public record SshAddress(String user, String host, int port) {
  private static final int SSH = 22;
  private static final Pattern TEXT =
      Pattern.compile(
          "([a-z_][a-z0-9_.-]{0,31})@([a-zA-Z0-9][a-zA-Z0-9.-]*|\\[[0-9a-fA-F:.]+])(?::([0-9]{1,5}))?");

  /**
   * From {@code USER@HOST[:PORT]}; an IPv6 address in brackets.
   *
   * @throws TestbedException when it is none
   */
  public static SshAddress of(String text) throws TestbedException {
    Matcher matcher = TEXT.matcher(text);
    int port = !matcher.matches() ? 0 : matcher.group(3) == null ? SSH : number(matcher.group(3));
    if (port < 1 || port > 65535) {
      throw new TestbedException("SSH host '" + text + "': give USER@HOST[:PORT]");
    }
    return new SshAddress(matcher.group(1), matcher.group(2).replaceAll("[\\[\\]]", ""), port);
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  @Override
  public String toString() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return user + "@" + name + (port == SSH ? "" : ":" + port);
  }
}
