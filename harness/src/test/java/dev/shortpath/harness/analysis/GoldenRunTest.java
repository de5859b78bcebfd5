package dev.shortpath.harness.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shortpath.harness.store.Json;
import dev.shortpath.harness.store.RunDirectory;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@code golden/run-schema-1} was written and analysed by the first version of this program, before
 * experiments had slow factors, exclusions and trends. It stays as it is.
 */
class GoldenRunTest {
  @Test
  void aRunOfTheFirstVersionGivesTheSameFigures() throws Exception {
    RunDirectory run = RunDirectory.open(golden());
    JsonNode then = run.read("analysis.json", JsonNode.class);
    Policy policy = Json.mapper().treeToValue(then.get("policy"), Policy.class);
    JsonNode now = Json.mapper().valueToTree(Analyzer.analyze(run, policy));
    for (String added :
        List.of("trends", "publishedAt", "publishedTrials", "chance", "untried", "nonNegative")) {
      assertTrue(now.findValue(added) != null, added);
      now.findParents(added).forEach(parent -> ((ObjectNode) parent).remove(added));
    }
    // What cannot be negative no longer has an interval that begins below 0.
    for (JsonNode summary : then.get("summaries")) {
      for (JsonNode statistic : summary.get("statistics")) {
        if (statistic.get("interval").path("low").asDouble() < 0) {
          ((ObjectNode) statistic.get("interval")).put("low", 0.0);
        }
      }
    }
    // Two blocks, neither of which alone has the figure, were once called a single block.
    int none = 0;
    for (JsonNode comparison : then.findParents("test")) {
      if (comparison.get("blocks").isEmpty()) {
        ((ObjectNode) comparison).put("test", "none: a block alone has no such figure");
        none++;
      }
    }
    assertTrue(none > 0);
    assertEquals(then.toPrettyString(), now.toPrettyString());
  }

  @Test
  void anAnalysisOfTheFirstVersionIsRead() throws Exception {
    Analysis analysis = RunDirectory.open(golden()).read("analysis.json", Analysis.class);
    assertEquals(List.of(), analysis.trends());
    assertEquals(List.of(), analysis.untried());
    assertEquals(2, analysis.judgements().size());
    assertEquals(null, analysis.judgements().get(0).chance());
    assertEquals(List.of(), analysis.judgements().get(0).claim().publishedAt());
  }

  private static Path golden() throws URISyntaxException {
    return Path.of(GoldenRunTest.class.getResource("/golden/run-schema-1/run.json").toURI())
        .getParent();
  }
}
