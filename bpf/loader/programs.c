// SPDX-License-Identifier: GPL-2.0
/* The BPF programs and maps: loading, attaching, reading. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "agent.h"
#include "sockredir.skel.h"

struct programs {
    struct sockredir *object;
    struct bpf_link *links[MAX_CGROUPS];
    int link_count;
    uint64_t attached_at;
};

static int print_when_asked(enum libbpf_print_level level, const char *format, va_list arguments)
{
    return level == LIBBPF_DEBUG || !getenv("SHORTPATH_AGENT_DEBUG") ? 0
                                                                     : vfprintf(stderr, format, arguments);
}

static void set_options(struct sockredir *object, const struct options *options, const struct kernel *kernel)
{
    bool cast = kernel->rdonly_cast;

    bpf_program__set_autoload(object->progs.sockets_by_cast, cast);
    bpf_program__set_autoload(object->progs.messages_by_cast, cast);
    bpf_program__set_autoload(object->progs.sockets_by_probe, !cast);
    bpf_program__set_autoload(object->progs.messages_by_probe, !cast);
    bpf_map__set_max_entries(object->maps.connections, options->max_connections);
    bpf_map__set_max_entries(object->maps.sockets, 2 * options->max_connections);
    object->rodata->unread_limit = options->unread_limit;
    object->rodata->edge_limit = options->edge_limit;
    object->rodata->large_message = options->large_message;
    object->rodata->redirect_to_blocking = options->redirect_to_blocking;
    object->rodata->syscalls_visible = kernel->task_registers;
    object->rodata->ports_restricted = options->ports_restricted;
    memcpy((void *)object->rodata->ports_listed, options->ports, sizeof(options->ports));
    memcpy((void *)object->rodata->ports_excluded, options->exclude, sizeof(options->exclude));
}

static uint64_t now_millis(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool attach_cgroup(struct programs *programs, struct bpf_program *sockops, const char *path)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct bpf_link *link;

    if (directory < 0) {
        complain("--cgroup '%s': %s", path, strerror(errno));
        return false;
    }
    link = bpf_program__attach_cgroup(sockops, directory);
    if (!link)
        complain("--cgroup '%s': %s%s", path, strerror(errno),
                 errno == EBADF || errno == EINVAL ? " (a directory of a cgroup2 mount is needed)" : "");
    else
        programs->links[programs->link_count++] = link;
    close(directory);
    return link;
}

/* The object with its programs accepted by this kernel; NULL after a complaint. */
static struct sockredir *load_object(const struct options *options, const struct kernel *kernel)
{
    struct sockredir *object;
    int error;

    libbpf_set_print(print_when_asked);
    object = sockredir__open();
    if (!object) {
        complain("cannot open the BPF object: %s", strerror(errno));
        return NULL;
    }
    set_options(object, options, kernel);
    error = sockredir__load(object);
    if (!error)
        return object;
    complain("this kernel (%s) refused the BPF programs: %s (SHORTPATH_AGENT_DEBUG=1 shows why)",
             kernel->release, strerror(-error));
    sockredir__destroy(object);
    return NULL;
}

bool programs_check(const struct options *options, const struct kernel *kernel)
{
    struct sockredir *object = load_object(options, kernel);

    sockredir__destroy(object);
    return object;
}

struct programs *programs_attach(const struct options *options, const struct kernel *kernel)
{
    struct programs *programs = calloc(1, sizeof(*programs));
    struct bpf_program *sockops, *messages;
    int error;

    programs->object = load_object(options, kernel);
    if (!programs->object)
        goto failed;
    sockops = kernel->rdonly_cast ? programs->object->progs.sockets_by_cast
                                  : programs->object->progs.sockets_by_probe;
    messages = kernel->rdonly_cast ? programs->object->progs.messages_by_cast
                                   : programs->object->progs.messages_by_probe;
    error = bpf_prog_attach(bpf_program__fd(messages), bpf_map__fd(programs->object->maps.sockets),
                            BPF_SK_MSG_VERDICT, 0);
    if (error) {
        complain("cannot attach the message program: %s", strerror(-error));
        goto failed;
    }
    for (int i = 0; i < options->cgroup_count; i++)
        if (!attach_cgroup(programs, sockops, options->cgroups[i]))
            goto failed;
    programs->attached_at = now_millis();
    return programs;
failed:
    programs_free(programs);
    return NULL;
}

void programs_stop(struct programs *programs)
{
    programs->object->bss->detaching = 1;
    while (programs->link_count)
        bpf_link__destroy(programs->links[--programs->link_count]);
}

void programs_free(struct programs *programs)
{
    if (programs->object && programs->object->bss)
        programs->object->bss->detaching = 1;
    while (programs->link_count)
        bpf_link__destroy(programs->links[--programs->link_count]);
    sockredir__destroy(programs->object);
    free(programs);
}

uint64_t programs_attached_at(const struct programs *programs)
{
    return programs->attached_at;
}

void programs_counters(struct programs *programs, struct counters *sum)
{
    int cpus = libbpf_num_possible_cpus();
    struct counters *values = calloc(cpus, sizeof(*values));
    uint32_t zero = 0;

    memset(sum, 0, sizeof(*sum));
    if (!bpf_map_lookup_elem(bpf_map__fd(programs->object->maps.counts), &zero, values))
        for (int cpu = 0; cpu < cpus; cpu++)
            for (size_t i = 0; i < sizeof(*sum) / sizeof(uint64_t); i++)
                ((uint64_t *)sum)[i] += ((uint64_t *)&values[cpu])[i];
    free(values);
}

/* Walks the keys: entries that come and go meanwhile may be missed or seen twice. */
static unsigned count_keys(int map, unsigned limit)
{
    char keys[2][sizeof(struct end_key)];
    unsigned count = 0;

    while (count < limit && !bpf_map_get_next_key(map, count ? keys[count % 2] : NULL, keys[(count + 1) % 2]))
        count++;
    return count;
}

void programs_occupancy(struct programs *programs, unsigned *records, unsigned *sockets)
{
    const struct sockredir *object = programs->object;

    *records =
        count_keys(bpf_map__fd(object->maps.connections), bpf_map__max_entries(object->maps.connections));
    *sockets = count_keys(bpf_map__fd(object->maps.sockets), bpf_map__max_entries(object->maps.sockets));
}

static int by_port(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

void programs_hops(struct programs *programs, void (*each)(void *arg, uint32_t port, const struct hop *hop),
                   void *arg)
{
    int map = bpf_map__fd(programs->object->maps.hops), cpus = libbpf_num_possible_cpus(), count = 0;
    struct hop *values = calloc(cpus, sizeof(*values)), sum;
    uint32_t ports[MAX_HOPS], *last = NULL;

    while (count < MAX_HOPS && !bpf_map_get_next_key(map, last, &ports[count]))
        last = &ports[count++];
    qsort(ports, count, sizeof(*ports), by_port);
    for (int i = 0; i < count; i++) {
        if (bpf_map_lookup_elem(map, &ports[i], values))
            continue;
        memset(&sum, 0, sizeof(sum));
        for (int cpu = 0; cpu < cpus; cpu++)
            for (size_t j = 0; j < sizeof(sum) / sizeof(uint64_t); j++)
                ((uint64_t *)&sum)[j] += ((uint64_t *)&values[cpu])[j];
        each(arg, ports[i], &sum);
    }
    free(values);
}
