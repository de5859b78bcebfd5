package dev.shortpath.testbed.kube;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

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
    return new PodBuilder(placed(name, node))
        .editSpec()
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
   * The agent of a node, attached to the cgroup of that node's own pods (several nodes may share a
   * kernel), which it finds by its own pod's uid, and serving the workload's port alone.
   *
   * <p>It has what it needs and no more: the kernel wants CAP_SYS_ADMIN where CAP_BPF cannot be had
   * (Docker 20.10 knows no such name), and CAP_NET_ADMIN for programs on sockets; the cgroups are
   * only opened, so they are mounted read-only.
   */
  Pod agent(String name, String node, int port) {
    return new PodBuilder(placed(name, node))
        .editSpec()
        .withTerminationGracePeriodSeconds(5L)
        .withRestartPolicy("Never")
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
            "attach",
            "--name",
            name,
            "--cgroup",
            MOUNTED,
            "--pod",
            "$(POD_UID)",
            "--ports",
            Integer.toString(port))
        .withNewReadinessProbe()
        .withPeriodSeconds(1)
        .withNewExec()
        .withCommand("/shortpath-agent", "status", "--name", name)
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
        .build();
  }

  private Pod placed(String name, String node) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(RunNamespace.name(runId))
        .withLabels(RunNamespace.labels(runId))
        .endMetadata()
        .withNewSpec()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addNewMatchField()
        .withKey("metadata.name")
        .withOperator("In")
        .withValues(node)
        .endMatchField()
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .endSpec()
        .build();
  }
}
