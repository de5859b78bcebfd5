package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.UnusableException;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The images of the pods, built anew for each run from the programs as they are, by the module
 * agent-image in a program of its own. The same programs give the same image.
 *
 * @param workload where the workload's programs are
 * @param agent the shortcut's agent
 * @param node the kernel's own tools, where nodes' kernels are looked at by pods
 * @param pullPolicy of the pods: {@code Never} where the nodes must have them already
 */
public record Images(Image workload, Image agent, Optional<Image> node, String pullPolicy) {
  private static final String NEVER = "Never";
  private static final String BUILDER = "dev.shortpath.image.ImageBuilder";
  private static final Path APP = Path.of("agent-image", "target", "app");
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern SAID = Pattern.compile(".*: (\\S+) (sha256:[0-9a-f]{64}), .*");

  /**
   * An image.
   *
   * @param name repository and tag
   * @param id digest of its configuration
   * @param archive its tar file
   */
  public record Image(String name, String id, Path archive) {
    /** Name and digest. */
    public String describe() {
      return name + ", " + id;
    }
  }

  /**
   * What is missing for building them, a line each with the remedy.
   *
   * @param kernels whether the node's is one of them
   */
  public static List<String> missing(Tools tools, boolean kernels) {
    List<String> lines = new ArrayList<>();
    if (!Files.isDirectory(tools.inHome(APP))) {
      lines.add(tools.inHome(APP) + " is missing: run make build in " + tools.inHome(Path.of("")));
    }
    List<String> programs = new ArrayList<>(ImagePrograms.WORKLOAD);
    programs.addAll(List.of(ImagePrograms.TETHER, ImagePrograms.AGENT));
    if (kernels) {
      programs.addAll(ImagePrograms.NODE);
    }
    lines.addAll(tools.missing(programs.toArray(String[]::new)));
    return lines;
  }

  /**
   * Builds them, for nodes that have them or load them.
   *
   * @param kernels whether the node's is one of them
   * @throws TestbedException with the builder's own words
   */
  public static Images build(Tools tools, boolean kernels)
      throws TestbedException, InterruptedException {
    return build(tools, List.of(), NEVER, kernels);
  }

  /**
   * Builds them and pushes them, with the credentials of Docker's configuration; the pods name them
   * by digest.
   *
   * @param registry host, port and path
   * @param kernels whether the node's is one of them
   * @throws TestbedException with the builder's own words
   */
  public static Images push(Tools tools, String registry, boolean kernels)
      throws TestbedException, InterruptedException {
    return build(tools, List.of(registry), "IfNotPresent", kernels);
  }

  private static Images build(
      Tools tools, List<String> registry, String pullPolicy, boolean kernels)
      throws TestbedException, InterruptedException {
    List<Callable<Image>> builds = new ArrayList<>();
    for (String kind : List.of("workload", "agent", "node").subList(0, kernels ? 3 : 2)) {
      builds.add(() -> build(tools, kind, registry));
    }
    List<Image> built = Together.all(builds);
    return new Images(
        built.get(0),
        built.get(1),
        kernels ? Optional.of(built.get(2)) : Optional.empty(),
        pullPolicy);
  }

  /**
   * Refuses a pod whose node has another image by that name: an earlier build's.
   *
   * @throws TestbedException naming the node
   */
  public void check(Image image, Pod pod) throws TestbedException {
    String runs = pod.getStatus().getContainerStatuses().get(0).getImageID();
    if (pullPolicy.equals(NEVER) && runs.contains("sha256:") && !runs.endsWith(image.id())) {
      throw new UnusableException(
          "node "
              + pod.getSpec().getNodeName()
              + " has another image "
              + image.name()
              + " ("
              + runs
              + ") than was built here ("
              + image.id()
              + "): import it anew");
    }
  }

  /** Their tar files. */
  public List<Path> archives() {
    List<Path> archives = new ArrayList<>(List.of(workload.archive(), agent.archive()));
    node.ifPresent(image -> archives.add(image.archive()));
    return archives;
  }

  private static Image build(Tools tools, String kind, List<String> registry)
      throws TestbedException, InterruptedException {
    Path archive = tools.inHome(Path.of("agent-image", "target", "images", kind + ".tar"));
    try {
      Files.createDirectories(archive.getParent());
    } catch (IOException e) {
      throw new TestbedException(archive.getParent() + " cannot be made: " + e.getMessage(), e);
    }
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-D" + Tools.HOME + "=" + tools.inHome(Path.of("")),
            "-cp",
            tools.inHome(APP).resolve("*").toString(),
            BUILDER,
            kind,
            archive.toString()));
    command.addAll(registry);
    Result said = LocalProcess.run("the builder of images", command, "", LIMIT);
    Matcher words = SAID.matcher(said.out().strip());
    if (!said.ok() || !words.matches()) {
      throw new TestbedException("image " + kind + " cannot be built: " + said.lastWord());
    }
    return new Image(words.group(1), words.group(2), archive);
  }
}
