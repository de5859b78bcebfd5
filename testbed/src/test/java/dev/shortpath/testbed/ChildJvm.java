package dev.shortpath.testbed;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * A program of its own that sets a testbed up, says so and waits: to be killed. Arguments:
 * provider, its options, run id, topology, work directory, treatments.
 */
public final class ChildJvm {
  private ChildJvm() {}

  /** Sets up and waits. */
  public static void main(String[] arguments) throws Exception {
    List<Treatment> treatments = new ArrayList<>();
    for (int i = 5; i < arguments.length; i++) {
      treatments.add(new Treatment(pairs(arguments[i])));
    }
    TestbedProvider provider =
        ServiceLoader.load(TestbedProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals(arguments[0]))
            .findFirst()
            .orElseThrow()
            .with(pairs(arguments[1]));
    System.out.println("opening");
    TestbedRequest request =
        new TestbedRequest(arguments[2], arguments[3], Map.of(), treatments, Path.of(arguments[4]));
    provider.open(request).prepare(treatments.get(0));
    System.out.println("standing");
    Thread.sleep(Long.MAX_VALUE);
  }

  private static String joined(Map<String, String> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining(","));
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split(",")) {
      pairs.put(pair.split("=")[0], pair.split("=")[1]);
    }
    return pairs;
  }

  /**
   * Starts it.
   *
   * @param options that the provider was told; neither commas nor {@code =} in them
   */
  public static Process start(
      TestbedProvider provider, Map<String, String> options, TestbedRequest request)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ChildJvm.class.getName());
    command.addAll(List.of(provider.name(), joined(options), request.runId(), request.topology()));
    command.add(request.workDirectory().toString());
    request.treatments().forEach(treatment -> command.add(treatment.id()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
