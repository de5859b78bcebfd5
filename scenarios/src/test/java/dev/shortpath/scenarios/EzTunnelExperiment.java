package dev.shortpath.scenarios;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** {@code eztunnel.yaml}: eZtunnel's experiment, one test a claim. */
@Tag("eztunnel")
class EzTunnelExperiment {
  @TestFactory
  Stream<DynamicTest> claims() throws IOException {
    return ExperimentRun.claims("eztunnel");
  }
}
