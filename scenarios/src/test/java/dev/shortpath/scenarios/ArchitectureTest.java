package dev.shortpath.scenarios;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/architecture.md: who may import whom. */
@AnalyzeClasses(
    packages = "dev.shortpath",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {
  private static final String HARNESS = "dev.shortpath.harness.";

  @ArchTest
  static final ArchRule noCyclesInTheHarness =
      slices().matching("dev.shortpath.harness.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noCyclesInTheTestbeds =
      slices().matching("dev.shortpath.testbed.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noCyclesInTheReports =
      slices().matching("dev.shortpath.reports.(*)..").should().beFreeOfCycles();

  @ArchTest static final ArchRule experimentsKnowTheJdkOnly = only("experiment");

  @ArchTest
  static final ArchRule statisticsArePureFunctions =
      only("statistics", "org.apache.commons..", "org.HdrHistogram..");

  @ArchTest
  static final ArchRule theTestbedInterfaceKnowsExperimentsOnly =
      only("testbed", HARNESS + "experiment..");

  @ArchTest
  static final ArchRule metrics = only("metric", HARNESS + "experiment..", HARNESS + "testbed..");

  @ArchTest
  static final ArchRule workloads =
      only("workload", HARNESS + "experiment..", HARNESS + "testbed..", HARNESS + "metric..");

  @ArchTest
  static final ArchRule theStoreKnowsDataOnly =
      only(
          "store",
          HARNESS + "experiment..",
          HARNESS + "testbed..",
          HARNESS + "metric..",
          "com.fasterxml.jackson..",
          "org.HdrHistogram..");

  @ArchTest
  static final ArchRule theHarnessKnowsNoProvider =
      noClasses()
          .that()
          .resideInAPackage("dev.shortpath.harness..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.shortpath.testbed..", "dev.shortpath.reports..");

  @ArchTest
  static final ArchRule providersKnowTheInterfaceOnly =
      noClasses()
          .that()
          .resideInAPackage("dev.shortpath.testbed..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.shortpath.harness..")
                  .and(
                      not(
                          resideInAnyPackage(
                              HARNESS + "testbed..",
                              HARNESS + "experiment..",
                              HARNESS + "metric.."))));

  @ArchTest
  static final ArchRule reportsRunNothing =
      noClasses()
          .that()
          .resideInAPackage("dev.shortpath.reports..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              HARNESS + "runner..",
              HARNESS + "cli..",
              HARNESS + "catalog..",
              HARNESS + "workload..");

  @ArchTest
  static final ArchRule chartsAreTheOnlyPlaceThatKnowsXChart =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.shortpath.reports.chart..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.knowm.xchart..");

  @ArchTest
  static final ArchRule theK3sTestbedIsTheOnlyPlaceThatKnowsDocker =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.shortpath.testbed.k3s..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.testcontainers..", "com.github.dockerjava..");

  @ArchTest
  static final ArchRule theTestbedsOnKubernetesAreTheOnlyPlacesThatKnowIt =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.shortpath.testbed.kube..",
              "dev.shortpath.testbed.k3s..",
              "dev.shortpath.testbed.cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.fabric8..");

  @ArchTest
  static final ArchRule oneRoomKnowsJsch =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.shortpath.testbed.ssh..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.jcraft.jsch..");

  @ArchTest
  static final ArchRule onlyCommandsPrintOrExit =
      noClasses()
          .that()
          .resideOutsideOfPackages(HARNESS + "cli..", "dev.shortpath.scenarios.bench..")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule noShelves =
      noClasses().should().resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..");

  private static ArchRule only(String place, String... others) {
    String own = HARNESS + place + "..";
    return classes()
        .that()
        .resideInAPackage(own)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "javax..", own).or(resideInAnyPackage(others)));
  }
}
