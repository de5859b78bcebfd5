package dev.shortpath.testbed.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's sshd on loopback with keys of its own, for whoever has the user's key. */
public final class SshServer implements AutoCloseable {
  public static final Path PROGRAM = Path.of("/usr/sbin/sshd");

  private final Path directory;
  private final int port;
  private Process process;

  /** Starts one. */
  public SshServer(Path directory) throws Exception {
    this.directory = directory;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
    key("host");
    key("user");
    key("other");
    Files.copy(directory.resolve("user.pub"), directory.resolve("authorized"));
    Files.writeString(directory.resolve("known_hosts"), known("host"));
    Files.writeString(directory.resolve("changed_hosts"), known("other"));
    Files.writeString(directory.resolve("no_hosts"), "");
    // The privilege separation directory of Debian's package, which its unit makes.
    Files.createDirectories(Path.of("/run/sshd"));
    start();
  }

  private String known(String key) throws IOException {
    String[] words = Files.readString(directory.resolve(key + ".pub")).split(" ");
    return "[127.0.0.1]:%d %s %s\n".formatted(port, words[0], words[1]);
  }

  private void key(String name) throws Exception {
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file(name).toString());
  }

  static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(List.of(command) + ": " + process.exitValue());
    }
  }

  private void start() throws Exception {
    Path config = directory.resolve("sshd_config");
    Files.writeString(
        config,
        """
        Port %d
        ListenAddress 127.0.0.1
        HostKey %s
        AuthorizedKeysFile %s
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        Subsystem sftp internal-sftp
        """
            .formatted(port, file("host"), file("authorized")));
    process =
        new ProcessBuilder(PROGRAM.toString(), "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    for (int i = 0; i < 300; i++) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        return;
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException(Files.readString(directory.resolve("log")));
  }

  /**
   * Keys {@code user} and {@code other}; {@code known_hosts}, {@code changed_hosts}, {@code
   * no_hosts}.
   */
  public Path file(String name) {
    return directory.resolve(name);
  }

  /** As this user. */
  public SshAddress address() {
    return new SshAddress(System.getProperty("user.name"), "127.0.0.1", port);
  }

  /** The connections alone. */
  public void cut() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
  }

  /** Every process of sshd's: the connections with it. */
  void kill() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
