package dev.shortpath.harness.analysis;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.shortpath.harness.store.Json;
import dev.shortpath.harness.store.RunRecord;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code claims.json}: the verdicts alone, for programs that need no more. */
public final class ClaimsJson {
  /** Where it stands in a run directory. */
  public static final String NAME = "claims.json";

  private static final int SCHEMA = 1;

  private ClaimsJson() {}

  /** The document's bytes; the same analysis gives the same bytes. */
  public static byte[] of(RunRecord run, Analysis analysis) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("schema", SCHEMA);
    document.put("run", run.id());
    document.put("experiment", run.experiment().name());
    document.put("profile", run.profile());
    document.put("origin", run.origin());
    document.put("policy", analysis.policy());
    List<Map<String, Object>> claims = new ArrayList<>();
    analysis.judgements().forEach(judgement -> claims.add(claim(judgement)));
    document.put("claims", claims);
    try {
      return Json.mapper().writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> claim(Judgement judgement) {
    Map<String, Object> claim = new LinkedHashMap<>();
    claim.put("id", judgement.claim().id());
    claim.put("stratum", judgement.stratum());
    claim.put("source", judgement.claim().source());
    claim.put("statement", judgement.claim().statement());
    claim.put("verdict", judgement.verdict());
    claim.put("reason", judgement.reason());
    claim.put("published", judgement.claim().published());
    if (judgement.claim().publishedTrials() != null) {
      claim.put("publishedTrials", judgement.claim().publishedTrials());
      claim.put("chance", judgement.chance());
    }
    Comparison comparison = judgement.comparison();
    if (comparison != null) {
      claim.put("metric", comparison.metric());
      claim.put("unit", comparison.unit());
      claim.put("baselineStatistic", comparison.baselineStatistic());
      claim.put("statistic", comparison.statistic());
      claim.put("baseline", comparison.baseline());
      claim.put("treatment", comparison.treatment());
      claim.put("baselineValue", comparison.baselineValue());
      claim.put("treatmentValue", comparison.treatmentValue());
      claim.put("ratio", comparison.ratio());
      claim.put("difference", comparison.difference());
      claim.put("pValue", comparison.pValue());
      claim.put("cliffsDelta", comparison.cliffsDelta());
      claim.put("smallestDetectable", comparison.smallestDetectable());
      claim.put("blocks", comparison.blocks().size());
    }
    return claim;
  }
}
