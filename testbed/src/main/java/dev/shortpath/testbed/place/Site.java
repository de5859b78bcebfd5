package dev.shortpath.testbed.place;

import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;

/**
 * What the parts of one run share.
 *
 * @param runId 6 characters of {@code [a-z0-9]}; everything carries it
 * @param tools where programs are
 * @param state directory for sockets and keys, of short path; its parents can be passed by every
 *     user
 * @param logs directory for what the parts say
 * @param cgroup the run's own
 */
public record Site(String runId, Tools tools, Path state, Path logs, Path cgroup) {
  /** Where a pod's workload runs. */
  public PlacedRemote app(Pod pod) {
    return new PlacedRemote(pod.name(), Launcher.into(tools, pod.appCgroup()).netns(pod.netns()));
  }

  /** Where an external host's workload runs. */
  public PlacedRemote app(ExternalHost host) {
    return new PlacedRemote(
        host.name(), Launcher.into(tools, host.appCgroup()).netns(host.netns()));
  }

  /** Where the process runs that keeps an external host's namespace in use. */
  public PlacedRemote pause(ExternalHost host) {
    return new PlacedRemote(
        host.name(), Launcher.into(tools, host.pauseCgroup()).netns(host.netns()));
  }

  /** Where a pod's own proxy runs, as {@code uid}. */
  public PlacedRemote proxy(Pod pod, int uid) {
    return new PlacedRemote(
        pod.name(), Launcher.into(tools, pod.proxyCgroup()).netns(pod.netns()).user(uid));
  }

  /** Where a node's proxy runs. */
  public PlacedRemote proxy(Node node) {
    return new PlacedRemote(
        node.name(), Launcher.into(tools, node.proxyCgroup()).netns(node.netns()));
  }

  /** Where the process runs that keeps a pod's namespace in use. */
  public PlacedRemote pause(Pod pod) {
    return new PlacedRemote(pod.name(), Launcher.into(tools, pod.pauseCgroup()).netns(pod.netns()));
  }

  /** Where the process runs that keeps a node's namespace in use. */
  public PlacedRemote pause(Node node) {
    return new PlacedRemote(
        node.name(), Launcher.into(tools, node.pauseCgroup()).netns(node.netns()));
  }

  /** In a network namespace and in the cgroup of the run's tools, which no treatment measures. */
  public PlacedRemote admin(String name, String netns) {
    return new PlacedRemote(name, Launcher.into(tools, adminCgroup()).netns(netns));
  }

  /** In the harness' own network namespace and the cgroup of the run's tools. */
  public PlacedRemote admin() {
    return new PlacedRemote("the run's tools", Launcher.into(tools, adminCgroup()));
  }

  /** Where agents run: in the harness' network namespace and in a cgroup of their own. */
  public PlacedRemote agents() {
    return new PlacedRemote("the run's agents", Launcher.into(tools, agentCgroup()));
  }

  /** The cgroup of the agents: none of the nodes', to which they are attached. */
  public Path agentCgroup() {
    return cgroup.resolve("agent");
  }

  /** The cgroup of the run's tools: none of the nodes'. */
  public Path adminCgroup() {
    return cgroup.resolve("admin");
  }
}
