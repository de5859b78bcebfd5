package dev.shortpath.harness.catalog;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * What a tree of YAML would not show any more, and would make another experiment of the text than
 * the one that its author reads: a field that stands twice, a second document, an alias (a tree
 * holds its bare name), a number that is none.
 */
final class YamlText {
  /** An experiment has some kilobytes. */
  static final int MAX_BYTES = 1 << 20;

  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** YAML 1.1's words, which the parser lets pass as numbers that then cannot be read. */
  private static final Pattern NOT_FINITE = Pattern.compile("[-+]?\\.(?i:nan|inf)");

  private YamlText() {}

  /**
   * Reads {@code yaml} from end to end.
   *
   * @throws BadInputException with file and line where it can't be one document of plain data
   */
  static void check(String file, String yaml) {
    if (yaml.length() > MAX_BYTES) {
      throw new BadInputException(
          file + ":1: longer than " + MAX_BYTES + " characters: this is no experiment");
    }
    try (YAMLParser parser = YAML.createParser(yaml)) {
      int depth = 0;
      boolean over = false;
      for (JsonToken token; (token = parser.nextToken()) != null; ) {
        if (over) {
          throw at(file, parser, "a second document: an experiment is one");
        }
        plain(file, parser);
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        over = depth == 0;
      }
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file + ":" + line(e.getLocation()) + ": not YAML: " + first(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void plain(String file, YAMLParser parser) throws IOException {
    if (parser.isCurrentAlias()) {
      throw at(file, parser, "alias *" + parser.getText() + ": write out what it stands for");
    }
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
        && NOT_FINITE.matcher(parser.getText()).matches()) {
      throw at(file, parser, parser.getText() + " is no number");
    }
  }

  private static BadInputException at(String file, JsonParser parser, String message) {
    return new BadInputException(file + ":" + line(parser.currentTokenLocation()) + ": " + message);
  }

  private static int line(JsonLocation at) {
    return at == null ? 1 : Math.max(1, at.getLineNr());
  }

  private static String first(String message) {
    return String.valueOf(message).strip().split("\\R")[0];
  }
}
