package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small cluster of namespaces, dual stack: a client and a router outside; the node under test
 * with the pods a, b and c on links of their own; another node with the pod r.
 *
 * <pre>client – router – node – a, b, c
 *            ` other – r</pre>
 *
 * <p>The router knows the pods' addresses and no ClusterIP: what no data plane takes is refused by
 * it at once. Every pod serves on {@link #PORT}.
 */
final class ServiceWorld implements ServicePlaces, AutoCloseable {
  static final int PORT = 7000;
  static final String CLIENT4 = "203.0.113.2";
  static final String CLIENT6 = "2001:db8:113::2";
  private static final AtomicInteger WORLDS = new AtomicInteger();
  private static final Pattern WORLD = Pattern.compile("spdp(\\d+)x\\d+");
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final List<String> PLACES =
      List.of("client", "router", "node", "other", "a", "b", "c", "r");

  final Tools tools = Tools.here();
  final Path work;
  final DataPlaneNode node;
  private final String prefix =
      "spdp" + ProcessHandle.current().pid() + "x" + WORLDS.getAndIncrement();
  private final Path cgroup;
  private final Map<String, Peer> peers = new LinkedHashMap<>();

  private ServiceWorld() throws Exception {
    work = Files.createTempDirectory("spdp");
    cgroup = cgroupMount().resolve(prefix);
    Files.createDirectories(cgroup.resolve("node"));
    Path logs = Files.createDirectories(work.resolve("logs"));
    node =
        new DataPlaneNode(
            "node",
            new PlacedRemote(
                "node", Launcher.into(tools, cgroup.resolve("node")).netns(prefix + "node")),
            "up0",
            List.of("to-a", "to-b", "to-c"),
            address("192.168.0.2"),
            address("2001:db8:168::2"),
            "10.244.0.0/16",
            "fd00:10:244::/48",
            work,
            logs);
  }

  /** Skips the test, with the reason, on a machine that cannot have such a world. */
  static void assumePossible() {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "network namespaces need root: use sudo");
    List<String> missing = Tools.here().missing("ip", "sysctl", "python3", "shortpath-enter");
    assumeTrue(missing.isEmpty(), String.join("; ", missing));
  }

  static ServiceWorld open() throws Exception {
    removeDead();
    ServiceWorld world = new ServiceWorld();
    try {
      world.build();
      return world;
    } catch (Exception | Error e) {
      world.remove();
      throw e;
    }
  }

  private void build() throws Exception {
    StringBuilder add = new StringBuilder();
    PLACES.forEach(place -> add.append("netns add ").append(prefix).append(place).append('\n'));
    ip(null, "-4", add.toString());
    for (String place : PLACES) {
      sysctl(place);
      ip(place, "-4", "link set lo up\n");
    }
    link("router", "to-client", "client", "eth0", "203.0.113.", "2001:db8:113::", 24, 64);
    link("router", "to-node", "node", "up0", "192.168.0.", "2001:db8:168::", 24, 64);
    link("router", "to-other", "other", "up0", "192.168.1.", "2001:db8:169::", 24, 64);
    pod("node", "a", 1, 10);
    pod("node", "b", 1, 11);
    pod("node", "c", 1, 12);
    pod("other", "r", 2, 10);
    for (int n = 1; n <= 2; n++) {
      route("router", "10.244." + n + ".0/24 via 192.168." + (n - 1) + ".2");
      route6("router", "fd00:10:244:" + n + "::/64 via 2001:db8:" + (167 + n) + "::2");
    }
    for (String place : List.of("client", "node", "other")) {
      String net4 =
          place.equals("client")
              ? "203.0.113.1"
              : "192.168." + (place.equals("node") ? 0 : 1) + ".1";
      String net6 = place.equals("client") ? "113" : place.equals("node") ? "168" : "169";
      route(place, "default via " + net4);
      route6(place, "default via 2001:db8:" + net6 + "::1");
    }
    for (String place : List.of("client", "a", "b", "c", "r")) {
      peers.put(place, Peer.start(launcher(place)));
    }
    for (String pod : List.of("a", "b", "c", "r")) {
      peers.get(pod).serve(pod, PORT);
    }
  }

  @Override
  public Peer peer(String place) {
    return peers.get(place);
  }

  @Override
  public DataPlaneNode node() {
    return node;
  }

  @Override
  public Set<String> ownAddresses() {
    return Set.of("192.168.0.2", "2001:db8:168::2", "10.244.1.1", "fd00:10:244:1::1");
  }

  /** A pod as an endpoint of Services of the node under test. */
  static Endpoint endpoint(String pod) {
    String four = pod.equals("r") ? "10.244.2.10" : "10.244.1." + host(pod);
    String six = (pod.equals("r") ? "fd00:10:244:2::" : "fd00:10:244:1::") + host(pod);
    return new Endpoint(address(four), address(six), PORT, !pod.equals("r"));
  }

  private static int host(String pod) {
    return pod.equals("r") ? 10 : 10 + pod.charAt(0) - 'a';
  }

  static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Commands in a place's namespace. */
  PlacedRemote in(String place) {
    return new PlacedRemote(place, launcher(place));
  }

  /** Where commands on the node under test run. */
  Path cgroupOfNode() {
    return cgroup.resolve("node");
  }

  private Launcher launcher(String place) {
    return Launcher.into(tools, cgroup).netns(prefix + place);
  }

  private void link(
      String left,
      String leftDev,
      String right,
      String rightDev,
      String net4,
      String net6,
      int l4,
      int l6)
      throws Exception {
    ip(
        left,
        "-4",
        "link add "
            + leftDev
            + " type veth peer name "
            + rightDev
            + " netns "
            + prefix
            + right
            + "\n");
    end(left, leftDev, net4 + "1/" + l4, net6 + "1/" + l6);
    end(right, rightDev, net4 + "2/" + l4, net6 + "2/" + l6);
  }

  private void pod(String on, String pod, int net, int host) throws Exception {
    String dev = "to-" + pod;
    String gateway4 = "10.244." + net + ".1";
    String gateway6 = "fd00:10:244:" + net + "::1";
    String four = "10.244." + net + "." + host;
    String six = "fd00:10:244:" + net + "::" + host;
    ip(on, "-4", "link add " + dev + " type veth peer name eth0 netns " + prefix + pod + "\n");
    end(on, dev, gateway4 + "/32", gateway6 + "/128");
    end(pod, "eth0", four + "/32", six + "/128");
    route(on, four + " dev " + dev);
    route6(on, six + " dev " + dev);
    route(pod, gateway4 + " dev eth0");
    route6(pod, gateway6 + " dev eth0");
    route(pod, "default via " + gateway4);
    route6(pod, "default via " + gateway6);
  }

  private void end(String place, String dev, String four, String six) throws Exception {
    ip(place, "-4", "link set dev " + dev + " up\naddr add " + four + " dev " + dev + "\n");
    ip(place, "-6", "addr add " + six + " dev " + dev + " nodad\n");
  }

  private void route(String place, String route) throws Exception {
    ip(place, "-4", "route add " + route + "\n");
  }

  private void route6(String place, String route) throws Exception {
    ip(place, "-6", "route add " + route + "\n");
  }

  private void ip(String place, String family, String batch) throws Exception {
    PlacedRemote remote =
        place == null ? new PlacedRemote("host", new Launcher(tools, List.of())) : in(place);
    remote.feed(Command.of("ip", family, "-batch", "-"), batch, LIMIT);
  }

  private void sysctl(String place) throws Exception {
    boolean forwards = place.equals("router") || place.equals("node") || place.equals("other");
    List<String> settings = new ArrayList<>(List.of("-q", "-w"));
    settings.add("net.ipv6.conf.all.disable_ipv6=0");
    settings.add("net.ipv6.conf.default.disable_ipv6=0");
    settings.add("net.ipv6.conf.all.accept_dad=0");
    settings.add("net.ipv6.conf.default.accept_dad=0");
    if (forwards) {
      settings.add("net.ipv4.ip_forward=1");
      settings.add("net.ipv6.conf.all.forwarding=1");
      // A test may be refused a thousand times a second.
      settings.add("net.ipv4.icmp_ratelimit=0");
      settings.add("net.ipv6.icmp.ratelimit=0");
    }
    in(place).feed(new Command("sysctl", settings), "", LIMIT);
  }

  private static Path cgroupMount() throws IOException {
    return Files.readAllLines(Path.of("/proc/mounts")).stream()
        .map(line -> line.split(" "))
        .filter(fields -> fields[2].equals("cgroup2"))
        .map(fields -> Path.of(fields[1]))
        .findFirst()
        .orElseThrow(() -> new IOException("cgroup2 is not mounted"));
  }

  /** Takes all down and asserts that nothing of it is left. */
  @Override
  public void close() throws Exception {
    remove();
    String[] left = Path.of("/run/netns").toFile().list((dir, name) -> name.startsWith(prefix));
    assertEquals(List.of(), left == null ? List.of() : List.of(left), "namespaces left behind");
    assertEquals(false, Files.exists(cgroup), cgroup + " is left behind");
  }

  /** Removes what tests left behind that were killed. */
  private static void removeDead() throws Exception {
    String[] names = Path.of("/run/netns").toFile().list();
    for (String name : names == null ? new String[0] : names) {
      Matcher world = WORLD.matcher(name);
      if (world.lookingAt() && ProcessHandle.of(Long.parseLong(world.group(1))).isEmpty()) {
        PlacedRemote host = new PlacedRemote("host", new Launcher(Tools.here(), List.of()));
        host.run(Command.of("ip", "netns", "del", name), LIMIT);
        Path cgroup = cgroupMount().resolve(world.group());
        Files.deleteIfExists(cgroup.resolve("node"));
        Files.deleteIfExists(cgroup);
      }
    }
  }

  private void remove() throws Exception {
    peers.values().forEach(Peer::close);
    for (String place : PLACES) {
      if (Files.exists(Path.of("/run/netns", prefix + place))) {
        ip(null, "-4", "netns del " + prefix + place + "\n");
      }
    }
    for (Path directory : List.of(cgroup.resolve("node"), cgroup)) {
      if (Files.isDirectory(directory)) {
        Files.delete(directory);
      }
    }
    try (var files = Files.walk(work)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
