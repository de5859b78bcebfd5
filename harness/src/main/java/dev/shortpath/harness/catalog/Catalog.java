package dev.shortpath.harness.catalog;

import dev.shortpath.harness.metric.Collector;
import dev.shortpath.harness.published.LogImporter;
import dev.shortpath.harness.report.ReportWriter;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.workload.Workload;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Everything that can be asked for by name, found by {@link ServiceLoader}.
 *
 * @param testbeds by name
 * @param workloads by name
 * @param collectors all of them; each takes part in every run
 * @param reports writers of reports, by name
 * @param importers readers of published data, by name
 */
public record Catalog(
    Map<String, TestbedProvider> testbeds,
    Map<String, Workload> workloads,
    List<Collector> collectors,
    Map<String, ReportWriter> reports,
    Map<String, LogImporter> importers) {

  /** What is on the class path. */
  public static Catalog load() {
    return new Catalog(
        byName(TestbedProvider.class, TestbedProvider::name),
        byName(Workload.class, Workload::name),
        all(Collector.class),
        byName(ReportWriter.class, ReportWriter::name),
        byName(LogImporter.class, LogImporter::name));
  }

  /** The testbed of that name. */
  public TestbedProvider testbed(String name) {
    return find("testbed", testbeds, name);
  }

  /** The testbed of that name, told some of its options. */
  public TestbedProvider testbed(String name, Map<String, String> options) {
    TestbedProvider testbed = testbed(name);
    for (String option : options.keySet()) {
      if (!testbed.options().containsKey(option)) {
        throw new BadInputException(
            "testbed "
                + name
                + " has no option '"
                + option
                + "'; it has "
                + (testbed.options().isEmpty()
                    ? "none"
                    : String.join(", ", testbed.options().keySet())));
      }
    }
    try {
      return options.isEmpty() ? testbed : testbed.with(options);
    } catch (TestbedException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  /** The workload of that name. */
  public Workload workload(String name) {
    return find("workload", workloads, name);
  }

  /** The importer of that name. */
  public LogImporter importer(String name) {
    return find("importer", importers, name);
  }

  private static <T> T find(String what, Map<String, T> known, String name) {
    T found = known.get(name);
    if (found == null) {
      throw new BadInputException(
          "no " + what + " '" + name + "'; known: " + String.join(", ", known.keySet()));
    }
    return found;
  }

  private static <T> Map<String, T> byName(Class<T> type, Function<T, String> name) {
    return all(type).stream()
        .collect(Collectors.toMap(name, Function.identity(), Catalog::twice, TreeMap::new));
  }

  private static <T> T twice(T one, T other) {
    throw new IllegalStateException(
        one.getClass().getName() + " and " + other.getClass().getName() + " have one name");
  }

  private static <T> List<T> all(Class<T> type) {
    return StreamSupport.stream(ServiceLoader.load(type).spliterator(), false).toList();
  }
}
