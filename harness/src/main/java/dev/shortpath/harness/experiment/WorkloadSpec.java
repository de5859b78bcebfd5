package dev.shortpath.harness.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A workload as an experiment asks for it.
 *
 * @param type the name of a {@code Workload}
 * @param parameters its parameters by name; what is not named takes the workload's default
 */
public record WorkloadSpec(String type, Map<String, String> parameters) {
  public WorkloadSpec {
    Names.check("workload", type);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** This workload with {@code over} laid over its parameters. */
  public WorkloadSpec with(Map<String, String> over) {
    Map<String, String> merged = new LinkedHashMap<>(parameters);
    merged.putAll(over);
    return new WorkloadSpec(type, merged);
  }
}
