// SPDX-License-Identifier: GPL-2.0
/* Services into the kernel's maps. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include "lb.h"

#define CHUNK 4096

/* Where a Service is reached, at most twice in each family. */
int service_entries(const struct service *service, struct frontend_entry entries[4])
{
    int count = 0;

    for (int family = 0; family < FAMILIES; family++) {
        struct frontend value = {.first = service->first[family],
                                 .tag = service->tag[family],
                                 .service = service->id,
                                 .affinity = service->affinity,
                                 .count = service->count[family],
                                 .local = service->local[family]};

        if (!service->has[family])
            continue;
        entries[count++] = (struct frontend_entry){.key = {.address = service->addresses[family],
                                                           .port = htons(service->port),
                                                           .protocol = service->protocol},
                                                   .value = value};
        if (!service->node_port)
            continue;
        value.flags = FRONTEND_NODE_PORT | (service->local_only ? FRONTEND_LOCAL : 0);
        entries[count] = (struct frontend_entry){
            .key = {.port = htons(service->node_port), .protocol = service->protocol, .node_port = 1},
            .value = value};
        if (family == IPV4)
            entries[count].key.address.words[2] = htonl(0xffff);
        count++;
    }
    return count;
}

bool force_put(struct programs *programs, const struct frontend_entry *entries, uint32_t count,
               uint32_t *done)
{
    static struct frontend_key keys[CHUNK];
    static struct frontend values[CHUNK];
    int attempts = 0;

    *done = 0;
    while (*done < count) {
        uint32_t some = count - *done < CHUNK ? count - *done : CHUNK;

        for (uint32_t i = 0; i < some; i++) {
            keys[i] = entries[*done + i].key;
            values[i] = entries[*done + i].value;
        }
        if (!bpf_map_update_batch(programs_frontends(programs), keys, values, &some, NULL)) {
            *done += some;
            attempts = 0;
            continue;
        }
        /* The kernel's allocator may be empty for a moment: `some` says how far it came. */
        if (errno == EFAULT || (errno != ENOMEM && errno != EAGAIN) || attempts++ == 8)
            return false;
        *done += some;
    }
    return true;
}

bool force_delete(struct programs *programs, const struct frontend_key *key)
{
    return !bpf_map_delete_elem(programs_frontends(programs), key) || errno == ENOENT;
}

static bool to_be_forgotten(const struct table *table, const struct flow *flow)
{
    return flow->to.protocol == IPPROTO_UDP && !(flow->flags & FLOW_REPLY) &&
           !table_has_endpoint(table, flow->service, &flow->to.destination, flow->to.destination_port);
}

static void forget(int map, const struct tuple *key, const struct flow *flow)
{
    struct tuple other = {.source = flow->to.destination,
                          .destination = flow->to.source,
                          .source_port = flow->to.destination_port,
                          .destination_port = flow->to.source_port,
                          .protocol = flow->to.protocol};

    bpf_map_delete_elem(map, key);
    bpf_map_delete_elem(map, &other);
}

/* The flows that `table` says are to be forgotten, or all if there is none. */
static uint32_t forget_flows(struct programs *programs, const struct table *table)
{
    struct tuple *keys = calloc(CHUNK, sizeof(*keys));
    struct flow *values = calloc(CHUNK, sizeof(*values));
    int map = programs_flows(programs), error = 0;
    uint32_t forgotten = 0, at;
    bool first = true;

    if (!keys || !values)
        abort();
    while (!error) {
        uint32_t count = CHUNK;

        error = bpf_map_lookup_batch(map, first ? NULL : &at, &at, keys, values, &count, NULL);
        first = false;
        if (error && errno != ENOENT)
            break;
        for (uint32_t i = 0; i < count; i++) {
            if (table && !to_be_forgotten(table, &values[i]))
                continue;
            forget(map, &keys[i], &values[i]);
            forgotten += !(values[i].flags & FLOW_REPLY);
        }
    }
    free(keys);
    free(values);
    return forgotten;
}

/* UDP flows to endpoints that their Services no longer have. */
uint32_t force_forget_udp(struct programs *programs, const struct table *table)
{
    return forget_flows(programs, table);
}

/* Every flow: the next packet of each is a first one. */
uint32_t force_forget_all(struct programs *programs)
{
    return forget_flows(programs, NULL);
}
