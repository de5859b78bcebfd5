package dev.shortpath.harness.runner;

import dev.shortpath.harness.testbed.KernelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the machine is: read from files of the kernel, so that it needs no tool and no right. */
public final class Environment {
  /** Settings that change what TCP, scheduling or BPF cost. */
  private static final List<String> SYSCTLS =
      List.of(
          "kernel.sched_autogroup_enabled",
          "net.core.bpf_jit_enable",
          "net.core.busy_poll",
          "net.core.busy_read",
          "net.core.default_qdisc",
          "net.core.rmem_max",
          "net.core.wmem_max",
          "net.ipv4.tcp_autocorking",
          "net.ipv4.tcp_congestion_control",
          "net.ipv4.tcp_rmem",
          "net.ipv4.tcp_timestamps",
          "net.ipv4.tcp_wmem");

  private static final Pattern TIMING =
      Pattern.compile(
          "(mitigations|isolcpus|nohz_full|rcu_nocbs|idle|intel_idle|processor|preempt|clocksource|tsc"
              + "|nosmt|audit|lockdown)[.=]");

  private Environment() {}

  /** Name to value; what this kernel does not tell is left out. */
  public static Map<String, String> read() {
    Map<String, String> found = new TreeMap<>();
    put(found, "kernel", Path.of("/proc/version"));
    found.put("kernel options", kernelOptions());
    put(
        found,
        "clock source",
        Path.of("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
    put(found, "cpu governor", Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
    put(found, "cpu idle driver", Path.of("/sys/devices/system/cpu/cpuidle/current_driver"));
    put(found, "cpu idle governor", Path.of("/sys/devices/system/cpu/cpuidle/current_governor"));
    put(found, "cpu turbo off", Path.of("/sys/devices/system/cpu/intel_pstate/no_turbo"));
    put(found, "cpu SMT", Path.of("/sys/devices/system/cpu/smt/control"));
    put(found, "load average at start", Path.of("/proc/loadavg"));
    put(found, "lockdown", Path.of("/sys/kernel/security/lockdown"));
    field(found, "cpu", Path.of("/proc/cpuinfo"), "model name");
    field(found, "memory", Path.of("/proc/meminfo"), "MemTotal");
    field(found, "distribution", Path.of("/etc/os-release"), "PRETTY_NAME");
    for (String sysctl : SYSCTLS) {
      put(found, "sysctl " + sysctl, Path.of("/proc/sys", sysctl.split("\\.")));
    }
    found.put("cpus", Integer.toString(Runtime.getRuntime().availableProcessors()));
    found.put("architecture", System.getProperty("os.arch"));
    found.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    return found;
  }

  /** Only what changes timing: a command line may hold what is nobody's business. */
  private static String kernelOptions() {
    try {
      return Arrays.stream(KernelFile.text(Path.of("/proc/cmdline")).strip().split("\\s+"))
          .filter(option -> TIMING.matcher(option).lookingAt())
          .collect(Collectors.joining(" "));
    } catch (IOException e) {
      return "";
    }
  }

  private static void put(Map<String, String> found, String name, Path file) {
    try {
      found.put(name, KernelFile.text(file).strip().replaceAll("\\s+", " "));
    } catch (IOException e) {
      // not on this kernel: left out
    }
  }

  private static void field(Map<String, String> found, String name, Path file, String field) {
    try {
      for (String line : KernelFile.text(file).lines().toList()) {
        String[] parts = line.split("[:=]", 2);
        if (parts.length == 2 && parts[0].strip().equals(field)) {
          found.put(name, parts[1].strip().replace("\"", "").replaceAll("\\s+", " "));
          return;
        }
      }
    } catch (IOException e) {
      // not on this kernel: left out
    }
  }
}
