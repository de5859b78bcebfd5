// SPDX-License-Identifier: GPL-2.0
/* The BPF programs: loaded, attached, and taken off again. */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "lb.h"
#include "tclb.skel.h"

/* enum bpf_attach_type since Linux 6.6, for older headers. */
#define TCX_INGRESS 46
#define TCX_EGRESS  47
#define PRIORITY    0x5350

/* A filter's handle says whether the clsact qdisc was there before, also to whoever finds it later. */
#define HANDLE_OTHERS_HOOK 1
#define HANDLE_OWN_HOOK    2

struct programs {
    struct tclb *object;
    bool tcx;
    int links[2 * (MAX_PODS + 1)];
    int link_count;
    struct {
        int index;
        bool own_hook; /* the clsact qdisc was not there before */
    } hooks[MAX_PODS + 1];
    int hook_count;
    int claims[MAX_PODS + 1];
    int claim_count;
    struct endpoint *slots;
    size_t slots_size;
};

static int refuse_to_log(enum libbpf_print_level level, const char *format, va_list arguments)
{
    if (!getenv("SHORTPATH_LB_DEBUG") || level > LIBBPF_INFO)
        return 0;
    return vfprintf(stderr, format, arguments);
}

static bool attach_tcx(struct programs *programs, int index)
{
    const struct tclb *object = programs->object;
    int in = bpf_link_create(bpf_program__fd(object->progs.shortpath_in), index, TCX_INGRESS, NULL), out;

    if (in < 0)
        return false;
    out = bpf_link_create(bpf_program__fd(object->progs.shortpath_out), index, TCX_EGRESS, NULL);
    if (out < 0) {
        close(in);
        return false;
    }
    programs->links[programs->link_count++] = in;
    programs->links[programs->link_count++] = out;
    return true;
}

static void detach_tc(int index, bool own_hook)
{
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = index);

    for (int i = 0; i < 2; i++) {
        LIBBPF_OPTS(bpf_tc_opts, program, .handle = own_hook ? HANDLE_OWN_HOOK : HANDLE_OTHERS_HOOK,
                    .priority = PRIORITY);

        hook.attach_point = i ? BPF_TC_EGRESS : BPF_TC_INGRESS;
        bpf_tc_detach(&hook, &program);
    }
    if (!own_hook)
        return;
    hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
    bpf_tc_hook_destroy(&hook);
}

/* Whether a filter's program is one of ours, by its name. */
static bool is_ours(uint32_t id)
{
    struct bpf_prog_info info = {};
    uint32_t size = sizeof(info);
    int program = bpf_prog_get_fd_by_id(id);
    bool ours;

    if (program < 0)
        return false;
    ours = !bpf_obj_get_info_by_fd(program, &info, &size) &&
           (!strcmp(info.name, "shortpath_in") || !strcmp(info.name, "shortpath_out"));
    close(program);
    return ours;
}

/* Takes off the filters, and the qdisc, of a process that was killed: nothing else does, before tcx. */
static void detach_leftovers(int index)
{
    for (int handle = HANDLE_OTHERS_HOOK; handle <= HANDLE_OWN_HOOK; handle++) {
        for (int i = 0; i < 2; i++) {
            LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = index,
                        .attach_point = i ? BPF_TC_EGRESS : BPF_TC_INGRESS);
            LIBBPF_OPTS(bpf_tc_opts, program, .handle = handle, .priority = PRIORITY);

            if (!bpf_tc_query(&hook, &program) && is_ours(program.prog_id)) {
                detach_tc(index, handle == HANDLE_OWN_HOOK);
                break;
            }
        }
    }
}

/*
 * One process for an interface: else the filters of one that lives would be taken for those of a dead
 * one. The name of an abstract socket belongs to the network namespace and goes with the process.
 */
static bool claim(struct programs *programs, int index, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "shortpath-lb/%d", index);
    int held = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (held >= 0 && !bind(held, (void *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + length)) {
        programs->claims[programs->claim_count++] = held;
        return true;
    }
    if (errno == EADDRINUSE)
        complain("interface %s has another shortpath-lb at work: end that one first", name);
    else
        complain("interface %s cannot be claimed: %s", name, strerror(errno));
    if (held >= 0)
        close(held);
    return false;
}

static bool attach_tc(struct programs *programs, int index)
{
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = index, .attach_point = BPF_TC_INGRESS);
    int made = bpf_tc_hook_create(&hook);

    if (made && made != -EEXIST) {
        errno = -made;
        return false;
    }
    programs->hooks[programs->hook_count].index = index;
    programs->hooks[programs->hook_count++].own_hook = !made;
    for (int i = 0; i < 2; i++) {
        LIBBPF_OPTS(bpf_tc_opts, program, .handle = made ? HANDLE_OTHERS_HOOK : HANDLE_OWN_HOOK,
                    .priority = PRIORITY);
        int error;

        hook.attach_point = i ? BPF_TC_EGRESS : BPF_TC_INGRESS;
        program.prog_fd =
            bpf_program__fd(i ? programs->object->progs.shortpath_out : programs->object->progs.shortpath_in);
        error = bpf_tc_attach(&hook, &program);
        if (error) {
            errno = -error;
            return false;
        }
    }
    return true;
}

static bool attach(struct programs *programs, const struct options *options, const char *name)
{
    struct interface interface;
    uint32_t yes = 1;
    bool attached;

    if (!look_at_interface(name, &interface) || !claim(programs, interface.index, name))
        return false;
    detach_leftovers(interface.index);
    attached = programs->tcx && attach_tcx(programs, interface.index);
    if (!attached && programs->tcx && !options->tcx_required && !programs->link_count && errno == EINVAL)
        programs->tcx = false; /* older than Linux 6.6 */
    if (!programs->tcx)
        attached = attach_tc(programs, interface.index);
    if (!attached) {
        complain("cannot attach to %s: %s%s", name, strerror(errno),
                 programs->tcx && errno == EINVAL ? " (tcx needs Linux 6.6; --attach tc does without)" : "");
        return false;
    }
    if (options->peers && interface.veth_elsewhere && strcmp(name, options->uplink))
        bpf_map_update_elem(bpf_map__fd(programs->object->maps.peers), &interface.index, &yes, BPF_ANY);
    return true;
}

static void add_node_address(struct programs *programs, const struct address *address)
{
    uint32_t yes = 1;

    bpf_map_update_elem(bpf_map__fd(programs->object->maps.node_addresses), address, &yes, BPF_ANY);
}

/* NodePorts are reached at every address of the node but the loopback's and link-local ones. */
static bool find_node_addresses(struct programs *programs, const struct options *options)
{
    struct ifaddrs *all;

    if (getifaddrs(&all)) {
        complain("the node's addresses cannot be listed: %s", strerror(errno));
        return false;
    }
    for (struct ifaddrs *at = all; at; at = at->ifa_next) {
        struct address address = {.words[2] = htonl(0xffff)};

        if (!at->ifa_addr || at->ifa_flags & IFF_LOOPBACK)
            continue;
        if (at->ifa_addr->sa_family == AF_INET) {
            address.words[3] = ((struct sockaddr_in *)at->ifa_addr)->sin_addr.s_addr;
        } else if (at->ifa_addr->sa_family == AF_INET6) {
            const struct in6_addr *in6 = &((struct sockaddr_in6 *)at->ifa_addr)->sin6_addr;

            if (IN6_IS_ADDR_LINKLOCAL(in6))
                continue;
            memcpy(&address, in6, sizeof(address));
        } else {
            continue;
        }
        add_node_address(programs, &address);
    }
    freeifaddrs(all);
    for (int family = 0; family < FAMILIES; family++)
        add_node_address(programs, &options->node[family]);
    return true;
}

/* Source ports that the node's own connections do not use: those below ip_local_port_range, or above. */
static void choose_ports(struct tclb *object)
{
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    unsigned low = 32768, high = 60999;

    if (file) {
        if (fscanf(file, "%u %u", &low, &high) != 2) {
            low = 32768;
            high = 60999;
        }
        fclose(file);
    }
    object->rodata->first_port = 1024;
    object->rodata->port_count = low > 1024 ? low - 1024 : 0;
    if (low < 1024 + 16384 && high < 65535 && 65535 - high > object->rodata->port_count) {
        object->rodata->first_port = high + 1;
        object->rodata->port_count = 65535 - high;
    }
    if (object->rodata->port_count < 1024) { /* all are the node's: share them */
        object->rodata->first_port = 1024;
        object->rodata->port_count = 64512;
    }
}

static bool configure(struct programs *programs, const struct options *options)
{
    struct tclb *object = programs->object;
    unsigned interfaces = 1;

    memcpy((void *)&object->rodata->node_ipv4, &options->node[IPV4], sizeof(struct address));
    memcpy((void *)&object->rodata->node_ipv6, &options->node[IPV6], sizeof(struct address));
    memcpy((void *)object->rodata->pods_prefix, options->pods_prefix, sizeof(options->pods_prefix));
    memcpy((void *)object->rodata->pods_mask, options->pods_mask, sizeof(options->pods_mask));
    choose_ports(object);
    for (int i = 0; i < options->pod_count; i++) {
        unsigned index = if_nametoindex(options->pods[i]);

        if (index >= interfaces)
            interfaces = index + 1;
    }
    /* Twice a family at most, and once more for what is deleted last. */
    if (bpf_map__set_max_entries(object->maps.frontends, 4 * options->max_services + 1024) ||
        bpf_map__set_max_entries(object->maps.endpoints, options->max_endpoints) ||
        bpf_map__set_max_entries(object->maps.flows, 2 * options->max_flows) ||
        bpf_map__set_max_entries(object->maps.peers, interfaces)) {
        complain("the maps cannot be given their sizes");
        return false;
    }
    return true;
}

static bool map_slots(struct programs *programs, const struct options *options)
{
    size_t page = sysconf(_SC_PAGESIZE);

    programs->slots_size =
        ((size_t)options->max_endpoints * sizeof(struct endpoint) + page - 1) / page * page;
    programs->slots = mmap(NULL, programs->slots_size, PROT_READ | PROT_WRITE, MAP_SHARED,
                           bpf_map__fd(programs->object->maps.endpoints), 0);
    if (programs->slots != MAP_FAILED)
        return true;
    programs->slots = NULL;
    complain("the map of endpoints cannot be mapped: %s", strerror(errno));
    return false;
}

static bool load(struct tclb *object)
{
    int error = tclb__load(object);

    if (error)
        complain("this kernel refused the BPF programs: %s (SHORTPATH_LB_DEBUG=1 shows why)%s",
                 strerror(-error), error == -EPERM ? "; run as root" : "");
    return !error;
}

static struct tclb *open_object(void)
{
    struct tclb *object;

    libbpf_set_print(refuse_to_log);
    object = tclb__open();
    if (!object)
        complain("the BPF object cannot be opened: %s", strerror(errno));
    return object;
}

bool programs_check(void)
{
    struct tclb *object = open_object();
    bool good = object && load(object);

    tclb__destroy(object);
    return good;
}

struct programs *programs_attach(const struct options *options)
{
    struct programs *programs = calloc(1, sizeof(*programs));

    if (!programs)
        abort();
    programs->tcx = options->tcx_allowed;
    programs->object = open_object();
    if (!programs->object || !configure(programs, options) || !load(programs->object))
        goto failed;
    if (!map_slots(programs, options) || !find_node_addresses(programs, options) ||
        !attach(programs, options, options->uplink))
        goto failed;
    for (int i = 0; i < options->pod_count; i++)
        if (!attach(programs, options, options->pods[i]))
            goto failed;
    return programs;
failed:
    programs_free(programs);
    return NULL;
}

void programs_free(struct programs *programs)
{
    while (programs->link_count)
        close(programs->links[--programs->link_count]);
    while (programs->hook_count) {
        programs->hook_count--;
        detach_tc(programs->hooks[programs->hook_count].index,
                  programs->hooks[programs->hook_count].own_hook);
    }
    while (programs->claim_count)
        close(programs->claims[--programs->claim_count]);
    if (programs->slots)
        munmap(programs->slots, programs->slots_size);
    tclb__destroy(programs->object);
    free(programs);
}

const char *programs_way(const struct programs *programs)
{
    return programs->tcx ? "tcx" : "tc";
}

int programs_frontends(const struct programs *programs)
{
    return bpf_map__fd(programs->object->maps.frontends);
}

int programs_flows(const struct programs *programs)
{
    return bpf_map__fd(programs->object->maps.flows);
}

struct endpoint *programs_slots(const struct programs *programs)
{
    return programs->slots;
}

void programs_counters(const struct programs *programs, struct counters *sum)
{
    int cpus = libbpf_num_possible_cpus();
    struct counters *values = calloc(cpus, sizeof(*values));
    uint32_t zero = 0;

    if (!values)
        abort();
    memset(sum, 0, sizeof(*sum));
    if (!bpf_map_lookup_elem(bpf_map__fd(programs->object->maps.counts), &zero, values))
        for (int cpu = 0; cpu < cpus; cpu++)
            for (int i = 0; i < COUNTER_COUNT; i++)
                sum->values[i] += values[cpu].values[i];
    free(values);
}

void programs_maps(const struct programs *programs, void (*each)(void *arg, const char *name, int map),
                   void *arg)
{
    struct bpf_map *map;

    bpf_object__for_each_map(map, programs->object->obj)
    {
        const char *name = bpf_map__name(map);

        if (!strchr(name, '.'))
            each(arg, name, bpf_map__fd(map));
    }
}
