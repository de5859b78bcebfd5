package dev.shortpath.harness.catalog;

import dev.shortpath.harness.experiment.Experiment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Experiments by name or by file. Those that come with the program are listed in the resource
 * {@code experiments/index}, a name a line.
 */
public final class Experiments {
  private static final String FOLDER = "experiments/";

  private Experiments() {}

  /** Names of the experiments that come with the program. */
  public static List<String> names() {
    InputStream index = resource(FOLDER + "index");
    if (index == null) {
      return List.of();
    }
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(index, StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An experiment by its name, or by a path that ends in {@code .yaml} or {@code .yml}.
   *
   * @throws BadInputException when there is none, or it is wrong
   */
  public static Experiment find(String nameOrPath) {
    if (nameOrPath.endsWith(".yaml") || nameOrPath.endsWith(".yml")) {
      Path path = Path.of(nameOrPath);
      try {
        return ExperimentFile.read(nameOrPath, text(path));
      } catch (CharacterCodingException e) {
        throw new BadInputException(nameOrPath + ": no UTF-8 text: save it as such", e);
      } catch (IOException e) {
        throw new BadInputException(
            "cannot read " + nameOrPath + ": give the path of an experiment's YAML file", e);
      }
    }
    if (!names().contains(nameOrPath)) {
      throw new BadInputException(
          "no experiment '"
              + nameOrPath
              + "'; known: "
              + String.join(", ", names())
              + ", or the path of a .yaml file");
    }
    String file = FOLDER + nameOrPath + ".yaml";
    try (InputStream in = resource(file)) {
      return ExperimentFile.read(
          nameOrPath + ".yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No more of it than shows that it is too long: it may be a device that never ends. */
  private static String text(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + " is no file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(YamlText.MAX_BYTES + 1));
      if (bytes.limit() > YamlText.MAX_BYTES) {
        throw new BadInputException(
            path + ": longer than " + YamlText.MAX_BYTES + " bytes: this is no experiment");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }
  }

  private static InputStream resource(String name) {
    return Experiments.class.getClassLoader().getResourceAsStream(name);
  }
}
