package dev.shortpath.harness.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.Published;
import dev.shortpath.harness.experiment.PublishedAt;
import dev.shortpath.harness.experiment.Trend;
import dev.shortpath.harness.experiment.WorkloadSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** From a tree that follows the schema to records. */
final class ExperimentMapping {
  private ExperimentMapping() {}

  static Experiment of(ExperimentFile file) {
    JsonNode tree = file.tree();
    return new Experiment(
        tree.get("name").asText(),
        tree.get("title").asText(),
        tree.path("description").asText("").strip(),
        tree.get("topology").asText(),
        texts(tree.path("parameters")),
        list(entries(tree.get("factors"), ExperimentMapping::words)),
        entries(tree.get("workloads"), ExperimentMapping::workload),
        items(tree.path("repeated"), ExperimentMapping::texts),
        items(tree.path("claims"), ExperimentMapping::claim),
        entries(tree.get("profiles"), ExperimentMapping::profile),
        words(tree.path("slow")),
        items(tree.path("exclude"), ExperimentMapping::exclusion),
        items(tree.path("trends"), ExperimentMapping::trend));
  }

  private static Map<String, List<String>> exclusion(JsonNode node) {
    return entries(node, ExperimentMapping::words);
  }

  private static Trend trend(JsonNode node) {
    return new Trend(
        node.get("metric").asText(), node.get("statistic").asText(), node.get("over").asText());
  }

  private static List<Factor> list(Map<String, List<String>> factors) {
    List<Factor> list = new ArrayList<>();
    factors.forEach((name, levels) -> list.add(new Factor(name, levels)));
    return list;
  }

  private static WorkloadSpec workload(JsonNode node) {
    return new WorkloadSpec(node.get("type").asText(), texts(node.path("parameters")));
  }

  private static Profile profile(JsonNode node) {
    return new Profile(
        node.get("blocks").asInt(),
        texts(node.path("workload")),
        entries(node.path("levels"), ExperimentMapping::words),
        entries(node.path("workloads"), ExperimentMapping::texts),
        items(node.path("exclude"), ExperimentMapping::exclusion));
  }

  private static Claim claim(JsonNode node) {
    return new Claim(
        node.get("id").asText(),
        node.get("source").asText(),
        node.get("statement").asText(),
        node.get("metric").asText(),
        node.get("statistic").asText(),
        node.path("baseline-statistic").asText(null),
        texts(node.get("baseline")),
        texts(node.get("treatment")),
        Direction.valueOf(node.get("direction").asText().toUpperCase(Locale.ROOT)),
        node.path("published").isObject() ? published(node.get("published")) : null,
        node.path("published").isArray()
            ? items(node.get("published"), ExperimentMapping::publishedAt)
            : List.of(),
        node.has("published-trials") ? node.get("published-trials").asInt() : null);
  }

  private static PublishedAt publishedAt(JsonNode node) {
    return new PublishedAt(texts(node.get("at")), published(node));
  }

  private static Published published(JsonNode node) {
    return new Published(
        number(node, "baseline"),
        number(node, "treatment"),
        number(node, "ratio"),
        node.path("unit").asText(null));
  }

  private static Double number(JsonNode node, String field) {
    return node.has(field) ? node.get(field).asDouble() : null;
  }

  private static Map<String, String> texts(JsonNode node) {
    return entries(node, JsonNode::asText);
  }

  private static List<String> words(JsonNode node) {
    return items(node, JsonNode::asText);
  }

  private static <T> List<T> items(JsonNode node, Function<JsonNode, T> map) {
    List<T> list = new ArrayList<>();
    node.forEach(item -> list.add(map.apply(item)));
    return list;
  }

  private static <T> Map<String, T> entries(JsonNode node, Function<JsonNode, T> map) {
    Map<String, T> entries = new LinkedHashMap<>();
    node.fields().forEachRemaining(e -> entries.put(e.getKey(), map.apply(e.getValue())));
    return entries;
  }
}
