package dev.shortpath.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Properties;

/**
 * Where an image comes from. Nothing else about the machine or the time goes into it.
 *
 * @param version the project's version
 * @param revision the commit that was built, with {@code -dirty} if the checkout has changes;
 *     {@code unknown} outside a checkout
 * @param created the time that the image states, fixed for a version
 */
public record Origin(String version, String revision, Instant created) {
  /** System property: the revision, where there is no checkout to ask. */
  public static final String REVISION = "shortpath.revision";

  /** The origin of images built from a checkout. */
  static Origin of(Path home) throws InterruptedException {
    Properties build = new Properties();
    try (InputStream in = Origin.class.getResourceAsStream("/shortpath-image.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Origin(
        build.getProperty("version"), revision(home), Instant.parse(build.getProperty("created")));
  }

  private static String revision(Path home) throws InterruptedException {
    String given = System.getProperty(REVISION, "");
    if (!given.isBlank()) {
      return given;
    }
    try {
      // Tags are left out: the revision is the commit, the version has its own label.
      Command git =
          Command.run(
              List.of(
                  "git",
                  "--no-optional-locks",
                  "-c",
                  "safe.directory=" + home,
                  "-C",
                  home.toString(),
                  "describe",
                  "--always",
                  "--dirty",
                  "--abbrev=40",
                  "--exclude=*"));
      return git.exitCode() == 0 ? git.output().strip() : "unknown";
    } catch (IOException e) {
      return "unknown"; // No git here.
    }
  }
}
