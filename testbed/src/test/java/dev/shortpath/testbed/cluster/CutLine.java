package dev.shortpath.testbed.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A relay on loopback before a server, which can be cut and mended. */
final class CutLine implements AutoCloseable {
  private final ServerSocket listener;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  CutLine(int port) throws IOException {
    this.port = port;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Ends every connection; new ones are ended at once. */
  void cut() {
    cut = true;
    open.forEach(CutLine::close);
  }

  void mend() {
    cut = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        open.add(near);
        if (cut) {
          close(near);
        } else {
          Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
          open.add(far);
          start(() -> relay(near, far));
          start(() -> relay(far, near));
        }
      } catch (IOException e) {
        // The end, or nobody there: the next one may have more luck.
      }
    }
  }

  private void relay(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // Cut.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Then it is closed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
