package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// Linux numbers (include/uapi/linux/capability.h, Documentation/admin-guide/devices.txt).
const (
	capSysResource = 24
	kmsgMajor      = 1
	kmsgMinor      = 11
)

// prepareHost turns a container into something that a kubelet can live in: /proc and /sys writable, mounts that propagate
// to pods, /dev/kmsg, bpffs, forwarding. A privileged container has most of this; one that got its capabilities by name
// has Docker's masks over /proc, which are taken away here. The machine under it is kept from the kubelet's settings.
func prepareHost(ipv6 bool) error {
	if err := uncoverProc(); err != nil {
		return err
	}
	if err := keepFromMachine(machineSysctls); err != nil {
		return err
	}
	if err := unix.Mount("sysfs", "/sys", "", unix.MS_REMOUNT|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return needsCapabilities("remount /sys", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_SHARED|unix.MS_REC, ""); err != nil {
		return needsCapabilities("share mounts below /", err)
	}
	err := unix.Mknod("/dev/kmsg", unix.S_IFCHR|0o600, int(unix.Mkdev(kmsgMajor, kmsgMinor)))
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return needsCapabilities("make /dev/kmsg", err)
	}
	if mounted, err := mountinfo.Mounted("/sys/fs/bpf"); err == nil && !mounted {
		if err := unix.Mount("bpf", "/sys/fs/bpf", "bpf", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
			fmt.Fprintf(os.Stderr, "kube-node: no bpffs at /sys/fs/bpf: %v\n", err)
		}
	}
	// What a dead container left: nothing of it can be alive, the process namespace is new.
	for _, d := range []string{"/run/containerd", "/run/netns"} {
		if err := removeBelow(d); err != nil {
			return err
		}
	}
	return setSysctls(ipv6)
}

// machineSysctls are what the kubelet sets for itself (pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables) and the
// kernel has once for the whole machine.
var machineSysctls = []string{"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops",
	"kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes"}

// keepFromMachine lays a file of the container's own over each of them: a node of a test is no reason to change how the
// machine under it panics or gives memory.
func keepFromMachine(sysctls []string) error {
	const dir = "/run/kube-node/sysctl"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range sysctls {
		sysctl := filepath.Join("/proc/sys", name)
		value, err := os.ReadFile(sysctl)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		own := filepath.Join(dir, strings.ReplaceAll(name, "/", "."))
		if err := os.WriteFile(own, value, 0o644); err != nil {
			return err
		}
		if err := unix.Mount(own, sysctl, "", unix.MS_BIND, ""); err != nil {
			return needsCapabilities("cover "+sysctl, err)
		}
	}
	return nil
}

func uncoverProc() error {
	mounts, err := mountinfo.GetMounts(mountinfo.PrefixFilter("/proc"))
	if err != nil {
		return fmt.Errorf("read mounts: %w", err)
	}
	sort.Slice(mounts, func(i, j int) bool { return len(mounts[i].Mountpoint) > len(mounts[j].Mountpoint) })
	for _, m := range mounts {
		if m.Mountpoint == "/proc" {
			continue
		}
		if err := unix.Unmount(m.Mountpoint, unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) {
			return needsCapabilities("uncover "+m.Mountpoint, err)
		}
	}
	return nil
}

func needsCapabilities(what string, err error) error {
	return fmt.Errorf("cannot %s: %w: run the container privileged, or with the capabilities and options of testbed/kube-node/README.md", what, err)
}

func removeBelow(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func setSysctls(ipv6 bool) error {
	settings := map[string]string{"net/ipv4/ip_forward": "1"}
	if ipv6 {
		settings["net/ipv6/conf/all/disable_ipv6"] = "0"
		settings["net/ipv6/conf/default/disable_ipv6"] = "0"
		settings["net/ipv6/conf/all/forwarding"] = "1"
	}
	for name, value := range settings {
		if err := os.WriteFile("/proc/sys/"+name, []byte(value), 0o644); err != nil {
			return fmt.Errorf("set %s to %s: %w", name, value, err)
		}
	}
	// Only where the kernel has br_netfilter: the answer of a pod on the same bridge then passes conntrack, which undoes
	// a Service's translation.
	for _, name := range []string{"bridge-nf-call-iptables", "bridge-nf-call-ip6tables"} {
		err := os.WriteFile("/proc/sys/net/bridge/"+name, []byte("1"), 0o644)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("set net/bridge/%s: %w", name, err)
		}
	}
	return nil
}

// mayRaiseLimits says whether this container has CAP_SYS_RESOURCE, without which no oom_score_adj can be lowered.
func mayRaiseLimits() bool {
	has, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, capSysResource, 0, 0, 0)
	return err == nil && has == 1
}

// ownCgroup is the container's own cgroup as the host's hierarchies name it. Pods live below it, so that several nodes on
// one kernel do not take each other's pods for orphans, and so that what is left of a killed node goes with its container.
func ownCgroup() (string, error) {
	content, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	controllers := cgroupPaths(string(content))
	path, v1 := controllers["memory"]
	if !v1 {
		return controllers[""], nil
	}
	delete(controllers, "")
	// The kubelet wants its root in every hierarchy that it uses.
	for controller := range controllers {
		hierarchy := filepath.Join("/sys/fs/cgroup", controller)
		if info, err := os.Stat(hierarchy); err != nil || !info.IsDir() {
			continue
		}
		if err := os.MkdirAll(filepath.Join(hierarchy, path), 0o755); err != nil {
			return "", fmt.Errorf("cgroup %s in %s: %w: bind the host's /sys/fs/cgroup and use --cgroupns=host", path, hierarchy, err)
		}
	}
	return path, nil
}

// cgroupPaths reads /proc/PID/cgroup (cgroups(7)): controller → path; cgroup v2 has the empty name.
func cgroupPaths(content string) map[string]string {
	paths := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(content), "\n") {
		fields := strings.SplitN(line, ":", 3)
		if len(fields) != 3 {
			continue
		}
		for _, controller := range strings.Split(fields[1], ",") {
			if !strings.HasPrefix(controller, "name=") {
				paths[controller] = fields[2]
			}
		}
	}
	return paths
}
