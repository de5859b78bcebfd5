package dev.shortpath.testbed.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Puts requests to {@code shortpath-lb}, each answered with one line, within a bounded time. */
final class EbpfControl {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHUNK = 1 << 16;

  private final Path socket;

  EbpfControl(Path socket) {
    this.socket = socket;
  }

  /**
   * The answer to a request that must succeed.
   *
   * @throws TestbedException saying why it did not: the program's own reason
   */
  JsonNode ask(String request, Duration limit) throws TestbedException {
    JsonNode answer;
    try {
      answer = JSON.readTree(exchange(request, limit));
    } catch (IOException e) {
      throw new TestbedException(Ebpf.PROGRAM + " does not answer: " + e.getMessage(), e);
    }
    if (!answer.path("ok").asBoolean()) {
      String line = answer.path("line").asInt() == 0 ? "" : line(request, answer) + ": ";
      throw new TestbedException(Ebpf.PROGRAM + ": " + line + answer.path("error").asText());
    }
    return answer;
  }

  /** The line that is to blame, which names the Service; the request's own first line is no. 0. */
  private static String line(String request, JsonNode answer) {
    return request
        .lines()
        .skip(answer.path("line").asInt())
        .findFirst()
        .map(line -> line.length() > 100 ? line.substring(0, 100) + "..." : line)
        .orElse("");
  }

  private String exchange(String request, Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (out.hasRemaining()) {
        await(selector, end);
        channel.write(out);
      }
      key.interestOps(SelectionKey.OP_READ);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(CHUNK);
      while (true) {
        await(selector, end);
        int count = channel.read(in);
        if (count < 0) {
          throw new IOException("the connection ended");
        }
        answer.write(in.array(), 0, count);
        if (count > 0 && in.array()[count - 1] == '\n') {
          return answer.toString(StandardCharsets.UTF_8);
        }
        in.clear();
      }
    }
  }

  private static void await(Selector selector, long end) throws IOException {
    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    if (left <= 0) {
      throw new IOException("no answer in time");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
    selector.select(left);
    selector.selectedKeys().clear();
  }
}
