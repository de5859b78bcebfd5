package dev.shortpath.testbed.gate;

import dev.shortpath.harness.testbed.Scene;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A way to translate addresses between the two ends, set up in the namespaces of a world. */
enum Nat {
  /** Output REDIRECT in the client's pod: the server is there, whatever the destination. */
  REDIRECT(true),
  /** DNAT in the client's pod, to another address and port. */
  DNAT(false),
  /** SNAT in the client's pod, to another port. */
  SNAT(false),
  /** DNAT and masquerading on the node, as a Service does it. */
  SERVICE(false),
  /** TPROXY in the server's pod: the server keeps the original destination. */
  TPROXY(false);

  static final String CLIENT = "client-none-1";
  static final String SERVER = "server-none-1";
  static final int PORT = 17001;
  private static final int CALLED = 80;

  /** Whether the server runs in the client's pod. */
  final boolean local;

  Nat(boolean local) {
    this.local = local;
  }

  /** Where the server listens. */
  InetSocketAddress listen(InetAddress server) throws Exception {
    boolean six = server instanceof Inet6Address;
    return new InetSocketAddress(InetAddress.getByName(six ? "::" : "0.0.0.0"), PORT);
  }

  /** The port that the server's end has: a transparent server's is the one that was called. */
  int port() {
    return this == TPROXY ? CALLED : PORT;
  }

  /** Options of the server. */
  String[] options() {
    return this == TPROXY ? new String[] {"--transparent"} : new String[0];
  }

  /** Makes the rules; the answer is where the client connects. */
  InetSocketAddress setUp(World world, Scene scene, InetAddress client, InetAddress server)
      throws Exception {
    boolean six = server instanceof Inet6Address;
    String family = six ? "ip6" : "ip";
    String nowhere = six ? "fd99::1" : "10.99.0.1";
    String at = six ? "[" + server.getHostAddress() + "]" : server.getHostAddress();
    String from = six ? "[" + client.getHostAddress() + "]" : client.getHostAddress();
    String called = family + " daddr " + nowhere + " tcp dport " + CALLED;
    switch (this) {
      case REDIRECT -> nat(world, CLIENT, family, "output", called + " redirect to :" + PORT);
      case DNAT -> nat(world, CLIENT, family, "output", called + " dnat to " + at + ":" + PORT);
      case SNAT -> {
        String to = from + ":41000-45999";
        nat(world, CLIENT, family, "postrouting", "tcp dport " + PORT + " snat to " + to);
        return new InetSocketAddress(server, PORT);
      }
      case SERVICE -> {
        nat(world, "n1", family, "prerouting", called + " dnat to " + at + ":" + PORT);
        world.nft("n1", MASQUERADE.formatted(family, PORT));
      }
      case TPROXY -> {
        world.ip(CLIENT, six, "route add " + nowhere + " via " + server.getHostAddress());
        world.ip(
            SERVER,
            six,
            "rule add fwmark 1 lookup 100",
            "route add local " + (six ? "::/0" : "0.0.0.0/0") + " dev lo table 100");
        world.nft(SERVER, MANGLE.formatted(family, called, PORT));
      }
    }
    return new InetSocketAddress(InetAddress.getByName(nowhere), CALLED);
  }

  /** Takes the rules away. */
  void takeDown(World world, InetAddress server) throws Exception {
    boolean six = server instanceof Inet6Address;
    String family = six ? "ip6" : "ip";
    String place = this == TPROXY ? SERVER : this == SERVICE ? "n1" : CLIENT;
    world.nft(place, "delete table " + family + " gate\n");
    if (this == TPROXY) {
      world.ip(CLIENT, six, "route del " + (six ? "fd99::1" : "10.99.0.1"));
      world.ip(SERVER, six, "rule del fwmark 1 lookup 100", "route flush table 100");
    }
  }

  /** All kinds, by both families. */
  static List<String> families() {
    return List.of("ipv4", "ipv6");
  }

  private static void nat(World world, String place, String family, String hook, String rule)
      throws Exception {
    String priority = hook.equals("postrouting") ? "100" : "-100";
    world.nft(place, CHAIN.formatted(family, hook, priority, rule));
  }

  private static final String CHAIN =
      """
      table %s gate {
        chain translate {
          type nat hook %s priority %s; policy accept;
          %s
        }
      }
      """;
  private static final String MASQUERADE =
      """
      table %s gate {
        chain hide {
          type nat hook postrouting priority 100; policy accept;
          tcp dport %d masquerade
        }
      }
      """;
  private static final String MANGLE =
      """
      table %s gate {
        chain divert {
          type filter hook prerouting priority mangle; policy accept;
          %s tproxy to :%d meta mark set 1 accept
        }
      }
      """;
}
