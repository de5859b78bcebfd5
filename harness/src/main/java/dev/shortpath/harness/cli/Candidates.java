package dev.shortpath.harness.cli;

import dev.shortpath.harness.analysis.Analyzer;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.catalog.Experiments;
import java.util.ArrayList;
import java.util.Collection;

/** What shell completion offers, as it stands when the completion script is made. */
final class Candidates {
  private Candidates() {}

  static final class ExperimentNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    ExperimentNames() {
      super(Experiments.names());
    }
  }

  /** Of all experiments that come with the program. */
  static final class Profiles extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Profiles() {
      super(
          Experiments.names().stream()
              .map(name -> Experiments.find(name).profiles().keySet())
              .flatMap(Collection::stream)
              .distinct()
              .toList());
    }
  }

  static final class Testbeds extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Testbeds() {
      super(Catalog.load().testbeds().keySet());
    }
  }

  static final class Trimmings extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Trimmings() {
      super(Analyzer.trimmings());
    }
  }

  static final class Importers extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Importers() {
      super(Catalog.load().importers().keySet());
    }
  }
}
