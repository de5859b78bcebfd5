package dev.shortpath.testbed.kube.servicepath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ProxyMetricsTest {
  @Test
  void aKubeProxyThatIsStartingIsWaitedFor() throws Exception {
    InetAddress address = InetAddress.getByName("127.10.249.1");
    AtomicInteger asked = new AtomicInteger();
    HttpServer proxy = HttpServer.create(new InetSocketAddress(address, 0), 0);
    proxy.createContext(
        "/proxyMode",
        exchange -> {
          byte[] mode = "nftables\n".getBytes(StandardCharsets.UTF_8);
          boolean early = asked.incrementAndGet() == 1;
          exchange.sendResponseHeaders(early ? 404 : 200, early ? -1 : mode.length);
          if (!early) {
            exchange.getResponseBody().write(mode);
          }
          exchange.close();
        });
    proxy.start();
    try {
      assertEquals("nftables", new ProxyMetrics("n2", proxy.getAddress()).mode());
      assertEquals(2, asked.get());
    } finally {
      proxy.stop(0);
    }
  }
}
