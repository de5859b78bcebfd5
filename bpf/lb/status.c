// SPDX-License-Identifier: GPL-2.0
/* The status document, read from the maps themselves. Its fields are described in bpf/README.md. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "lb.h"

#define CHUNK 4096

#define NAME_OF(upper, lower) #lower,
static const char *const counter_names[] = {COUNTERS(NAME_OF)};
#undef NAME_OF

/* Calls `each` with a map's keys, some at a time. What comes and goes meanwhile may be missed. */
static void walk(int map, size_t key_size, size_t value_size,
                 void (*each)(void *arg, const void *keys, uint32_t count), void *arg)
{
    void *keys = calloc(CHUNK, key_size), *values = calloc(CHUNK, value_size);
    uint32_t at, count;
    bool first = true;
    int error = 0;

    if (!keys || !values)
        abort();
    while (!error) {
        count = CHUNK;
        error = bpf_map_lookup_batch(map, first ? NULL : &at, &at, keys, values, &count, NULL);
        first = false;
        if (error && errno != ENOENT)
            break;
        each(arg, keys, count);
    }
    free(keys);
    free(values);
}

struct held {
    uint32_t frontends, cluster_ips[FAMILIES], node_ports[FAMILIES];
};

static void count_frontends(void *arg, const void *keys, uint32_t count)
{
    const struct frontend_key *key = keys;
    struct held *held = arg;

    held->frontends += count;
    for (uint32_t i = 0; i < count; i++) {
        int family =
            key[i].address.words[2] == htonl(0xffff) && !key[i].address.words[0] && !key[i].address.words[1]
                ? IPV4
                : IPV6;

        if (key[i].node_port)
            held->node_ports[family]++;
        else
            held->cluster_ips[family]++;
    }
}

static void count_keys(void *arg, const void *keys, uint32_t count)
{
    (void)keys;
    *(uint32_t *)arg += count;
}

struct memory_writer {
    FILE *out;
    bool comma;
};

/* The kernel tells a map's memory in the descriptor's information. */
static void write_memory(void *arg, const char *name, int map)
{
    struct memory_writer *writer = arg;
    char path[64], line[128];
    unsigned long long bytes;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", map);
    file = fopen(path, "re");
    if (!file)
        return;
    while (fgets(line, sizeof(line), file)) {
        if (sscanf(line, "memlock: %llu", &bytes) != 1)
            continue;
        fprintf(writer->out, "%s\"%s\":%llu", writer->comma ? "," : "", name, bytes);
        writer->comma = true;
    }
    fclose(file);
}

struct dump_writer {
    FILE *out;
    const struct endpoint *slots;
    int map;
    bool comma;
};

static void write_address(FILE *out, const struct address *address)
{
    char text[INET6_ADDRSTRLEN];
    bool ipv4 = address->words[2] == htonl(0xffff) && !address->words[0] && !address->words[1];

    inet_ntop(ipv4 ? AF_INET : AF_INET6, ipv4 ? (void *)&address->words[3] : (void *)address, text,
              sizeof(text));
    fputs(text, out);
}

static void write_frontends(void *arg, const void *keys, uint32_t count)
{
    struct dump_writer *writer = arg;
    const struct frontend_key *key = keys;

    for (uint32_t i = 0; i < count; i++) {
        struct frontend value;

        if (bpf_map_lookup_elem(writer->map, &key[i], &value))
            continue;
        fprintf(writer->out, "%s\"%s ", writer->comma ? "," : "",
                key[i].protocol == IPPROTO_TCP ? "tcp" : "udp");
        writer->comma = true;
        write_address(writer->out, &key[i].address);
        fprintf(writer->out, " %u %s %s %u", ntohs(key[i].port),
                key[i].node_port ? "node-port" : "cluster-ip",
                value.flags & FRONTEND_LOCAL ? "local" : "cluster", value.affinity);
        for (uint32_t slot = 0; slot < value.count; slot++) {
            const struct endpoint *endpoint = &writer->slots[value.first + slot];

            fputc(' ', writer->out);
            write_address(writer->out, &endpoint->address);
            fprintf(writer->out, "/%u%s%s", ntohs(endpoint->port), slot < value.local ? "/l" : "/r",
                    endpoint->tag == value.tag ? "" : "/torn");
        }
        fputc('"', writer->out);
    }
}

/* What the maps hold, in no order: every frontend with its endpoints. */
void write_dump(FILE *out, const struct programs *programs)
{
    struct dump_writer writer = {
        .out = out, .slots = programs_slots(programs), .map = programs_frontends(programs)};

    fprintf(out, "{\"ok\":true,\"frontends\":[");
    walk(writer.map, sizeof(struct frontend_key), sizeof(struct frontend), write_frontends, &writer);
    fprintf(out, "]}\n");
}

void write_status(FILE *out, const struct programs *programs, const struct table *table)
{
    struct memory_writer writer = {.out = out};
    struct counters counters;
    struct held held = {};
    uint32_t flows = 0;

    walk(programs_frontends(programs), sizeof(struct frontend_key), sizeof(struct frontend), count_frontends,
         &held);
    walk(programs_flows(programs), sizeof(struct tuple), sizeof(struct flow), count_keys, &flows);
    programs_counters(programs, &counters);
    fprintf(
        out,
        "{\"ok\":true,\"schema\":1,\"version\":\"%s\",\"pid\":%d,\"attach\":\"%s\",\"services\":%u,"
        "\"frontends\":{\"cluster_ip\":{\"ipv4\":%u,\"ipv6\":%u},\"node_port\":{\"ipv4\":%u,\"ipv6\":%u}},"
        "\"slots\":%u,\"flow_entries\":%u,\"counters\":{",
        LB_VERSION, getpid(), programs_way(programs), table_services(table), held.cluster_ips[IPV4],
        held.cluster_ips[IPV6], held.node_ports[IPV4], held.node_ports[IPV6], table_slots(table), flows);
    for (int i = 0; i < COUNTER_COUNT; i++)
        fprintf(out, "%s\"%s\":%llu", i ? "," : "", counter_names[i], counters.values[i]);
    fprintf(out, "},\"memory\":{");
    programs_maps(programs, write_memory, &writer);
    fprintf(out, "}}\n");
}
