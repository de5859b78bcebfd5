// What the programs share: times, addresses, options, signals, and the buffer before stdout.
//
// All times are nanoseconds of CLOCK_MONOTONIC.
#ifndef TOOL_H
#define TOOL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

enum { EXIT_DONE = 0, EXIT_USAGE = 2, EXIT_BROKEN = 3 };

#define NS_PER_S      1000000000ULL
#define NS_PER_MS     1000000ULL
#define MAX_ENDPOINTS (1 << 17) // 100000 Services and some

struct endpoint {
    struct sockaddr_storage address;
    socklen_t length;
    char text[sizeof(((struct sockaddr_un *)0)->sun_path) + 16];
};

struct endpoints {
    struct endpoint *all;
    size_t count;
};

static inline uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static inline struct timespec to_timespec(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
}

// net.c
bool parse_inet(const char *text, struct endpoint *endpoint);
bool parse_unix(const char *path, struct endpoint *endpoint);
void describe(struct endpoint *endpoint); // fills in the text from the address
const char *family_name(int family);
void set_nodelay(int fd, int family);

// tool.c, all that follows.
extern const char *tool_name;             // for messages
extern volatile sig_atomic_t tool_signal; // the signal that asked the program to end, or 0

// One line on stderr; returns EXIT_USAGE.
int tool_usage(const char *option, const char *value, const char *remedy);
// Likewise, for a long option by its bare name.
int tool_bad_option(const char *name, const char *value, const char *remedy);
bool tool_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);
// A decimal number of units, as nanoseconds.
bool tool_time(const char *text, double unit_ns, uint64_t *ns);
bool tool_add(struct endpoints *list, const char *text); // false: not an address
// Adds a line each of the file (`-`: standard input). False, and a line on stderr, when one is no address.
bool tool_read(struct endpoints *list, const char *path);

// SIGTERM and SIGINT are noted and interrupt; a tick does so every `tick_ns`, so that no wait on the
// measured path needs a timer of its own (0: no tick).
void tool_signals(uint64_t tick_ns);
// Best effort: less timer slack, no page faults. Neither changes what is measured, both make it steadier.
void tool_steady(void);
void tool_files(void); // as many open files as the hard limit allows
void tool_sleep_until(uint64_t when);
// Waits for a connect that is under way. 0, or an errno: ETIMEDOUT at the deadline, EINTR at a signal.
int tool_wait_connected(int fd, uint64_t deadline);

// Printed text goes to a buffer that is written half a second after the last time or when it fills up.
// False: stdout cannot be written, errno says why.
__attribute__((format(printf, 1, 2))) void tool_print(const char *format, ...);
bool tool_flush_if_due(uint64_t now);
bool tool_flush(void);

// Listens (TCP) or binds (UDP), non-blocking; port 0 becomes a real one. -1: errno says why.
int tool_listen(struct endpoint *endpoint, int type);
// Opens all. NULL, and a line on stderr, when one cannot be.
int *tool_listen_all(struct endpoints *list, int type);
void tool_announce(const struct endpoints *list); // prints `listening ADDRESS...`

#endif
