package dev.shortpath.scenarios;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** {@code service-scaling.yaml}: Leiter et al.'s experiment and beyond, one test a claim. */
@Tag("service-scaling")
class ServiceScalingExperiment {
  @TestFactory
  Stream<DynamicTest> claims() throws IOException {
    return ExperimentRun.claims("service-scaling");
  }
}
