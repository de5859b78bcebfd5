package dev.shortpath.testbed.k3s;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a class, saying why, where Docker or what {@code make kube-node} makes is missing. */
public final class NeedsKubeNode implements ExecutionCondition {
  /** What the tests' pods run. */
  static final String POD_IMAGE = "shortpath.dev/busybox:1";

  /**
   * System property: tiers whose absence is a failure and no skip ({@code make test REQUIRE=k3s}).
   */
  private static final String REQUIRE = "shortpath.require";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing = missing();
    if (missing.isPresent()
        && List.of(System.getProperty(REQUIRE, "").split(",")).contains("k3s")) {
      throw new IllegalStateException("tier k3s is required and cannot run: " + missing.get());
    }
    return missing
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("Docker and the images are there"));
  }

  private static Optional<String> missing() {
    Optional<String> missing = Docker.missing();
    if (missing.isPresent()) {
      return missing;
    }
    if (Docker.imageId(K3sProvider.image()).isEmpty()) {
      return Optional.of("Docker has no image " + K3sProvider.image() + ": make kube-node");
    }
    return podImage().isEmpty()
        ? Optional.of("there is no " + archive() + ": make kube-node")
        : Optional.empty();
  }

  private static Path archive() {
    return Path.of(
        System.getProperty("shortpath.home"), "testbed/kube-node/build/current/busybox.tar");
  }

  /** The archive of the image that the tests' pods run. */
  static Optional<Path> podImage() {
    return Optional.of(archive()).filter(Files::exists);
  }
}
