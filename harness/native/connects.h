// connects: how long a connection, or the first packet of a flow, takes. See connects.c for the options and
// the output format.
#ifndef CONNECTS_H
#define CONNECTS_H

#include "tool.h"

enum { MAX_NAME = 32, MAX_LATER = 1000000, HEAD_BYTES = 16, MAX_DATAGRAM = 2048 };

// Source ports are taken one after the other from above the NodePorts (30000-32767).
enum { FIRST_SOURCE_PORT = 32768, SOURCE_PORTS = 32768 };

struct connect_options {
    struct endpoints targets;
    uint64_t count;       // measured connections or flows; UINT64_MAX: no limit
    uint64_t warmup;      // before them, made and not reported
    uint64_t interval_ns; // between two; 0: back to back
    uint64_t timeout_ns;
    uint64_t duration_ns; // of the measured phase; 0: no limit
    uint64_t later;       // UDP: packets of the same flow after the first
    uint64_t seed;
    bool jittered; // the pace: a random time in each interval
    bool udp, random, clean, answer, until_stopped;
};

struct answer_options {
    struct endpoints listeners;
    const char *name; // empty: none
    bool udp;
};

int run_connects_client(const struct connect_options *options);
int run_connects_server(struct answer_options *options);

#endif
