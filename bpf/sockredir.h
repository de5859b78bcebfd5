/* SPDX-License-Identifier: GPL-2.0 */
/* What the BPF programs and the agent's user space share: map layouts, flags and the names of counters. */
#ifndef SHORTPATH_SOCKREDIR_H
#define SHORTPATH_SOCKREDIR_H

#include <linux/types.h>

#define MAX_HOPS             1024
#define MESSAGE_OVERHEAD     1024 /* kernel memory of a queued message beside its bytes (struct sk_msg) */
#define BULK_RUN             (16 * 1024 * 1024) /* bytes and overheads by the stack, none redirected in between */
#define DEFAULT_UNREAD_LIMIT (256 * 1024)
#define DEFAULT_EDGE_LIMIT   (4 * 1024 * 1024)
#define DEFAULT_LARGE        (64 * 1024)
#define DEFAULT_CONNECTIONS  65536

enum side { SIDE_ACTIVE, SIDE_PASSIVE, SIDES };

/* A connection's name: the first sequence numbers that its two ends send. Both ends know them, no NAT changes
 * them, and nobody else can choose them both. */
struct connection_key {
    __u32 client_seq;
    __u32 server_seq;
};

/* The key of one end's socket in the SOCKHASH. */
struct end_key {
    __u32 client_seq;
    __u32 server_seq;
    __u32 side;
};

enum end_flag {
    END_FILED = 1 << 0,   /* the socket is in the SOCKHASH */
    END_LEAVING = 1 << 1, /* nothing may be redirected to this end any more */
    END_LEFT = 1 << 2,    /* the socket was taken out of the SOCKHASH: it is back on plain TCP */
    END_STARTED = 1 << 3, /* something was redirected to this end once, so its queue may hold bytes */
    END_WROTE = 1 << 4,   /* the program behind this end has sent something */
    END_TALKS = 1 << 5,   /* it has done so twice */
    END_SPLICES = 1 << 6, /* it has done so by splice(), so it probably reads by splice() too */
    END_BULK = 1 << 7,    /* the connection carries a stream that the stack serves better */
    END_OUTRUN = 1 << 9,  /* --edge-limit was reached once: messages to this end take the stack for good */
    END_GONE = 1 << 8,    /* the socket is closed */
};

struct end {
    __u64 socket;  /* kernel address; looked at, never trusted: it only decides redirect or stack */
    __u32 flags;   /* enum end_flag, changed by atomic operations only */
    __u32 charged; /* bytes and overheads in this end's queue, at most: counted since they were last looked at
                    */
    __u16 local_port;
    __u16 remote_port;
    __u32 stack_run; /* bytes and overheads by the stack since this end's last redirected message */
};

/* Messages of the active end before the passive one was filed, whose port says the hop: moved there then. */
struct early {
    __u64 messages;
    __u64 bytes;
};

struct connection {
    struct end ends[SIDES];
    struct early early;
};

/* Kept with each filed socket (sk_storage). */
struct socket_state {
    struct connection_key key;
    __u32 side;
    __u32 callbacks; /* sockops callback flags that this agent switched on */
};

/* Where a message went: first the shortcut, then the stack with the reason. */
#define VERDICTS(X)                                                                                          \
    X(REDIRECTED, redirected)           /* to the reader's queue */                                          \
    X(NO_PARTNER, no_partner)           /* the other end is not (yet) on record */                           \
    X(HANDED_BACK, handed_back)         /* the other end went back to plain TCP */                           \
    X(NOT_ACCEPTED, not_accepted)       /* no process holds the reader's socket (yet, or any more) */        \
    X(BLOCKING_READER, blocking_reader) /* the reader's file is not O_NONBLOCK */                            \
    X(BLOCKING_WRITER, blocking_writer) /* this end's file is not O_NONBLOCK: it will be handed back */      \
    X(READER_SILENT, reader_silent)     /* the reader has not sent two messages yet */                       \
    X(READER_SPLICES, reader_splices)   /* the reader sends by splice() */                                   \
    X(READER_OPTION, reader_option)     /* SO_RCVLOWAT, SO_PEEK_OFF, TCP_INQ, time stamps on the reader */   \
    X(WRITER_OPTION, writer_option)     /* SO_ZEROCOPY or time stamps on the writer */                       \
    X(SHUTDOWN, shutdown)               /* one end is closed or closing in this direction */                 \
    X(ULP, ulp)                         /* kernel TLS or another upper layer protocol */                     \
    X(NOT_DRAINED, not_drained)         /* bytes of this direction are still unread in the stack */          \
    X(UNREAD_LIMIT, unread_limit)       /* the reader has too much unread */                                 \
    X(EDGE_LIMIT, edge_limit)           /* the same beyond --edge-limit: the reader trusts short reads */    \
    X(TOO_LARGE, too_large)             /* the message alone is above --large-message */                     \
    X(DETACHING, detaching)             /* the agent is leaving */                                           \
    X(LOOKUP_FAILED, lookup_failed)     /* the reader's socket is no longer in the SOCKHASH */

/* What became of connections. An "active" end called connect(), a "passive" end came from a listener. */
#define CONNECTION_EVENTS(X)                                                                                 \
    X(ACTIVE, active)                     /* active ends seen */                                             \
    X(PASSIVE, passive)                   /* passive ends seen */                                            \
    X(PAIRED, paired)                     /* both ends filed */                                              \
    X(PAIRS_CLOSED, pairs_closed)         /* pairs whose two ends have both closed or been handed back */    \
    X(UNPAIRED_ACTIVE, unpaired_active)   /* handed back: no partner here */                                 \
    X(UNPAIRED_PASSIVE, unpaired_passive) /* never filed: no partner here */                                 \
    X(BULK, bulk)                         /* pairs to be handed back: a long stream by the stack */          \
    X(HANDED_BACK_ENDS, handed_back)      /* ends of pairs handed back to plain TCP */                       \
    X(RECORDS_CREATED, records_created)   /* */                                                              \
    X(RECORDS_DELETED, records_deleted)   /* */                                                              \
    X(REFUSED_PORT, refused_port)         /* --ports, --exclude */                                           \
    X(REFUSED_REPAIR, refused_repair)     /* TCP_REPAIR: sequence numbers were chosen by a program */        \
    X(REFUSED_MPTCP, refused_mptcp)       /* Multipath TCP subflow */                                        \
    X(REFUSED_BLOCKING, refused_blocking) /* connect() on a blocking socket */                               \
    X(REFUSED_KERNEL, refused_kernel)     /* the kernel's own socket */                                      \
    X(REFUSED_CONFLICT, refused_conflict) /* the name is taken: first come stays */                          \
    X(FAILED_FULL, failed_full)           /* the map is full */                                              \
    X(FAILED_FILING, failed_filing)       /* the kernel did not take the socket (another sockmap has it) */  \
    X(HOPS_OVERFLOW, hops_overflow)       /* pairs without a line of their own in "hops" */

#define AS_VERDICT(upper, lower) VERDICT_##upper,
enum verdict { VERDICTS(AS_VERDICT) VERDICT_COUNT };
#undef AS_VERDICT

#define AS_EVENT(upper, lower) EVENT_##upper,
enum event { CONNECTION_EVENTS(AS_EVENT) EVENT_COUNT };
#undef AS_EVENT

struct counters {
    __u64 events[EVENT_COUNT];
    __u64 messages[VERDICT_COUNT];
    __u64 bytes[VERDICT_COUNT];
};

struct hop_direction {
    __u64 redirected;
    __u64 stack;
    __u64 redirected_bytes;
    __u64 stack_bytes;
};

/* Per passive end's local port. */
struct hop {
    __u64 pairs;
    struct early early; /* to the server, by the stack; changed by atomic operations only */
    struct hop_direction to_server;
    struct hop_direction to_client;
};

_Static_assert(sizeof(struct connection_key) == 8, "connection_key has no holes");
_Static_assert(sizeof(struct end_key) == 12, "end_key has no holes");
_Static_assert(sizeof(struct end) == 24, "end has no holes");
_Static_assert(sizeof(struct connection) == 64, "connection has no holes");
_Static_assert(sizeof(struct socket_state) == 16, "socket_state has no holes");
_Static_assert(sizeof(struct hop) == 88, "hop has no holes");
_Static_assert(sizeof(struct counters) == 8 * (EVENT_COUNT + 2 * VERDICT_COUNT), "counters has no holes");

#endif
