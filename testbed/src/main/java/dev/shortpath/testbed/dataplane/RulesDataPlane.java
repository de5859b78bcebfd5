package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.Together;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** What data planes of rules in the kernel have in common: all but the rules. */
abstract class RulesDataPlane implements RunningDataPlane {
  final DataPlaneNode node;
  final KernelTool tool;
  private final Translations translations;
  private final UdpFlows udp;
  private List<ServicePort> services = List.of();

  RulesDataPlane(DataPlaneNode node) {
    this.node = node;
    this.tool = new KernelTool(node.remote());
    this.translations = new Translations(tool);
    this.udp = new UdpFlows(tool);
  }

  /** Puts up what stands before any Service; takes it all down again when that fails. */
  final RulesDataPlane begin() throws TestbedException, InterruptedException {
    if (node.ipv6() != null && !Files.exists(Path.of("/proc/net/if_inet6"))) {
      throw new TestbedException(
          "this kernel has no IPv6: boot without ipv6.disable=1, or give the node no IPv6 address");
    }
    try {
      translations.start();
      prepareRules();
      return this;
    } catch (TestbedException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** Makes what stands before any Service. */
  abstract void prepareRules() throws TestbedException, InterruptedException;

  /** Makes {@code now} all that there is; {@code before} says what to put back on failure. */
  abstract void loadRules(List<ServicePort> now, List<ServicePort> before)
      throws TestbedException, InterruptedException;

  /** What a load onto an empty node hands to the tools, in order. */
  abstract List<String> rules(List<ServicePort> now) throws TestbedException, InterruptedException;

  /** Changes only what differs; on failure what was before is in force. */
  abstract void updateRules(List<ServicePort> now, List<ServicePort> before)
      throws TestbedException, InterruptedException;

  /** Takes the rules away. */
  abstract void removeRules(List<ServicePort> before) throws TestbedException, InterruptedException;

  /** How many Services the kernel holds of one family. */
  abstract int counted(Family family) throws TestbedException, InterruptedException;

  /** Both families at the same time: a tool takes a quarter of a second for 10,000 Services. */
  @Override
  public final int counted() throws TestbedException, InterruptedException {
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (Family family : Family.of(node)) {
      tasks.add(() -> counted(family));
    }
    return Collections.min(Together.all(tasks));
  }

  @Override
  public final void load(List<ServicePort> now) throws TestbedException, InterruptedException {
    ServiceCheck.check(now);
    loadRules(now, services);
    done(now);
  }

  @Override
  public final List<String> compile(List<ServicePort> now)
      throws TestbedException, InterruptedException {
    ServiceCheck.check(now);
    return rules(now);
  }

  @Override
  public final void update(List<ServicePort> now) throws TestbedException, InterruptedException {
    ServiceCheck.check(now);
    updateRules(now, services);
    done(now);
  }

  /**
   * Services that the kernel holds whole, given what it was asked of them.
   *
   * @param clusterIps how many ClusterIPs it has
   * @param nodePorts how many NodePorts it has, each with its protocol once
   */
  final int whole(int clusterIps, int nodePorts) {
    long wanted = services.stream().filter(service -> service.nodePort() != 0).count();
    return (int) Math.max(0, clusterIps - Math.max(0, wanted - nodePorts));
  }

  private void done(List<ServicePort> now) throws TestbedException, InterruptedException {
    ServiceChanges changes = ServiceChanges.between(services, now);
    services = List.copyOf(now);
    if (UdpFlows.concerned(changes)) {
      for (Family family : Family.of(node)) {
        udp.forget(family, services);
      }
    }
  }

  @Override
  public final Map<String, Long> counters() throws TestbedException, InterruptedException {
    return translations.read();
  }

  /** Of nf_tables, whichever tool speaks to it, the kernel does not tell it. */
  @Override
  public Map<String, Long> memory() throws TestbedException, InterruptedException {
    return Map.of();
  }

  @Override
  public final Map<String, Path> cgroups() {
    return Map.of();
  }

  @Override
  public final void check() {
    // Rules do not die; whether they are there, counted() tells.
  }

  /** Version lines of tools, each asked for with {@code --version}. */
  final Map<String, String> versions(String... tools) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String name : tools) {
      try {
        parts.put(name, tool.run(Command.of(name, "--version")).strip());
      } catch (TestbedException e) {
        parts.put(name, "unknown");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return parts;
      }
    }
    return parts;
  }

  @Override
  public final void close() {
    boolean interrupted = Thread.interrupted();
    try {
      removeRules(services);
      translations.stop();
    } catch (TestbedException e) {
      // The node's namespace goes next, and its rules with it.
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
