/* SPDX-License-Identifier: GPL-2.0 */
/* The load balancer's user space: what its source files offer each other. */
#ifndef SHORTPATH_LB_H
#define SHORTPATH_LB_H

#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "../output.h"
#include "../tclb.h"

#define LB_VERSION "0.1.0"
#define MAX_PODS   1024
#define MAX_ERROR  256

enum family { IPV4, IPV6, FAMILIES };

struct options {
    char uplink[IF_NAMESIZE];
    const char *pods[MAX_PODS];
    int pod_count;
    struct address node[FAMILIES];
    struct address pods_prefix[FAMILIES];
    struct address pods_mask[FAMILIES];
    uint32_t max_services;
    uint32_t max_endpoints;
    uint32_t max_flows;
    const char *socket;
    bool tcx_allowed, tcx_required;
    bool peers; /* give packets to pods' ends of their links directly */
};

/* options.c: false after a complaint. */
bool parse_options(int argc, char **argv, struct options *options);

/* address.c: false if `text` is no address of the family. */
bool parse_address(const char *text, enum family family, struct address *address);
bool parse_prefix(const char *text, enum family family, struct address *prefix, struct address *mask);

/* programs.c: the BPF programs, loaded and attached. */
struct programs;
bool programs_check(void); /* whether this kernel takes them; complains where it does not */
struct programs *programs_attach(const struct options *options); /* NULL after a complaint */
void programs_free(struct programs *programs);
const char *programs_way(const struct programs *programs); /* "tcx" or "tc" */
int programs_frontends(const struct programs *programs);   /* map descriptors */
int programs_flows(const struct programs *programs);
struct endpoint *programs_slots(const struct programs *programs);
void programs_counters(const struct programs *programs, struct counters *sum);
/* Calls `each` with every map's name and descriptor. */
void programs_maps(const struct programs *programs, void (*each)(void *arg, const char *name, int map),
                   void *arg);

/* links.c: what the kernel says about an interface of this namespace. */
struct interface {
    unsigned index;
    bool ethernet;
    bool veth_elsewhere; /* a veth whose other end is in another namespace */
};
bool look_at_interface(const char *name, struct interface *interface); /* false after a complaint */

/* slots.c: which runs of the array of endpoints are free. */
struct slots;
struct slots *slots_new(uint32_t size);
void slots_free(struct slots *slots);
bool slots_take(struct slots *slots, uint32_t count, uint32_t *first);
void slots_return(struct slots *slots, uint32_t first, uint32_t count); /* never seen by a packet */
void slots_retire(struct slots *slots, uint32_t first, uint32_t count); /* packets may still look at it */
uint32_t slots_used(const struct slots *slots);

/* services.c: what there is, in the order of a request: parsed, checked, put into force or left alone. */
struct service {
    struct service *next; /* in its bucket */
    struct service *replaced;
    uint64_t hash;
    char *name; /* "ID PROTOCOL" */
    uint32_t id;
    uint32_t affinity;
    struct address addresses[FAMILIES];
    bool has[FAMILIES];
    uint16_t port, node_port;
    uint8_t protocol;
    bool local_only;
    uint32_t count[FAMILIES], local[FAMILIES];
    struct endpoint *endpoints[FAMILIES];
    uint32_t first[FAMILIES], tag[FAMILIES];
    bool doomed; /* goes with the request under way */
};

struct table;
struct request {
    bool full;
    char *text; /* `lines` lines, each ended by a newline; changed while it is parsed */
    size_t size;
    uint32_t lines;
};
struct outcome {
    uint32_t line; /* of the request, from 1, if that is to blame */
    char error[MAX_ERROR];
    uint32_t changed, removed, flows_forgotten;
};
struct table *table_new(struct programs *programs, const struct options *options);
void table_free(struct table *table);
/* All of the request or, with a reason in `outcome`, nothing of it. */
bool table_apply(struct table *table, const struct request *request, struct outcome *outcome);
uint32_t table_services(const struct table *table);
uint32_t table_slots(const struct table *table);
/* The Service of that id if it has this endpoint; else the endpoint is none of its. */
bool table_has_endpoint(const struct table *table, uint32_t service, const struct address *address,
                        __be16 port);

/* parse.c: a line "+ ..." into a Service of its own (NULL with a reason), or what "- ..." names. */
struct service *parse_service(char *line, char *error);
bool parse_removal(char *line, const char **name, char *error);
void service_free(struct service *service);

/* force.c: Services into the kernel's maps. */
struct frontend_entry {
    struct frontend_key key;
    struct frontend value;
};
int service_entries(const struct service *service, struct frontend_entry entries[4]);
bool force_put(struct programs *programs, const struct frontend_entry *entries, uint32_t count,
               uint32_t *done);
bool force_delete(struct programs *programs, const struct frontend_key *key);
uint32_t force_forget_udp(struct programs *programs, const struct table *table);
uint32_t force_forget_all(struct programs *programs);

/* status.c */
void write_dump(FILE *out, const struct programs *programs);
void write_status(FILE *out, const struct programs *programs, const struct table *table);

/* serve.c: answers commands until `quit`, a signal or the end of standard input; the exit code. */
int serve(const struct options *options, struct programs *programs, struct table *table);

uint64_t now_ns(void);

#endif
