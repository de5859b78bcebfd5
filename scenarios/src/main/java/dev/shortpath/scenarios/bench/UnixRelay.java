package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The redirected ambient path against the same hops over Unix sockets: client, HAProxy, TLS,
 * HAProxy, server. A Unix socket is what a message between two processes costs at least, with the
 * kernel's ordinary means.
 */
final class UnixRelay implements Benchmark {
  private static final Treatment AMBIENT = Ground.treatment("ambient", "sockmap", "one-node");
  private static final String PINGS = "2000";
  private static final String WARM_UP = "200";
  private static final String INTERVAL_US = "2000";

  @Override
  public List<String> figures() {
    return List.of("ambient_vs_unix_relay");
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    Path directory = Files.createTempDirectory(ground.directory(), "relay-");
    certificate(ground, directory);
    Files.writeString(directory.resolve("relay.cfg"), CONFIG.replace("DIR", directory.toString()));
    Map<String, String> pings =
        Map.of("count", PINGS, "warm-up", WARM_UP, "interval-us", INTERVAL_US);
    return List.of(
        Alternating.figure(
            "ambient_vs_unix_relay",
            "ns",
            "<= 1.25",
            7,
            () -> ground.p50(AMBIENT, "ping-echo", pings),
            () -> relay(ground, directory)));
  }

  private static double relay(Ground ground, Path directory) throws Exception {
    try (Scene scene = ground.prepare(Ground.treatment("none", "off", "one-node"))) {
      Remote pod = scene.client().remote();
      String app = directory.resolve("app.sock").toString();
      String front = directory.resolve("out.sock").toString();
      for (String stale : List.of(app, front, directory.resolve("in.sock").toString())) {
        Files.deleteIfExists(Path.of(stale));
      }
      try (Running server = pod.start(Command.of("pingecho", "server", "--unix", app));
          Running proxy =
              pod.start(Command.of("haproxy", "-db", "-q", "-f", directory + "/relay.cfg"))) {
        server.out().read();
        await(Path.of(front));
        Command client =
            Command.of("pingecho", "client", "--unix", front)
                .and("--count", PINGS, "--warmup", WARM_UP, "--interval-us", INTERVAL_US);
        Result result = pod.run(client, Duration.ofSeconds(60));
        if (!result.ok()) {
          throw new IllegalStateException("relay: " + result.lastWord() + " " + proxy.err());
        }
        return Alternating.median(
            result
                .out()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[2]))
                .toArray());
      }
    }
  }

  private static void await(Path socket) throws InterruptedException {
    for (int i = 0; i < 100 && !Files.exists(socket); i++) {
      Thread.sleep(20);
    }
    Thread.sleep(100);
  }

  private static void certificate(Ground ground, Path directory) throws Exception {
    try (Scene scene = ground.prepare(Ground.treatment("none", "off", "one-node"))) {
      String certificate = directory.resolve("relay.crt").toString();
      String key = directory.resolve("relay.key").toString();
      Result made =
          scene
              .client()
              .remote()
              .run(
                  Command.of("openssl", "req", "-x509", "-newkey", "ec", "-nodes")
                      .and("-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2")
                      .and("-subj", "/CN=relay", "-keyout", key, "-out", certificate),
                  Duration.ofSeconds(20));
      if (!made.ok()) {
        throw new IllegalStateException("openssl: " + made.lastWord());
      }
      Files.writeString(
          directory.resolve("relay.pem"),
          Files.readString(Path.of(certificate)) + Files.readString(Path.of(key)));
    }
  }

  // The ambient stand-in's settings, on Unix sockets.
  private static final String CONFIG =
      """
      global
        nbthread 1
        tune.bufsize 16384
        ssl-default-bind-options ssl-min-ver TLSv1.3
        ssl-default-server-options ssl-min-ver TLSv1.3
        ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
        ssl-default-server-ciphersuites TLS_AES_128_GCM_SHA256
      defaults
        mode tcp
        timeout connect 5s
        timeout client 1h
        timeout server 1h
      listen outbound
        bind unix@DIR/out.sock
        server tunnel unix@DIR/in.sock ssl crt DIR/relay.pem ca-file DIR/relay.crt verify required
      listen inbound
        bind unix@DIR/in.sock ssl crt DIR/relay.pem ca-file DIR/relay.crt verify required
        server app unix@DIR/app.sock
      """;
}
