package dev.shortpath.testbed.k3s;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a class, saying why, where Docker or what {@code make kube-node} makes is missing. */
public final class NeedsKubeNode implements ExecutionCondition {
  /** What the tests' pods run. */
  static final String POD_IMAGE = "shortpath.dev/busybox:1";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing = Docker.missing();
    if (missing.isPresent()) {
      return ConditionEvaluationResult.disabled(missing.get());
    }
    if (Docker.imageId(K3sProvider.image()).isEmpty()) {
      return ConditionEvaluationResult.disabled(
          "Docker has no image " + K3sProvider.image() + ": make kube-node");
    }
    if (podImage().isEmpty()) {
      return ConditionEvaluationResult.disabled("there is no " + archive() + ": make kube-node");
    }
    return ConditionEvaluationResult.enabled("Docker and the images are there");
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
