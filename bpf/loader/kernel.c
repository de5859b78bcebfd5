// SPDX-License-Identifier: GPL-2.0
/* What this kernel and this process can do. */
#include <linux/capability.h>
#include <mntent.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include "agent.h"

static void find_cgroup2(char *path, size_t size)
{
    FILE *mounts = setmntent("/proc/mounts", "r");
    struct mntent *entry;

    path[0] = 0;
    while (mounts && (entry = getmntent(mounts)))
        if (!strcmp(entry->mnt_type, "cgroup2")) {
            snprintf(path, size, "%s", entry->mnt_dir);
            break;
        }
    if (mounts)
        endmntent(mounts);
}

static void find_lockdown(char *mode, size_t size)
{
    FILE *file = fopen("/sys/kernel/security/lockdown", "r");
    char line[128] = "", *open, *close;

    snprintf(mode, size, "unknown");
    if (!file)
        return;
    if (fgets(line, sizeof(line), file) && (open = strchr(line, '[')) && (close = strchr(open, ']'))) {
        *close = 0;
        snprintf(mode, size, "%s", open + 1);
    }
    fclose(file);
}

static bool has_capability(const struct __user_cap_data_struct *data, int capability)
{
    return data[capability / 32].effective >> capability % 32 & 1;
}

static void find_capabilities(struct kernel *kernel)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {};
    bool admin;

    if (syscall(SYS_capget, &header, data))
        return;
    admin = has_capability(data, CAP_SYS_ADMIN);
    kernel->cap_bpf = admin || has_capability(data, CAP_BPF);
    kernel->cap_perfmon = admin || has_capability(data, CAP_PERFMON);
    kernel->cap_net_admin = has_capability(data, CAP_NET_ADMIN);
}

/* CONFIG_BPF_STREAM_PARSER is not a symbol: without it the map type is unknown to the kernel. */
static bool can_create_sockhash(void)
{
    int map = bpf_map_create(BPF_MAP_TYPE_SOCKHASH, "shortpath_probe", 12, 8, 1, NULL);

    if (map >= 0)
        close(map);
    return map >= 0;
}

static bool can_attach_sk_msg(void)
{
    return libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SK_MSG, NULL) == 1;
}

void look_at_kernel(struct kernel *kernel)
{
    struct utsname name;
    struct btf *btf;

    memset(kernel, 0, sizeof(*kernel));
    uname(&name);
    snprintf(kernel->release, sizeof(kernel->release), "%s", name.release);
    sscanf(name.release, "%d.%d", &kernel->major, &kernel->minor);
    find_cgroup2(kernel->cgroup2, sizeof(kernel->cgroup2));
    find_lockdown(kernel->lockdown, sizeof(kernel->lockdown));
    find_capabilities(kernel);
    btf = btf__load_vmlinux_btf();
    if (btf) {
        kernel->btf = true;
        kernel->rdonly_cast = btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
        btf__free(btf);
    }
    if (!kernel->cap_bpf || !kernel->cap_net_admin)
        return;
    kernel->stream_parser = can_create_sockhash();
    kernel->sockops = libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SOCK_OPS, NULL) == 1;
    kernel->sk_msg = can_attach_sk_msg();
    kernel->task_registers = libbpf_probe_bpf_helper(BPF_PROG_TYPE_SK_MSG, BPF_FUNC_task_pt_regs, NULL) == 1;
    kernel->sk_storage = libbpf_probe_bpf_map_type(BPF_MAP_TYPE_SK_STORAGE, NULL) == 1;
}

const char *what_is_missing(const struct kernel *kernel, bool own_cgroups)
{
    if (!kernel->cap_bpf || !kernel->cap_net_admin || !kernel->cap_perfmon)
        return "missing privilege: run as root, or with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN";
    if (kernel->major < 5 || (kernel->major == 5 && kernel->minor < 15))
        return "this kernel is older than Linux 5.15: a newer one is needed";
    if (!kernel->btf)
        return "no /sys/kernel/btf/vmlinux: a kernel with CONFIG_DEBUG_INFO_BTF is needed";
    if (!own_cgroups && !kernel->cgroup2[0])
        return "no cgroup2 in /proc/mounts: mount one (mount -t cgroup2 none DIRECTORY) or name one by "
               "--cgroup";
    if (!kernel->stream_parser || !kernel->sk_msg)
        return "no SOCKHASH map or sk_msg program: a kernel with CONFIG_BPF_STREAM_PARSER is needed";
    if (!kernel->sockops || !kernel->sk_storage)
        return "no sockops program or socket storage: a kernel with CONFIG_CGROUP_BPF is needed";
    if (!kernel->rdonly_cast && !strcmp(kernel->lockdown, "confidentiality"))
        return "lockdown=confidentiality without bpf_rdonly_cast: Linux 6.2 or newer, or another lockdown "
               "mode, is "
               "needed";
    return NULL;
}

int check_command(const struct options *options)
{
    struct kernel kernel;
    const char *missing;
    bool loads;

    libbpf_set_print(NULL);
    look_at_kernel(&kernel);
    missing = what_is_missing(&kernel, false);
    if (missing)
        complain("%s", missing);
    loads = !missing && programs_check(options, &kernel);
    if (!missing && !loads)
        missing = "this kernel refused the BPF programs";
#define BOOL(field) kernel.field ? "true" : "false"
    printf("{\"schema\":%d,\"ready\":%s,\"kernel\":", STATUS_SCHEMA, missing ? "false" : "true");
    write_json_string(stdout, kernel.release);
    printf(",\"cgroup2\":");
    write_json_string(stdout, kernel.cgroup2);
    printf(",\"lockdown\":\"%s\",\"btf\":%s,\"rdonly_cast\":%s,\"sockhash\":%s,\"sockops\":%s,\"sk_msg\":%s,"
           "\"sk_storage\":%s,\"task_registers\":%s,\"cap_bpf\":%s,\"cap_perfmon\":%s,\"cap_net_admin\":%s,"
           "\"missing\":",
           kernel.lockdown, BOOL(btf), BOOL(rdonly_cast), BOOL(stream_parser), BOOL(sockops), BOOL(sk_msg),
           BOOL(sk_storage), BOOL(task_registers), BOOL(cap_bpf), BOOL(cap_perfmon), BOOL(cap_net_admin));
#undef BOOL
    if (missing)
        write_json_string(stdout, missing);
    else
        printf("null");
    printf("}\n");
    return loads ? 0 : EXIT_BAD_INPUT;
}
