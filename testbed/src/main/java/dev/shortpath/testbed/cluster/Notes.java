package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.run.RunId;
import dev.shortpath.testbed.ssh.SshAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What this user's runs may have left on clusters: a file a run, written before anything is made
 * and deleted when it is gone.
 *
 * @param directory {@code shortpath/clusters} of the user's state (XDG base directories)
 */
record Notes(Path directory) {
  /** This user's. */
  static Notes here() {
    String state = System.getenv().getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.startsWith("/")
            ? Path.of(state)
            : Path.of(System.getProperty("user.home"), ".local", "state");
    return new Notes(base.resolve("shortpath").resolve("clusters"));
  }

  /**
   * Notes where a run is going to be.
   *
   * @throws TestbedException when it cannot be written: then nothing may be made
   */
  void write(String runId, Note note) throws TestbedException {
    try {
      Files.createDirectories(directory);
      Path aside = Files.createTempFile(directory, ".", "");
      Files.write(aside, lines(note));
      Files.move(
          aside,
          directory.resolve(runId),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new TestbedException("testbed cluster: cannot write to " + directory + ": " + e, e);
    }
  }

  private static List<String> lines(Note note) {
    List<String> lines = new ArrayList<>();
    lines.add(note.cluster().file().toString());
    lines.add(note.cluster().context());
    note.client()
        .ifPresent(
            client -> {
              lines.add(client.address().toString());
              lines.add(Objects.toString(client.key(), ""));
              lines.add(Objects.toString(client.knownHosts(), ""));
            });
    return lines;
  }

  /** Nothing is there any more. */
  void delete(String runId) {
    try {
      Files.deleteIfExists(directory.resolve(runId));
    } catch (IOException e) {
      // Then it is looked for once more, and not found.
    }
  }

  /** For who knows that a cluster is gone; empty without notes. */
  String remedy(List<String> runs) {
    return remedy(runs, "that cluster");
  }

  /** Likewise, of something else that is gone. */
  String remedy(List<String> runs, String what) {
    return runs.isEmpty()
        ? ""
        : "; if "
            + what
            + " is gone, delete "
            + String.join(" ", runs.stream().map(run -> "" + directory.resolve(run)).toList());
  }

  /** By the run's id, where each run is or was; what is no note is passed over. */
  Map<String, Note> all() {
    Map<String, Note> notes = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String runId = file.getFileName().toString();
        if (RunId.is(runId)) {
          read(file).ifPresent(note -> notes.put(runId, note));
        }
      }
      return notes;
    } catch (IOException e) {
      return notes;
    }
  }

  private static Path file(String line) {
    return line.isEmpty() ? null : Path.of(line);
  }

  private static Optional<Note> read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      if (lines.size() != 2 && lines.size() != 5) {
        return Optional.empty();
      }
      Kubeconfig cluster = new Kubeconfig(Path.of(lines.get(0)), lines.get(1));
      if (lines.size() == 2) {
        return Optional.of(new Note(cluster, Optional.empty()));
      }
      SshClient client =
          new SshClient(SshAddress.of(lines.get(2)), file(lines.get(3)), file(lines.get(4)));
      return Optional.of(new Note(cluster, Optional.of(client)));
    } catch (IOException | TestbedException e) {
      return Optional.empty();
    }
  }
}
