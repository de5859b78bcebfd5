// pingecho: one message there and back, timed. See pingecho.c for the options and the output format.
#ifndef PINGECHO_H
#define PINGECHO_H

#include "tool.h"

enum { MAX_LISTENERS = 16, MAX_SIZE = 1 << 24, MAX_BLOCKING_SIZE = 1 << 16, CHUNK = 1 << 16 };

struct client_options {
    struct endpoint remote;
    uint64_t count;       // measured messages; UINT64_MAX: until the duration is over
    uint64_t warmup;      // messages before them that are sent and not reported
    uint64_t interval_ns; // between two messages; 0: back to back
    uint64_t timeout_ns;
    uint64_t duration_ns; // of the measured phase; 0: until the count is reached
    size_t size;
    bool open_loop;
    bool nodelay;
    bool blocking;
};

struct server_options {
    struct endpoint listeners[MAX_LISTENERS];
    int listener_count;
    uint64_t connections; // ends after so many; 0: never
    bool blocking;
};

// What happened so far; read by the end line and by the error message.
struct tally {
    uint64_t sent, received, samples, start_ns;
    char error[256]; // empty: none
};

// pingecho_message.c: a message is its sequence number (little endian) and words made from it, cut to the
// size.
void message_fill(unsigned char *message, size_t size, uint64_t sequence);
// True if the reply is that message; else says in the tally what is wrong with it.
bool message_check(const unsigned char *expected, const unsigned char *reply, size_t size, uint64_t sequence,
                   struct tally *tally);

// pingecho_stream.c: samples go to stdout from a buffer that is written while nothing is under way.
bool stream_header(const struct client_options *options, const struct endpoint *local, uint64_t start_ns);
void stream_sample(uint64_t sequence, uint64_t sent_ns, uint64_t latency_ns);
bool stream_flush_if_due(uint64_t now); // false: stdout cannot be written, errno says why
bool stream_end(const struct tally *tally, uint64_t now);

// pingecho_client.c, pingecho_open_loop.c, pingecho_server.c
int run_client(const struct client_options *options);
void open_loop(int fd, const struct client_options *options, const struct endpoint *local,
               struct tally *tally);
int run_server(const struct server_options *options);

#endif
