// rates: a flood of datagrams, or a stream of bytes, and what arrives of it. See rates.c.
#ifndef RATES_H
#define RATES_H

#include "tool.h"

enum {
    MIN_DATAGRAM = 16,
    DEFAULT_DATAGRAM = 18,
    MAX_UDP_SIZE = 1472,
    DEFAULT_WRITE = 131072,
    MAX_WRITE = 1 << 20,
    MAX_FLOWS = 64,
    BATCH = 64,
};

#define NO_CPU UINT64_MAX

// The first bytes of a datagram. The last ones of a run say how many were sent before them.
#define RATES_DATA 0x7368705f64617461ULL
#define RATES_LAST 0x7368705f6c617374ULL
// One that comes before them and is sent back: addresses are resolved then, and the flow is known.
#define RATES_HELLO 0x7368705f68656c6fULL

struct rates_head {
    uint64_t kind, number; // big endian
};

struct rate_options {
    struct endpoints at;
    uint64_t size, flows, rate, duration_ns, wait_ns, cpu;
    bool udp;
};

struct rate_totals {
    uint64_t packets, bytes, refused, start_ns, end_ns;
};

bool rates_on_cpu(uint64_t cpu); // false, and a line on stderr: there is no such CPU
int run_rates_client(const struct rate_options *options);
int run_rates_server(struct rate_options *options);

// rates_common: the first and the last line; and a broken end with its reason.
void rates_head(const char *side, const struct rate_options *options, uint64_t start_ns);
int rates_end(const struct rate_totals *totals, const char *what, int error);

#endif
