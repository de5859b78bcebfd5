package dev.shortpath.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A short command's end.
 *
 * @param exitCode the command's exit code
 * @param output what it wrote to standard output and standard error, both
 */
record Command(int exitCode, String output) {
  private static final int TIMEOUT_SECONDS = 30;

  /**
   * Runs a command with an empty environment: neither LD_LIBRARY_PATH nor a user's settings may
   * change an image. Its output must fit into a pipe (64 KiB).
   *
   * @throws IOException if it cannot be started or does not end within 30 s
   */
  static Command run(List<String> arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
    String path = System.getenv("PATH");
    builder.environment().clear();
    if (path != null) {
      builder.environment().put("PATH", path);
    }
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(
            "%s did not end within %d s".formatted(arguments.get(0), TIMEOUT_SECONDS));
      }
      byte[] output = process.getInputStream().readAllBytes();
      return new Command(process.exitValue(), new String(output, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
