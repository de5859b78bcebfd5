package dev.shortpath.harness.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * The program's version and, from the build, its git revision with {@code -dirty} where it applies.
 */
final class Version implements IVersionProvider {
  static String text() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/shortpath-version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String revision = System.getProperty("shortpath.revision", "");
    return properties.getProperty("version") + (revision.isEmpty() ? "" : " " + revision);
  }

  @Override
  public String[] getVersion() {
    return new String[] {"shortpath " + text()};
  }
}
