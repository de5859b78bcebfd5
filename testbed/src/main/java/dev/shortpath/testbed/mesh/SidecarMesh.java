package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * Istio's sidecar mode with a real Envoy in each pod, configured statically as Istio configures it
 * for a TCP service: connections redirected to 15001 and 15006, mTLS between the two.
 */
final class SidecarMesh implements Mesh {
  /** Istio's user of the sidecar; what it sends is not redirected. */
  static final int UID = 1337;

  private static final String OUTBOUND =
      "    meta skuid %d return%n    meta skgid %d return%n    fib daddr type local return%n";

  @Override
  public String name() {
    return "sidecar";
  }

  @Override
  public List<String> missing(Tools tools) {
    List<String> lines = new ArrayList<>(tools.missing("openssl"));
    binary(tools).missing().forEach(line -> lines.add("mesh sidecar: " + line));
    return lines;
  }

  @Override
  public void fetch(Tools tools) throws TestbedException, InterruptedException {
    binary(tools).fetch();
  }

  static EnvoyBinary binary(Tools tools) {
    return new EnvoyBinary(tools, System.getenv());
  }

  @Override
  public RunningMesh start(Site site, List<Pair> pairs, int port)
      throws TestbedException, InterruptedException {
    Path directory = site.state().resolve(name());
    makeDirectory(directory);
    List<Pod> pods = new ArrayList<>();
    pairs.forEach(pair -> pods.addAll(List.of(pair.client(), pair.server())));
    Certificates certificates = Certificates.make(site, directory, pods);
    List<Callable<Proxy>> starts = new ArrayList<>();
    for (Pair pair : pairs) {
      for (Pod pod : List.of(pair.client(), pair.server())) {
        String config =
            EnvoyConfig.of(pod, pair, port, certificates, socket(directory, pod.name()));
        starts.add(() -> start(site, pod, config, certificates, directory));
      }
    }
    List<Proxy> started = Together.all(starts);
    Map<String, Proxy> proxies = new TreeMap<>();
    for (int i = 0; i < pods.size(); i++) {
      Path socket = socket(directory, pods.get(i).name());
      started.get(i).awaitReady(() -> UnixSocket.get(socket, "/ready").contains("LIVE"));
      proxies.put(pods.get(i).name(), started.get(i));
    }
    return new SidecarRunning(site, port, directory, proxies, version(site));
  }

  private static Proxy start(
      Site site, Pod pod, String config, Certificates certificates, Path directory)
      throws TestbedException, InterruptedException {
    Rules.load(site, pod, OUTBOUND.formatted(UID, UID), "");
    // Istio's address for what a sidecar passes on to its own pod; 127.0.0.6 needs none.
    site.admin(pod.name(), pod.netns())
        .feed(Command.of("ip", "addr", "add", "::6/128", "dev", "lo", "nodad"), "", Remote.SOON);
    Path file = directory.resolve(pod.name() + ".yaml");
    Path log = site.logs().resolve("envoy-" + pod.name() + ".log");
    try {
      Files.writeString(file, config);
      makeDirectory(socket(directory, pod.name()).getParent());
      for (Path own : List.of(socket(directory, pod.name()).getParent(), certificates.key(pod))) {
        Files.setAttribute(own, "unix:uid", UID);
        Files.setAttribute(own, "unix:gid", UID);
      }
    } catch (IOException e) {
      throw new TestbedException("mesh sidecar: " + e.getMessage(), e);
    }
    Command command =
        Command.of(binary(site.tools()).path().toString(), "-c", file.toString())
            .and("--concurrency", "1", "--disable-hot-restart", "--log-level", "warning");
    return new Proxy("Envoy of " + pod.name(), site.proxy(pod, UID).daemon(command, log), log);
  }

  private static void makeDirectory(Path directory) throws TestbedException {
    try {
      Files.createDirectory(directory);
      // The keys inside have modes of their own.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      throw new TestbedException("mesh sidecar: " + e.getMessage(), e);
    }
  }

  private static String version(Site site) throws TestbedException, InterruptedException {
    Command command = Command.of(binary(site.tools()).path().toString(), "--version");
    String said = site.admin().feed(command, "", Remote.SOON).out();
    return said.replaceAll("(?s).*version: [0-9a-f]+/([^/]+)/.*", "Envoy $1");
  }

  /** In a directory of the proxy's own user, who makes it. */
  static Path socket(Path directory, String pod) {
    return directory.resolve(pod).resolve("admin.sock");
  }
}
