package dev.shortpath.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * As much of a registry as a push needs (OCI distribution specification 1.1, "Pushing blobs" and
 * "Pushing manifests"), on the loopback interface, by TLS with a certificate that nobody has
 * signed. A blob whose bytes are not what its digest says is refused.
 */
final class SmallRegistry implements AutoCloseable {
  private static final String PASSWORD = "of a test";

  /** By digest. */
  final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

  /** By repository and tag, each {@code NAME:TAG}. */
  final Map<String, byte[]> manifests = new ConcurrentHashMap<>();

  private final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private SmallRegistry(HttpsServer server) {
    this.server = server;
  }

  /**
   * Starts one.
   *
   * @param directory for its key
   */
  static SmallRegistry start(Path directory) throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SmallRegistry registry = new SmallRegistry(HttpsServer.create(address, 0));
    registry.server.setHttpsConfigurator(new HttpsConfigurator(identity(directory)));
    registry.server.createContext("/v2/", registry::answer);
    registry.server.setExecutor(registry.threads);
    registry.server.start();
    return registry;
  }

  private static SSLContext identity(Path directory) throws Exception {
    Path store = directory.resolve("registry.p12");
    Command.run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-storepass",
            PASSWORD,
            "-keystore",
            store.toString()));
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  String host() {
    return "localhost:" + server.getAddress().getPort();
  }

  static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status(exchange, exchange.getRequestBody().readAllBytes()), -1);
    }
  }

  private int status(HttpExchange exchange, byte[] body) {
    String path = exchange.getRequestURI().getPath().substring("/v2/".length());
    String last = path.substring(path.lastIndexOf('/') + 1);
    String method = exchange.getRequestMethod();
    if (path.isEmpty()) {
      return 200;
    }
    if (path.contains("/blobs/uploads/")) {
      return upload(exchange, method, path, last, body);
    }
    if (path.contains("/blobs/")) {
      byte[] blob = blobs.get(last);
      if (blob != null) {
        exchange.getResponseHeaders().add("Content-Length", Integer.toString(blob.length));
      }
      return blob == null ? 404 : 200;
    }
    String name = path.substring(0, path.indexOf("/manifests/")) + ":" + last;
    if (!method.equals("PUT")) {
      return manifests.containsKey(name) ? 200 : 404;
    }
    manifests.put(name, body);
    exchange.getResponseHeaders().add("Docker-Content-Digest", digest(body));
    return 201;
  }

  private int upload(HttpExchange exchange, String method, String path, String id, byte[] body) {
    if (method.equals("POST")) {
      String started = Integer.toString(uploads.size());
      uploads.put(started, new byte[0]);
      exchange.getResponseHeaders().add("Location", "/v2/" + path + started);
      return 202;
    }
    if (method.equals("PATCH")) {
      uploads.put(id, body);
      exchange.getResponseHeaders().add("Location", exchange.getRequestURI().toString());
      return 202;
    }
    String digest = exchange.getRequestURI().getQuery().replace("digest=", "");
    if (!digest.equals(digest(uploads.get(id)))) {
      return 400;
    }
    blobs.put(digest, uploads.get(id));
    return 201;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
