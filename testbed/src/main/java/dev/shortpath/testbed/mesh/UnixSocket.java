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

/** Asks a local service one question and reads its answer to the end. */
final class UnixSocket {
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

  /** The answer to one question, a character for each byte. */
  static String ask(Path socket, String question) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer bytes = ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return new String(
          Channels.newInputStream(channel).readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
