package dev.shortpath.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run on k3s rests on is taken away in the middle of a trial, once in each attempt. */
@Tag("k3s")
class K3sFailuresTest {
  @TempDir Path temporary;

  /** Done to the server's container, of that name, in whose namespace the pods are. */
  @FunctionalInterface
  private interface Deed {
    void of(String container, String namespace) throws Exception;
  }

  @Test
  @Timeout(300)
  void aDeletedPodAndAKilledNode() throws Exception {
    List<String> reasons =
        failures(
            (container, namespace) ->
                kubectl(container, "delete", "pod", "server-1", "--wait=false", "-n", namespace),
            (container, namespace) -> docker("kill", container));
    assertTrue(reasons.get(0).contains("pingecho"), reasons.get(0));
    assertTrue(reasons.get(1).contains("pingecho in pod client-1 broke off"), reasons.get(1));
  }

  /** Runs one treatment while the deeds are done, one in each attempt at the first trial. */
  private List<String> failures(Deed... deeds) throws Exception {
    OnK3s k3s = new OnK3s(temporary);
    CompletableFuture<Integer> run =
        CompletableFuture.supplyAsync(
            () ->
                k3s.carryOut(
                    "--set=shortcut=off",
                    "--blocks=1",
                    "--parameter=count=200",
                    "--parameter=interval-us=20000"));
    for (int attempt = 1; attempt <= deeds.length; attempt++) {
      String container = awaitTraffic(run, k3s);
      deeds[attempt - 1].of(container, container.replaceAll("-n1$", ""));
      Path failed = k3s.directory().resolve("trials/0001-failed-" + attempt);
      while (!run.isDone() && !Files.exists(failed)) {
        Thread.sleep(100);
      }
    }
    assertEquals(0, run.get(), k3s.said());
    RunDirectory directory = RunDirectory.open(k3s.directory());
    assertTrue(directory.trials().stream().allMatch(TrialRecord::usable), k3s.said());
    assertEquals(List.of(), k3s.testbed().clean(), "something is left");
    assertEquals(List.of(), containers(), "something is left");
    return directory.failedAttempts().stream().map(TrialRecord::failure).toList();
  }

  /** Waits until a message is under way; the server's container. */
  private static String awaitTraffic(CompletableFuture<Integer> run, OnK3s k3s) throws Exception {
    while (!run.isDone()) {
      for (String name : containers()) {
        if (name.endsWith("-n1") && programs(name).contains("/pingecho client")) {
          Thread.sleep(1000);
          return name;
        }
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the run ended with status " + run.get() + ": " + k3s.said());
  }

  /** Names of this process's containers, those that have ended too. */
  private static List<String> containers() throws Exception {
    return docker("ps", "--all", "--format", "{{.Label \"dev.shortpath.owner\"}} {{.Names}}")
        .lines()
        .filter(line -> line.startsWith(ProcessHandle.current().pid() + " "))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }

  private static String programs(String container) throws Exception {
    return docker("top", container, "-eo", "pid,args");
  }

  private static void kubectl(String container, String... arguments) throws Exception {
    String[] command = new String[arguments.length + 3];
    command[0] = "exec";
    command[1] = container;
    command[2] = "kubectl";
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    docker(command);
  }

  private static String docker(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "docker";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    byte[] out = process.getInputStream().readAllBytes();
    process.waitFor();
    return new String(out, StandardCharsets.UTF_8).strip();
  }
}
