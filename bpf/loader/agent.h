/* SPDX-License-Identifier: GPL-2.0 */
/* The agent's user space: what its source files offer each other. */
#ifndef SHORTPATH_AGENT_H
#define SHORTPATH_AGENT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "../output.h"
#include "../sockredir.h"

#define AGENT_VERSION "0.1.0"
#define STATUS_SCHEMA 1
#define MAX_CGROUPS   64
#define MAX_NAME      40
#define PORT_WORDS    1024

struct options {
    char name[MAX_NAME + 1];
    const char *cgroups[MAX_CGROUPS];
    int cgroup_count;
    const char *pod;
    uint32_t max_connections;
    uint32_t unread_limit;
    uint32_t edge_limit;
    uint32_t large_message;
    bool redirect_to_blocking;
    bool ports_restricted;
    const char *ports_text;
    const char *exclude_text;
    uint64_t ports[PORT_WORDS];
    uint64_t exclude[PORT_WORDS];
};

/* options.c: fill `options` from the arguments after the command; false after a complaint. */
bool parse_options(int argc, char **argv, bool attaching, struct options *options);

/* kernel.c: what this kernel offers. */
struct kernel {
    char release[128];
    int major, minor;
    bool btf, rdonly_cast, stream_parser, sockops, sk_msg, sk_storage, task_registers;
    bool cap_bpf, cap_net_admin, cap_perfmon;
    char lockdown[32]; /* none, integrity, confidentiality or unknown */
    char cgroup2[256]; /* mount point, empty if there is none */
};
void look_at_kernel(struct kernel *kernel);
/* The first reason why the agent cannot work here, with its remedy, or NULL. */
const char *what_is_missing(const struct kernel *kernel, bool own_cgroups);
int check_command(const struct options *options);

/* programs.c: the BPF programs, loaded and attached. */
struct programs;
/* Whether this kernel takes the programs; complains where it does not. */
bool programs_check(const struct options *options, const struct kernel *kernel);
struct programs *programs_attach(const struct options *options, const struct kernel *kernel);
void programs_stop(struct programs *programs); /* from now on no message is redirected, no socket filed */
void programs_free(struct programs *programs);
uint64_t programs_attached_at(const struct programs *programs); /* Unix time in ms; tells instances apart */
void programs_counters(struct programs *programs, struct counters *sum);
/* What stands in the maps now: connections on record and sockets filed. */
void programs_occupancy(struct programs *programs, unsigned *records, unsigned *sockets);
/* Calls `each` for every hop, ordered by port. */
void programs_hops(struct programs *programs, void (*each)(void *arg, uint32_t port, const struct hop *hop),
                   void *arg);

/* status.c */
void write_status(FILE *out, const char *event, const struct options *options, struct programs *programs);

/* control.c: the abstract socket @shortpath-agent/NAME. */
int control_listen(const char *name); /* -1 after a complaint */
/* Answers what waits on the socket; true if an instance was asked to detach (its client is kept for the end).
 */
bool control_serve(int listener, const struct options *options, struct programs *programs, int *waiting);
/* Tells the client that asked for the end, if any, that the programs are detached. */
void control_detached(int waiting);
int status_command(const char *name);
int detach_command(const char *name);

/* pods.c: where this node's pods are, below a mount of cgroup2 or of a hybrid host's hierarchies, by the uid
 * of one of them; NULL after a complaint. */
const char *pods_cgroup(const char *mount, const char *uid);

/* attach.c */
int attach_command(struct options *options);

#endif
