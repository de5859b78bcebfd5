package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Running;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

@Tag("k3s")
@ExtendWith(NeedsKubeNode.class)
class ContainerExecTest {
  private static final int TIMES = 20;

  private final ConcurrentLinkedQueue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
  private Thread.UncaughtExceptionHandler before;
  private GenericContainer<?> container;

  @BeforeEach
  void start() {
    container =
        new GenericContainer<>(DockerImageName.parse(K3sProvider.image()))
            .withImagePullPolicy(any -> false)
            .withCreateContainerCmdModifier(c -> c.withEntrypoint("sleep").withCmd("600"));
    container.start();
    before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
  }

  @AfterEach
  void stop() {
    Thread.setDefaultUncaughtExceptionHandler(before);
    container.stop();
  }

  /** A command that ends by itself leaves nobody who could be told to end it. */
  @Test
  void whatEndsByItselfIsNotToldTo() throws Exception {
    for (int i = 0; i < TIMES; i++) {
      try (Running echo =
          ContainerExec.start("echo", container.getContainerId(), List.of("echo", "told"))) {
        assertEquals(0, echo.await(Remote.SOON));
        assertEquals("told\n", new String(echo.out().readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    Thread.sleep(200);
    assertTrue(uncaught.isEmpty(), uncaught.toString());
  }
}
