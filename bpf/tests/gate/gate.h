// gate: checks what an application sees on a TCP connection against what plain TCP gives it.
//
// A case has two sides. Side A usually connects and side B accepts (--swap exchanges them); they take turns
// by a control connection of their own, so that nothing but the case itself is on the connection under test.
// A case reports what it saw as observations; each has an expectation, the value that plain TCP gives.
#ifndef GATE_H
#define GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

enum { EXIT_OK = 0, EXIT_WRONG = 1, EXIT_USAGE = 2, EXIT_CANNOT_RUN = 3 };
enum { MAX_LISTENERS = 16, MAX_OPTIONS = 32, MAX_OBSERVATIONS = 96, TEXT = 160, BUFFER = 1 << 20 };

struct address {
    struct sockaddr_storage storage;
    socklen_t length;
    char text[TEXT];
};

struct observation {
    char key[48];
    char observed[TEXT];
    char expected[TEXT]; // empty: none, the value is only told
    bool timing;         // differs from run to run; told apart from what must be the same
};

struct gate {
    const struct gate_case *which;
    bool client;     // this process is the client, which prints the result
    bool connecting; // this side connects; the other accepts
    bool nonblocking;
    int control;
    int listeners[MAX_LISTENERS]; // of the accepting side
    int listener_count;
    struct address remote, bind; // of the connecting side; bind.length 0: none
    unsigned timeout_s;
    char options[MAX_OPTIONS][2][TEXT];
    int option_count;
    struct observation observations[MAX_OBSERVATIONS];
    int observation_count;
    char step[TEXT];                   // what is being waited for, for the time-out's message
    char overrides[MAX_OPTIONS][TEXT]; // of the client: KEY=VALUE, KEY<=N, KEY>=N
    int override_count;
};

enum case_flags {
    BLOCKING_ONLY = 1,   // about blocking sockets; otherwise they are non-blocking unless --sockets blocking
    OWN_CONNECTIONS = 2, // opens its connections itself; fd is -1
    SWAPPED = 4          // side A accepts
};

struct gate_case {
    const char *name;
    int flags;
    void (*a)(struct gate *g, int fd);
    void (*b)(struct gate *g, int fd);
    const char *about;
};

extern const struct gate_case CASES[];
const struct gate_case *find_case(const char *name);

// session.c: options, observations, taking turns.
const char *option(struct gate *g, const char *key, const char *otherwise);
uint64_t number(struct gate *g, const char *key, uint64_t otherwise);
__attribute__((format(printf, 2, 3))) void step(struct gate *g, const char *format, ...);
// An observation and what plain TCP gives; a NULL expectation only tells the value.
__attribute__((format(printf, 4, 5))) void check(struct gate *g, const char *key, const char *expected,
                                                 const char *format, ...);
void check_number(struct gate *g, const char *key, uint64_t expected, uint64_t observed);
// As check, under "client." or "server." for cases whose two sides do the same.
void check_own(struct gate *g, const char *key, const char *expected, const char *observed);
void check_own_number(struct gate *g, const char *key, uint64_t expected, uint64_t observed);
void timing(struct gate *g, const char *key, double value);
uint64_t trade(struct gate *g, uint64_t mine); // waits for the other side; gives it a number and returns its
void barrier(struct gate *g);
void prelude(struct gate *g, int fd); // the round trips before a case, also for its further connections
__attribute__((noreturn, format(printf, 2, 3))) void give_up(struct gate *g, const char *format, ...);
__attribute__((noreturn, format(printf, 1, 2))) void cannot_run(const char *format, ...);
int serve(struct gate *prototype, int control_listener);
int run_client_case(struct gate *g, const struct address *control);

// sockets.c
bool parse_address(const char *text, struct address *address);
bool parse_control(const char *text, struct address *address); // also unix:PATH
void describe(struct address *address);
int listen_at(struct address *address, bool transparent); // -1: errno
int dial(struct gate *g, bool nonblocking);               // gives up unless connected
int keep_port(struct gate *g); // one port for every connection; gives the socket that holds it, to be closed
int dial_from(struct gate *g, bool nonblocking, unsigned port_offset);
int begin_dial(struct gate *g, unsigned port_offset); // non-blocking, perhaps not yet connected; -1: errno
int take(struct gate *g, bool nonblocking);           // accepts from any listener
int connection(struct gate *g);                       // dials or takes, as this side does
void raise_file_limit(void);

// Kernels before 6.19 may answer a connection's first message with a reset when another CPU is just turning
// the request into a socket (inet_ehash_insert in net/ipv4/inet_hashtables.c): plain TCP too, once in
// millions of connections. Who opens many keeps to one CPU meanwhile, which then sees the handshake and the
// message in turn.
void keep_to_one_cpu(void);
void use_all_cpus(void);
void pause_ms(unsigned ms);
uint64_t now_ns(void);
const char *errno_name(int error);
// One recv; on a non-blocking socket it waits with poll first. Returns bytes, 0 at the end, or -errno.
ssize_t receive(struct gate *g, int fd, void *data, size_t size, int flags);
// Reads exactly so many bytes; returns how many came before the end or an error, which `end` then names.
size_t receive_all(struct gate *g, int fd, void *data, size_t size, const char **end);
// Sends it all; returns 0 or an errno.
int send_all(struct gate *g, int fd, const void *data, size_t size);
const char *outcome(ssize_t result); // "1000", "EOF" or "ECONNRESET", in one of a few static buffers
const char *poll_text(int fd, int events, int timeout_ms);
bool await_readable(struct gate *g, int fd,
                    size_t bytes); // until so many bytes are queued (FIONREAD), at most 2 s
void linger_reset(int fd);

// pattern.c: bytes that depend on their position, so that a lost, doubled or displaced byte shows.
void pattern_fill(uint64_t seed, uint64_t position, unsigned char *data, size_t size);
size_t pattern_check(uint64_t seed, uint64_t position, const unsigned char *data, size_t size); // equal bytes
uint64_t random_next(uint64_t *state);
size_t random_size(uint64_t *state, size_t most); // 1 to most, all magnitudes alike

// The cases.
void sleeping_readers_a(struct gate *g, int fd), sleeping_readers_b(struct gate *g, int fd);
void stream_side(struct gate *g, int fd);
void duplex_side(struct gate *g, int fd);
void bulk_a(struct gate *g, int fd), bulk_b(struct gate *g, int fd);
void slow_reader_a(struct gate *g, int fd), slow_reader_b(struct gate *g, int fd);
void tiny_messages_a(struct gate *g, int fd);
void half_close_a(struct gate *g, int fd), half_close_b(struct gate *g, int fd);
void half_close_read_a(struct gate *g, int fd), half_close_read_b(struct gate *g, int fd);
void close_unread_a(struct gate *g, int fd), close_unread_b(struct gate *g, int fd);
void reset_errno_a(struct gate *g, int fd), reset_errno_b(struct gate *g, int fd);
void linger_reset_a(struct gate *g, int fd), linger_reset_b(struct gate *g, int fd);
void shutdown_write_a(struct gate *g, int fd), shutdown_write_b(struct gate *g, int fd);
void splice_in_a(struct gate *g, int fd), splice_in_b(struct gate *g, int fd);
void splice_out_a(struct gate *g, int fd), sendfile_a(struct gate *g, int fd),
    plain_read_b(struct gate *g, int fd);
void waitall_a(struct gate *g, int fd), waitall_b(struct gate *g, int fd);
void rcvlowat_a(struct gate *g, int fd), rcvlowat_b(struct gate *g, int fd);
void rcvtimeo_a(struct gate *g, int fd), rcvtimeo_b(struct gate *g, int fd);
void peek_a(struct gate *g, int fd), peek_b(struct gate *g, int fd);
void fionread_a(struct gate *g, int fd), fionread_b(struct gate *g, int fd);
void oob_a(struct gate *g, int fd), oob_b(struct gate *g, int fd);
void server_first_a(struct gate *g, int fd), server_first_b(struct gate *g, int fd);
void write_at_once_a(struct gate *g, int fd), write_at_once_b(struct gate *g, int fd);
void short_connections_a(struct gate *g, int fd), short_connections_b(struct gate *g, int fd);
void message_per_connection_a(struct gate *g, int fd), message_per_connection_b(struct gate *g, int fd);
void reconnect_a(struct gate *g, int fd), reconnect_b(struct gate *g, int fd);
void identity_a(struct gate *g, int fd), identity_b(struct gate *g, int fd);

int forge_main(int argc, char **argv);

#endif
