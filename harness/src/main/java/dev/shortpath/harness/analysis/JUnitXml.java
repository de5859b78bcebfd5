package dev.shortpath.harness.analysis;

import dev.shortpath.harness.store.RunRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * {@code junit.xml}: the claims as test cases, in the layout that CI servers read.
 *
 * <p>A claim that is not reproduced is a finding: the case passes and says so in its output, or
 * fails in strict mode. An inconclusive one is skipped with its reason. What could not be measured
 * is an error: a claim with nothing to compare, and, in a case of their own, trials that were not
 * carried out or not attested.
 */
public final class JUnitXml {
  /** Where it stands in a run directory. */
  public static final String NAME = "junit.xml";

  private static final String TRIALS = "every trial was carried out and its path attested";

  private JUnitXml() {}

  /** The document's bytes; the same analysis gives the same bytes. */
  public static byte[] of(RunRecord run, Analysis analysis, boolean strict) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      XMLStreamWriter xml =
          XMLOutputFactory.newInstance()
              .createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
      xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      write(xml, run, analysis, strict);
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("cannot write XML to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(XMLStreamWriter xml, RunRecord run, Analysis analysis, boolean strict)
      throws XMLStreamException {
    List<Judgement> judgements = analysis.judgements();
    Strata strata = Strata.of(run);
    List<Exclusion> lost =
        analysis.exclusions().stream().filter(e -> !e.recovered()).collect(Collectors.toList());
    boolean complete = lost.isEmpty() && analysis.untried().isEmpty();
    long errors =
        judgements.stream().filter(j -> j.comparison() == null && strata.asked(j.claim())).count()
            + (complete ? 0 : 1);
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "shortpath." + run.experiment().name());
    xml.writeAttribute("tests", Integer.toString(judgements.size() + 1));
    xml.writeAttribute(
        "failures", Long.toString(judgements.stream().filter(j -> fails(j, strict)).count()));
    xml.writeAttribute("errors", Long.toString(errors));
    xml.writeAttribute(
        "skipped", Long.toString(judgements.stream().filter(JUnitXml::skipped).count()));
    begin(xml, run, TRIALS);
    if (!complete) {
      Stream<String> excluded =
          lost.stream().map(e -> "trial " + e.trial() + " (" + e.treatment() + "): " + e.reason());
      Stream<String> untried =
          analysis.untried().stream()
              .map(t -> "trial " + t.number() + " (" + t.treatment().id() + "): not carried out");
      problem(
          xml,
          "error",
          lost.size()
              + " attempts or trials were not used, "
              + analysis.untried().size()
              + " trials not carried out",
          Stream.concat(excluded, untried).collect(Collectors.joining("\n")));
    }
    end(xml);
    for (Judgement judgement : judgements) {
      testCase(xml, run, strata, judgement, strict);
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeCharacters("\n");
  }

  private static void testCase(
      XMLStreamWriter xml, RunRecord run, Strata strata, Judgement judgement, boolean strict)
      throws XMLStreamException {
    begin(xml, run, name(judgement));
    String text = judgement.claim().statement() + "\n" + judgement.reason();
    if (judgement.comparison() == null && strata.asked(judgement.claim())) {
      problem(xml, "error", judgement.reason(), text);
    } else if (fails(judgement, strict)) {
      problem(xml, "failure", judgement.reason(), text);
    } else if (skipped(judgement)) {
      problem(xml, "skipped", judgement.reason(), null);
    }
    xml.writeCharacters("\n    ");
    xml.writeStartElement("system-out");
    xml.writeCharacters(
        legal(judgement.verdict().words() + " (" + judgement.claim().source() + ")\n" + text));
    xml.writeEndElement();
    end(xml);
  }

  private static boolean fails(Judgement judgement, boolean strict) {
    return judgement.comparison() != null && judgement.verdict().fails(strict);
  }

  private static boolean skipped(Judgement judgement) {
    return judgement.verdict() == Verdict.INCONCLUSIVE;
  }

  private static String name(Judgement judgement) {
    Map<String, String> stratum = judgement.stratum();
    return judgement.claim().id()
        + (stratum.isEmpty()
            ? ""
            : stratum.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(",", " [", "]")));
  }

  private static void begin(XMLStreamWriter xml, RunRecord run, String name)
      throws XMLStreamException {
    xml.writeCharacters("\n  ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "shortpath." + run.experiment().name());
    xml.writeAttribute("name", legal(name));
  }

  private static void end(XMLStreamWriter xml) throws XMLStreamException {
    xml.writeCharacters("\n  ");
    xml.writeEndElement();
  }

  private static void problem(XMLStreamWriter xml, String kind, String message, String text)
      throws XMLStreamException {
    xml.writeCharacters("\n    ");
    xml.writeStartElement(kind);
    xml.writeAttribute("message", legal(message));
    if (text != null) {
      xml.writeCharacters(legal(text));
    }
    xml.writeEndElement();
  }

  /** XML 1.0 has no place for control characters, escaped or not: tools' messages may hold some. */
  private static String legal(String text) {
    return text.replaceAll("[^\\t\\n\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "\uFFFD");
  }
}
