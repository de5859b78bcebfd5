package dev.shortpath.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RegistryTest {
  private static final Path HOME = Path.of(System.getProperty(ImageBuilder.HOME));
  private static final Origin ORIGIN = new Origin("1", "x", Instant.EPOCH);

  @TempDir Path temporary;

  private WrittenImage push(ImageKind kind, String registry) throws Exception {
    Path tar = temporary.resolve(kind.argument() + ".tar");
    return ImageWriter.write(kind, kind.programsIn(HOME), ORIGIN, tar, registry);
  }

  /** What nodes pull by the name that is given back is what was built. */
  @ParameterizedTest
  @EnumSource
  void theNamedImageIsThereWhole(ImageKind kind) throws Exception {
    try (SmallRegistry registry = SmallRegistry.start(temporary)) {
      WrittenImage image = push(kind, registry.host() + "/mesh");
      String name = "mesh/" + kind.repository() + ":1";
      byte[] manifest = registry.manifests.get(name);
      String digest = SmallRegistry.digest(manifest);
      assertEquals(registry.host() + "/" + name + "@" + digest, image.name());
      JsonNode content = new ObjectMapper().readTree(manifest);
      assertEquals(image.id(), content.at("/config/digest").asText());
      assertTrue(registry.blobs.containsKey(image.id()), "its configuration");
      assertTrue(content.at("/layers").size() >= 1, content.toString());
      for (JsonNode layer : content.at("/layers")) {
        byte[] blob = registry.blobs.get(layer.at("/digest").asText());
        assertEquals(layer.at("/size").asLong(), blob.length);
      }
      assertEquals(image.name(), push(kind, registry.host() + "/mesh").name(), "the same again");
    }
  }

  @Test
  void aRegistryThatIsNotThereIsNamed() throws Exception {
    String gone;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      gone = "localhost:" + free.getLocalPort();
    }
    ImageException e = assertThrows(ImageException.class, () -> push(ImageKind.AGENT, gone));
    assertTrue(e.getMessage().startsWith("registry " + gone + ": "), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }
}
