package dev.shortpath.testbed.mesh;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks a local service one question and reads its answer to the end, within {@value #LIMIT_MILLIS}
 * ms: a service that is stopped still has a socket that takes connections.
 */
final class UnixSocket {
  static final long LIMIT_MILLIS = 2000;

  private static final ScheduledThreadPoolExecutor WATCH = watch();

  private UnixSocket() {}

  /**
   * The body of an HTTP answer.
   *
   * @throws IOException when the service does not answer, or with another status than 200
   */
  static String get(Path socket, String path) throws IOException {
    return body(
        ask(socket, "GET " + path + " HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n"));
  }

  /** The body of an answer with its header, which may come in chunks. */
  static String body(String answer) throws IOException {
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0 || !answer.startsWith("HTTP/1.1 200 ")) {
      throw new IOException(answer.lines().findFirst().orElse("an empty answer"));
    }
    String body = answer.substring(end + 4);
    String header = answer.substring(0, end).toLowerCase(Locale.ROOT);
    return header.contains("transfer-encoding: chunked") ? dechunk(body) : body;
  }

  private static String dechunk(String body) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      int at = 0;
      while (true) {
        int line = body.indexOf("\r\n", at);
        int size = Integer.parseInt(body.substring(at, line), 16);
        if (size == 0) {
          return text.toString();
        }
        text.append(body, line + 2, line + 2 + size);
        at = line + 2 + size + 2;
      }
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException("the answer broke off", e);
    }
  }

  /**
   * The answer to one question, a character for each byte.
   *
   * @throws IOException when it cannot be asked or its answer is not complete in time
   */
  static String ask(Path socket, String question) throws IOException {
    AtomicBoolean late = new AtomicBoolean();
    Future<?> watchdog = null;
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // Closing it ends whatever the channel waits for: taking the connection, room, the answer.
      Callable<Void> close =
          () -> {
            late.set(true);
            channel.close();
            return null;
          };
      watchdog = WATCH.schedule(close, LIMIT_MILLIS, TimeUnit.MILLISECONDS);
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer bytes = ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      byte[] answer = Channels.newInputStream(channel).readAllBytes();
      return new String(answer, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw late.get() ? new IOException("no answer within " + LIMIT_MILLIS + " ms", e) : e;
    } finally {
      if (watchdog != null) {
        watchdog.cancel(false);
      }
    }
  }

  private static ScheduledThreadPoolExecutor watch() {
    ScheduledThreadPoolExecutor watch =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "testbed-watch");
              thread.setDaemon(true);
              return thread;
            });
    watch.setRemoveOnCancelPolicy(true);
    return watch;
  }
}
