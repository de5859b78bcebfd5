package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.shortpath.testbed.remote.Together;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.DockerClientFactory;

/** This machine's Docker. */
final class Docker {
  private static final String SCHEME = "unix://";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Without it Testcontainers may start a container, of an image to be pulled, to find itself. */
  private static final String SETTING = "TESTCONTAINERS_HOST_OVERRIDE";

  private Docker() {}

  /** Why no daemon can be asked, with the remedy; empty when one answers. */
  static Optional<String> missing() {
    String host = host();
    if (!host.startsWith(SCHEME)) {
      return Optional.of(
          "testbed k3s needs Docker on this machine itself: DOCKER_HOST is "
              + host
              + ", use unix:///PATH");
    }
    Path socket = Path.of(host.substring(SCHEME.length()));
    if (!Files.exists(socket)) {
      return Optional.of(
          "testbed k3s needs Docker: there is no " + socket + ": apt-get install docker.io");
    }
    if (!Files.isWritable(socket)) {
      return Optional.of("testbed k3s may not use Docker at " + socket + ": run it with sudo");
    }
    if (System.getenv(SETTING) == null) {
      return Optional.of(
          "testbed k3s needs " + SETTING + "=localhost: use bin/shortpath, which sets it");
    }
    Optional<String> silent = silent(socket, PATIENCE);
    if (silent.isPresent()) {
      return silent;
    }
    return DockerClientFactory.instance().isDockerAvailable()
        ? Optional.empty()
        : Optional.of(
            "testbed k3s needs Docker: what answers at " + socket + " is no daemon of it");
  }

  private static String host() {
    return System.getenv().getOrDefault("DOCKER_HOST", SCHEME + "/var/run/docker.sock");
  }

  /** Whether the daemon that answered at first does so no more. */
  static boolean silent() {
    return silent(Path.of(host().substring(SCHEME.length())), PATIENCE).isPresent();
  }

  /** Why the daemon cannot be spoken to: Docker's own clients wait for a hung one without end. */
  static Optional<String> silent(Path socket, Duration limit) {
    Future<Boolean> answer =
        Together.start(
            () -> {
              try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                channel.write(StandardCharsets.US_ASCII.encode("GET /_ping HTTP/1.0\r\n\r\n"));
                return channel.read(ByteBuffer.allocate(1)) == 1;
              }
            });
    String reason = "no daemon answers at " + socket;
    try {
      if (answer.get(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
    } catch (ExecutionException e) {
      reason += " (" + e.getCause().getMessage() + ")";
    } catch (TimeoutException e) {
      answer.cancel(true);
      reason = "the daemon at " + socket + " does not answer within " + limit.toSeconds() + " s";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.of("testbed k3s needs Docker: " + reason);
  }

  static DockerClient client() {
    return DockerClientFactory.instance().client();
  }

  /** The id of an image that Docker has. */
  static Optional<String> imageId(String image) {
    try {
      return Optional.of(client().inspectImageCmd(image).exec().getId());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }
}
