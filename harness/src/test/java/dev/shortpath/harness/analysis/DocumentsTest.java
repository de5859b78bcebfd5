package dev.shortpath.harness.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.store.Json;
import dev.shortpath.harness.store.RunDirectory;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** {@code junit.xml} and {@code claims.json}. */
class DocumentsTest {
  @TempDir Path path;
  private RunDirectory run;
  private Analysis analysis;

  @BeforeEach
  void analyze() throws Exception {
    Claim odd =
        new Claim(
            "odd",
            "<paper> & \"table\"",
            "Text with <tags>, ]]> and a \u0007 bell.",
            "latency",
            "p50",
            null,
            Map.of("mesh", "none", "shortcut", "off"),
            Map.of("mesh", "none", "shortcut", "sockmap"),
            Direction.LOWER,
            null);
    Runs runs =
        Runs.plan(
            path,
            3,
            "measured",
            Runs.claim("faster", Direction.LOWER, 0.8),
            Runs.claim("slower", Direction.HIGHER, 1.5),
            odd);
    for (int number = 1; number <= 15; number++) {
      // Trials of ambient/off are never attested.
      runs.done(number, number % 5 != 4);
    }
    run = runs.directory();
    analysis = Analyzer.analyze(run, Policy.DEFAULT);
  }

  @Test
  void junitTellsFindingsFromErrors() throws Exception {
    Element suite = suite(false);
    assertEquals("6", suite.getAttribute("tests"));
    assertEquals("0", suite.getAttribute("failures"));
    // Two claims in the ambient stratum, and the case of the trials.
    assertEquals("3", suite.getAttribute("errors"));
    assertEquals(3, suite.getElementsByTagName("error").getLength());
    assertEquals("slower [mesh=none]", testCase(suite, 3).getAttribute("name"));
    assertEquals(0, testCase(suite, 3).getElementsByTagName("failure").getLength());
    assertTrue(testCase(suite, 3).getTextContent().contains("not reproduced"));
    assertTrue(
        ((Element) testCase(suite, 0).getElementsByTagName("error").item(0))
            .getTextContent()
            .contains("path not attested: 0 of 50 redirected"));
  }

  @Test
  void strictMakesFindingsFail() throws Exception {
    Element suite = suite(true);
    assertEquals("1", suite.getAttribute("failures"));
    assertEquals(1, testCase(suite, 3).getElementsByTagName("failure").getLength());
  }

  @Test
  void textComesThroughEscaped() throws Exception {
    String text = testCase(suite(false), 5).getTextContent();
    assertTrue(text.contains("Text with <tags>, ]]> and a \uFFFD bell."), text);
    assertTrue(text.contains("<paper> & \"table\""), text);
  }

  @Test
  void claimsHoldVerdictAndFigures() throws Exception {
    JsonNode document = Json.mapper().readTree(ClaimsJson.of(run.run(), analysis));
    assertEquals("abc123", document.get("run").asText());
    assertEquals(5, document.get("claims").size());
    JsonNode faster = document.get("claims").get(0);
    assertEquals("reproduced", faster.get("verdict").asText());
    assertEquals("none", faster.get("stratum").get("mesh").asText());
    assertEquals(0.8, faster.get("published").get("ratio").asDouble());
    assertTrue(faster.get("ratio").get("interval").get("low").asDouble() > 0.5);
    assertEquals("inconclusive", document.get("claims").get(1).get("verdict").asText());
  }

  @Test
  void theSameAnalysisGivesTheSameBytes() {
    assertArrayEquals(
        JUnitXml.of(run.run(), analysis, true), JUnitXml.of(run.run(), analysis, true));
    assertArrayEquals(ClaimsJson.of(run.run(), analysis), ClaimsJson.of(run.run(), analysis));
  }

  private Element suite(boolean strict) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(JUnitXml.of(run.run(), analysis, strict)))
        .getDocumentElement();
  }

  private static Element testCase(Element suite, int index) {
    return (Element) suite.getElementsByTagName("testcase").item(index);
  }
}
