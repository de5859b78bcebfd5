// SPDX-License-Identifier: GPL-2.0
/* The status document. Its fields are described in bpf/README.md. */
#include <inttypes.h>
#include <unistd.h>
#include "agent.h"

#define NAME_OF(upper, lower) #lower,
static const char *const verdict_names[] = {VERDICTS(NAME_OF)};
static const char *const event_names[] = {CONNECTION_EVENTS(NAME_OF)};
#undef NAME_OF

/* Both tables start with the shortcut; the rest are the stack's, by reason. */
static void write_messages(FILE *out, const char *name, const __u64 *values)
{
    __u64 stack = 0;

    for (int i = VERDICT_REDIRECTED + 1; i < VERDICT_COUNT; i++)
        stack += values[i];
    fprintf(out, ",\"%s\":{\"redirected\":%llu,\"stack\":%llu,\"stack_by_reason\":{", name,
            values[VERDICT_REDIRECTED], stack);
    for (int i = VERDICT_REDIRECTED + 1; i < VERDICT_COUNT; i++)
        fprintf(out, "%s\"%s\":%llu", i > VERDICT_REDIRECTED + 1 ? "," : "", verdict_names[i], values[i]);
    fprintf(out, "}}");
}

static void write_connections(FILE *out, const struct counters *counters, struct programs *programs)
{
    unsigned records, sockets;

    fprintf(out, ",\"connections\":{");
    for (int i = 0; i < EVENT_COUNT; i++)
        fprintf(out, "\"%s\":%llu,", event_names[i], counters->events[i]);
    programs_occupancy(programs, &records, &sockets);
    fprintf(out, "\"open_pairs\":%llu,\"records\":%u,\"sockets\":%u}",
            counters->events[EVENT_PAIRED] - counters->events[EVENT_PAIRS_CLOSED], records, sockets);
}

struct hop_writer {
    FILE *out;
    bool comma;
};

static void write_direction(FILE *out, const char *name, const struct hop_direction *direction,
                            const struct early *early)
{
    fprintf(out,
            ",\"%s\":{\"redirected\":%llu,\"stack\":%llu,\"redirected_bytes\":%llu,\"stack_bytes\":%llu}",
            name, direction->redirected, direction->stack + early->messages, direction->redirected_bytes,
            direction->stack_bytes + early->bytes);
}

static void write_hop(void *arg, uint32_t port, const struct hop *hop)
{
    static const struct early none = {};
    struct hop_writer *writer = arg;

    fprintf(writer->out, "%s{\"port\":%u,\"pairs\":%llu", writer->comma ? "," : "", port, hop->pairs);
    write_direction(writer->out, "to_server", &hop->to_server, &hop->early);
    write_direction(writer->out, "to_client", &hop->to_client, &none);
    fputc('}', writer->out);
    writer->comma = true;
}

static void write_limits(FILE *out, const struct options *options)
{
    fprintf(out,
            ",\"limits\":{\"max_connections\":%u,\"unread_limit\":%u,\"edge_limit\":%u,\"large_message\":%u,"
            "\"blocking_readers\":\"%s\",\"ports\":",
            options->max_connections, options->unread_limit, options->edge_limit, options->large_message,
            options->redirect_to_blocking ? "redirect" : "stack");
    write_json_string(out, options->ports_text ? options->ports_text : "");
    fprintf(out, ",\"exclude\":");
    write_json_string(out, options->exclude_text ? options->exclude_text : "");
    fputc('}', out);
}

void write_status(FILE *out, const char *event, const struct options *options, struct programs *programs)
{
    struct hop_writer writer = {.out = out};
    struct counters counters;

    programs_counters(programs, &counters);
    fprintf(out,
            "{\"schema\":%d,\"event\":\"%s\",\"version\":\"%s\",\"name\":\"%s\",\"pid\":%d,\"attached_at\":"
            "%" PRIu64 ",\"cgroups\":[",
            STATUS_SCHEMA, event, AGENT_VERSION, options->name, getpid(), programs_attached_at(programs));
    for (int i = 0; i < options->cgroup_count; i++) {
        fputs(i ? "," : "", out);
        write_json_string(out, options->cgroups[i]);
    }
    fputc(']', out);
    write_limits(out, options);
    write_connections(out, &counters, programs);
    write_messages(out, "messages", counters.messages);
    write_messages(out, "bytes", counters.bytes);
    fprintf(out, ",\"hops\":[");
    programs_hops(programs, write_hop, &writer);
    fprintf(out, "]}\n");
}
