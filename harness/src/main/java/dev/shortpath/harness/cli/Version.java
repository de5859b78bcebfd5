package dev.shortpath.harness.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The program's version and, its checkout's git revision with {@code -dirty} where it applies. */
final class Version implements IVersionProvider {
  static String text() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/shortpath-version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String revision = revision(System.getProperty("shortpath.home", ""));
    return properties.getProperty("version") + (revision.isEmpty() ? "" : " " + revision);
  }

  /** Of the checkout that the program was started from; empty where there is none. */
  private static String revision(String home) {
    if (home.isEmpty()) {
      return "";
    }
    try {
      // Root may ask about a checkout that belongs to somebody else.
      Process git =
          new ProcessBuilder(
                  "git",
                  "-C",
                  home,
                  "-c",
                  "safe.directory=" + home,
                  "describe",
                  "--always",
                  "--dirty",
                  "--abbrev=12",
                  "--exclude=*")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return git.waitFor() == 0 ? said.strip() : "";
    } catch (IOException e) {
      return ""; // no git: the version alone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  @Override
  public String[] getVersion() {
    return new String[] {"shortpath " + text()};
  }
}
