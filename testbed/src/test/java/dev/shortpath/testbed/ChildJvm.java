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

/**
 * A program of its own that sets a testbed up, says so and waits: to be killed. Arguments:
 * provider, run id, topology, work directory, treatments.
 */
public final class ChildJvm {
  private ChildJvm() {}

  /** Sets up and waits. */
  public static void main(String[] arguments) throws Exception {
    List<Treatment> treatments = new ArrayList<>();
    for (int i = 4; i < arguments.length; i++) {
      Map<String, String> levels = new LinkedHashMap<>();
      for (String pair : arguments[i].split(",")) {
        levels.put(pair.split("=")[0], pair.split("=")[1]);
      }
      treatments.add(new Treatment(levels));
    }
    TestbedProvider provider =
        ServiceLoader.load(TestbedProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals(arguments[0]))
            .findFirst()
            .orElseThrow();
    System.out.println("opening");
    TestbedRequest request =
        new TestbedRequest(arguments[1], arguments[2], Map.of(), treatments, Path.of(arguments[3]));
    provider.open(request).prepare(treatments.get(0));
    System.out.println("standing");
    Thread.sleep(Long.MAX_VALUE);
  }

  /** Starts it. */
  public static Process start(TestbedProvider provider, TestbedRequest request) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ChildJvm.class.getName());
    command.addAll(List.of(provider.name(), request.runId(), request.topology()));
    command.add(request.workDirectory().toString());
    request.treatments().forEach(treatment -> command.add(treatment.id()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
