package dev.shortpath.testbed.kube;

import dev.shortpath.testbed.dataplane.KernelServices;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.util.List;

/**
 * The pods of a run, as they are asked for.
 *
 * @param runId in their labels and their namespace
 * @param images that they run
 */
public record PodManifests(String runId, Images images) {
  /** Of the host: cgroup v2 itself, or the hierarchies of a hybrid host, cgroup v2 among them. */
  private static final String CGROUPS = "/sys/fs/cgroup";

  private static final String MOUNTED = "/host/cgroup";

  /** A pod that only waits, for commands to be run in it. */
  public Pod waiting(String name, String node) {
    return new PodBuilder()
        .withMetadata(metadata(name))
        .withNewSpecLike(on(List.of(node)))
        .withTerminationGracePeriodSeconds(1L)
        .addNewContainer()
        .withName("workload")
        .withImage(images.workload().name())
        .withImagePullPolicy(images.pullPolicy())
        .withCommand("/shortpath-tether", "hold")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withRunAsNonRoot(true)
        .withNewCapabilities()
        .addToDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .addNewVolumeMount()
        .withName("scratch")
        .withMountPath(Pods.SCRATCH)
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("scratch")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .endSpec()
        .build();
  }

  /**
   * A pod in a node's own network namespace, to look at the rules of the node's kube-proxy and to
   * count flows in a table of its own. What it takes is CAP_NET_ADMIN there. The kubelet deletes
   * the table with the pod, also where the program that made both is gone.
   *
   * @param table of nftables, family inet
   */
  public Pod kernel(String name, String node, String table) {
    return new PodBuilder()
        .withMetadata(metadata(name))
        .withNewSpecLike(on(List.of(node)))
        .withHostNetwork(true)
        .withTerminationGracePeriodSeconds(10L)
        .addNewContainer()
        .withName("node")
        .withImage(images.node().orElseThrow().name())
        .withImagePullPolicy(images.pullPolicy())
        .withCommand("/shortpath-tether", "hold")
        .withNewLifecycle()
        .withNewPreStop()
        .withNewExec()
        .withCommand("/nft", KernelServices.without(table))
        .endExec()
        .endPreStop()
        .endLifecycle()
        .withNewSecurityContext()
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .addToDrop("ALL")
        .addToAdd("NET_ADMIN", "NET_RAW")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .endSpec()
        .build();
  }

  /**
   * The agents of some nodes, each attached to the cgroup of its own node's pods (several nodes may
   * share a kernel), which it finds by its own pod's uid, and serving the workload's port alone.
   * Each is ready when it is attached.
   *
   * <p>They have what they need and no more: the kernel wants CAP_SYS_ADMIN where CAP_BPF cannot be
   * had (Docker 20.10 knows no such name), and CAP_NET_ADMIN for programs on sockets; the cgroups
   * are only opened, so they are mounted read-only; nothing is pinned, so bpffs is not mounted.
   *
   * <p>An update takes the old agent away before the new one comes: the kernel takes two at one
   * cgroup, but each connection would be one's or the other's, and neither would count all of them.
   */
  DaemonSet agents(List<String> nodes, int port) {
    return new DaemonSetBuilder()
        .withMetadata(metadata(AgentDaemonSet.NAME))
        .withNewSpec()
        .withNewSelector()
        .withMatchLabels(AgentDaemonSet.SELECTOR)
        .endSelector()
        .withNewUpdateStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxSurge(new IntOrString(0))
        .withMaxUnavailable(new IntOrString(1))
        .endRollingUpdate()
        .endUpdateStrategy()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(RunNamespace.labels(runId))
        .addToLabels(AgentDaemonSet.SELECTOR)
        .endMetadata()
        .withNewSpecLike(on(nodes))
        .withTerminationGracePeriodSeconds(5L)
        .addNewContainer()
        .withName("agent")
        .withImage(images.agent().name())
        .withImagePullPolicy(images.pullPolicy())
        .addNewEnv()
        .withName("POD_UID")
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath("metadata.uid")
        .endFieldRef()
        .endValueFrom()
        .endEnv()
        .withArgs(
            "attach", "--cgroup", MOUNTED, "--pod", "$(POD_UID)", "--ports", Integer.toString(port))
        .withNewReadinessProbe()
        .withPeriodSeconds(1)
        .withNewExec()
        .withCommand(NodeAgent.STATUS)
        .endExec()
        .endReadinessProbe()
        .withNewSecurityContext()
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .addToDrop("ALL")
        .addToAdd("SYS_ADMIN", "NET_ADMIN")
        .endCapabilities()
        .endSecurityContext()
        .addNewVolumeMount()
        .withName("cgroups")
        .withMountPath(MOUNTED)
        .withReadOnly(true)
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("cgroups")
        .withNewHostPath()
        .withPath(CGROUPS)
        .withType("Directory")
        .endHostPath()
        .endVolume()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private ObjectMeta metadata(String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(RunNamespace.name(runId))
        .withLabels(RunNamespace.labels(runId))
        .build();
  }

  /** On these nodes by their names (the label kubernetes.io/hostname may have another). */
  private static PodSpec on(List<String> nodes) {
    List<NodeSelectorTerm> any =
        nodes.stream()
            .map(
                node ->
                    new NodeSelectorTermBuilder()
                        .addNewMatchField()
                        .withKey("metadata.name")
                        .withOperator("In")
                        .withValues(node)
                        .endMatchField()
                        .build())
            .toList();
    return new PodSpecBuilder()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withNodeSelectorTerms(any)
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .build();
  }
}
