package dev.shortpath.harness.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Figures that a claim's source states for some levels of the factors that the claim leaves open.
 *
 * @param at those levels, by factor
 * @param published the figures
 */
public record PublishedAt(Map<String, String> at, Published published) {
  public PublishedAt {
    at = Collections.unmodifiableMap(new LinkedHashMap<>(at));
  }
}
