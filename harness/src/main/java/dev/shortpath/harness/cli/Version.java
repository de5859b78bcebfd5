package dev.shortpath.harness.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * The program's version and the git revision that it was built from, with {@code -dirty} where
 * something was changed since.
 */
final class Version implements IVersionProvider {
  static String text() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/shortpath-version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text(properties);
  }

  /** Of what the build wrote. Outside of a checkout it knows no revision, and leaves its name. */
  static String text(Properties built) {
    String revision = built.getProperty("revision");
    String dirty = built.getProperty("dirty").equals("true") ? "-dirty" : "";
    return built.getProperty("version") + (revision.startsWith("$") ? "" : " " + revision + dirty);
  }

  @Override
  public String[] getVersion() {
    return new String[] {"shortpath " + text()};
  }
}
