package dev.shortpath.harness.store;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Reads a run directory's documents; what is damaged is named with its line and a remedy. */
final class Documents {
  private Documents() {}

  static <T> T read(Path file, Class<T> type, String remedy) throws IOException {
    present(file, remedy);
    try {
      T document = Json.mapper().readValue(Files.readAllBytes(file), type);
      if (document == null) {
        throw new StoreException(file + ": damaged: it holds no document; " + remedy);
      }
      return document;
    } catch (JsonProcessingException e) {
      throw new StoreException(file + line(e) + ": damaged: " + what(e) + "; " + remedy, e);
    }
  }

  /** Refuses what is not there, and what is no file: reading a pipe would wait for ever. */
  static void present(Path file, String remedy) throws StoreException {
    if (!Files.isRegularFile(file)) {
      String what = Files.exists(file) ? "it is no file" : "it is missing";
      throw new StoreException(file + ": damaged: " + what + "; " + remedy);
    }
  }

  private static String line(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null || at.getLineNr() < 1 ? "" : " line " + at.getLineNr();
  }

  /** Jackson's own sentences name its classes and streams, which say nothing to the user. */
  private static String what(JsonProcessingException e) {
    if (!(e instanceof JsonMappingException mapping)) {
      return "this is no JSON";
    }
    String field =
        mapping.getPath().stream()
            .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
            .collect(Collectors.joining());
    if (e.getCause() instanceof JsonProcessingException) {
      return "this is no JSON";
    }
    return field.isEmpty()
        ? "it is not the document that it should be"
        : "the value of " + field.replaceFirst("^\\.", "") + " does not fit";
  }
}
