package dev.shortpath.harness.catalog;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.serialization.JsonNodeReader;
import com.networknt.schema.utils.JsonNodes;
import dev.shortpath.harness.experiment.Experiment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An experiment's YAML text, read and checked against {@code experiment.schema.json}.
 *
 * <p>Every complaint reads {@code file:line: field: what is wrong}.
 */
public final class ExperimentFile {
  private static final JsonNodeReader READER = JsonNodeReader.builder().locationAware().build();
  private static final JsonSchema SCHEMA = schema();

  private final String file;
  private final JsonNode tree;

  private ExperimentFile(String file, JsonNode tree) {
    this.file = file;
    this.tree = tree;
  }

  /**
   * Reads an experiment.
   *
   * @param file how to call it in complaints
   * @throws BadInputException with every complaint, a line each
   */
  public static Experiment read(String file, String yaml) {
    JsonNode tree = parse(file, yaml);
    List<ValidationMessage> wrong = new ArrayList<>(SCHEMA.validate(tree));
    if (!wrong.isEmpty()) {
      wrong.sort(Comparator.comparingInt(m -> line(m.getInstanceNode())));
      throw new BadInputException(
          String.join("\n", wrong.stream().map(m -> complaint(file, m)).distinct().toList()));
    }
    ExperimentFile read = new ExperimentFile(file, tree);
    return new ExperimentChecks(read).checked(ExperimentMapping.of(read));
  }

  /** The document. */
  JsonNode tree() {
    return tree;
  }

  /** A complaint about the node at a JSON pointer, or about its nearest ancestor that exists. */
  BadInputException wrong(String pointer, String message) {
    JsonNode at = tree.at(pointer);
    for (String p = pointer; at.isMissingNode() && !p.isEmpty(); ) {
      p = p.substring(0, p.lastIndexOf('/'));
      at = tree.at(p);
    }
    String field = pointer.substring(1).replace('/', '.');
    return new BadInputException(file + ":" + line(at) + ": " + field + ": " + message);
  }

  private static JsonNode parse(String file, String yaml) {
    if (yaml.isBlank()) {
      throw new BadInputException(
          file
              + ":1: is empty: an experiment has at least name, factors, "
              + "workloads and profiles");
    }
    YamlText.check(file, yaml);
    try {
      return READER.readTree(yaml, InputFormat.YAML);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new BadInputException(
          file + ":1: not YAML: " + String.valueOf(e.getMessage()).strip().split("\\R")[0], e);
    }
  }

  private static String complaint(String file, ValidationMessage m) {
    String field = m.getInstanceLocation().toString();
    String prefix = field.isEmpty() ? "" : field.substring(1).replace('/', '.') + ": ";
    String text = m.getMessage();
    int colon = text.indexOf(": ");
    String message = text.startsWith(field) && colon >= 0 ? text.substring(colon + 2) : text;
    return file + ":" + line(m.getInstanceNode()) + ": " + prefix + message;
  }

  private static int line(JsonNode node) {
    JsonLocation at = node == null ? null : JsonNodes.tokenLocationOf(node);
    return at == null ? 1 : Math.max(1, at.getLineNr());
  }

  private static JsonSchema schema() {
    try (InputStream in = ExperimentFile.class.getResourceAsStream("experiment.schema.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      SchemaValidatorsConfig config =
          SchemaValidatorsConfig.builder()
              .pathType(PathType.JSON_POINTER)
              .locale(java.util.Locale.ENGLISH)
              .build();
      return JsonSchemaFactory.getInstance(
              SpecVersion.VersionFlag.V202012, builder -> builder.jsonNodeReader(READER))
          .getSchema(text, config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
