/* SPDX-License-Identifier: GPL-2.0 */
/* What the load balancer's programs and its user space share: map layouts, limits and the names of counters.
 */
#ifndef SHORTPATH_TCLB_H
#define SHORTPATH_TCLB_H

#include <linux/types.h>

#define DEFAULT_SERVICES                                                                                     \
    100000                       /* a Service of two families is two frontends, and two more with a NodePort \
                                  */
#define DEFAULT_ENDPOINTS 524288 /* slots; a change needs room for the old and the new ones at once */
#define DEFAULT_FLOWS     65536
#define MAX_AFFINITY      65536
#define MAX_FRAGMENTED    16384
#define MAX_OF_SERVICE    65535 /* endpoints of one Service */

/* Both families in one form: an IPv4 address is the IPv6 address ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). */
struct address {
    __be32 words[4];
};

struct tuple {
    struct address source;
    struct address destination;
    __be16 source_port;
    __be16 destination_port;
    __u8 protocol;
    __u8 unused[3];
};

/* Where a Service is reached. For NodePorts the address is empty but for the family: words 0, 0, the
 * IPv4 prefix or 0, and 0. */
struct frontend_key {
    struct address address;
    __be16 port;
    __u8 protocol;
    __u8 node_port;
};

enum frontend_flag {
    FRONTEND_LOCAL = 1 << 0, /* externalTrafficPolicy: Local */
    FRONTEND_NODE_PORT = 1 << 1,
};

/* The value names a run of slots in the array of endpoints; those on this node come first. A change writes
 * a new run, and takes effect for packets with the one update of this value. */
struct frontend {
    __u32 first;
    __u32 tag; /* must be the slots' own: else the run was given to another Service meanwhile */
    __u32 service;
    __u32 affinity; /* seconds, 0 for none */
    __u16 count;
    __u16 local;
    __u32 flags; /* enum frontend_flag */
};

struct endpoint {
    struct address address;
    __be16 port;
    __u16 unused;
    __u32 tag;
};

enum flow_flag {
    FLOW_REPLY = 1 << 0,     /* this entry translates what the endpoint sends */
    FLOW_ANSWERED = 1 << 1,  /* the endpoint has sent something */
    FLOW_FIN = 1 << 2,       /* the client has closed its direction */
    FLOW_REPLY_FIN = 1 << 3, /* the endpoint has */
    FLOW_RESET = 1 << 4,
};

/* A translated flow has two entries: what the client sends, and what the endpoint sends. A packet that has
 * the key's addresses and ports gets those of `to`; the other entry's key is `to` turned round. */
struct flow {
    struct tuple to;
    __u64 seen; /* ns, CLOCK_MONOTONIC, to one second: either direction */
    __u32 service;
    __u32 flags; /* enum flow_flag */
};

struct affinity_key {
    struct address client;
    __u32 service;
};

struct affinity {
    struct address address;
    __u64 seen; /* ns: last new flow */
    __u32 slot;
    __be16 port;
    __u16 unused;
};

/* Of a datagram whose first fragment was seen: the later ones carry no ports. */
struct fragment_key {
    struct address source;
    struct address destination;
    __u32 id;
    __u32 protocol;
};

struct ports {
    __be16 source;
    __be16 destination;
};

/* The node's own addresses, where NodePorts are reached. */
struct node_address {
    struct address address;
};

#define COUNTERS(X)                                                                                          \
    X(FLOWS4, flows_ipv4) /* flows that were given an endpoint */                                            \
    X(FLOWS6, flows_ipv6)                                                                                    \
    X(REQUESTS4, requests_ipv4) /* packets to endpoints */                                                   \
    X(REQUESTS6, requests_ipv6)                                                                              \
    X(REPLIES4, replies_ipv4) /* packets from endpoints */                                                   \
    X(REPLIES6, replies_ipv6)                                                                                \
    X(ERRORS, icmp_errors)        /* ICMP errors about translated packets, turned back */                    \
    X(FRAGMENTS, fragments)       /* fragments without ports that were translated */                         \
    X(REJECTED, rejected)         /* answered with ICMP: the Service has no endpoint */                      \
    X(TOO_BIG, too_big)           /* answered with ICMP: larger than the next link takes */                  \
    X(EXPIRED, hop_limit)         /* answered with ICMP: its hop limit was reached */                        \
    X(BY_STACK, by_stack)         /* translated, and left to the kernel to route */                          \
    X(DROP_LOCAL, drop_no_local)  /* externalTrafficPolicy Local, and no endpoint on this node */            \
    X(DROP_INVALID, drop_invalid) /* TCP RST that belongs to no flow */                                      \
    X(DROP_PORTS, drop_no_port)   /* no source port was free */                                              \
    X(DROP_FULL, drop_map)        /* the map of flows took no entry */                                       \
    X(DROP_TORN, drop_torn)       /* the Service changed twice while the packet was looked at */             \
    X(DROP_REWRITE, drop_rewrite) /* a helper refused */                                                     \
    X(DROP_UNSPLIT, drop_too_big) /* would have to be fragmented and be given the node's address */

#define ENUM_OF(upper, lower) COUNT_##upper,
enum counter { COUNTERS(ENUM_OF) COUNTER_COUNT };
#undef ENUM_OF

struct counters {
    __u64 values[COUNTER_COUNT];
};

_Static_assert(sizeof(struct tuple) == 40, "tuple has no holes");
_Static_assert(sizeof(struct frontend_key) == 20, "frontend_key has no holes");
_Static_assert(sizeof(struct frontend) == 24, "frontend has no holes");
_Static_assert(sizeof(struct endpoint) == 24, "endpoint has no holes");
_Static_assert(sizeof(struct flow) == 56, "flow has no holes");
_Static_assert(sizeof(struct affinity_key) == 20, "affinity_key has no holes");
_Static_assert(sizeof(struct affinity) == 32, "affinity has no holes");
_Static_assert(sizeof(struct fragment_key) == 40, "fragment_key has no holes");

#endif
