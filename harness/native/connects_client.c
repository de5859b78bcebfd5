// The client: one connection, or one flow, after the other.
//
// What is timed is one system call for TCP (a blocking connect) and two for UDP (send, recv). All that can be
// done before is: the socket is made, bound to its source port and, for UDP, connected, so that neither the
// search for a free port nor the making of the socket is in the figure.
#include "connects.h"

#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run {
    const struct connect_options *o;
    uint64_t flows, answered, failed, sent, received, bytes_sent, bytes_received, samples, errors, start_ns;
    uint32_t port_index;
    uint64_t random;
    uint64_t slot;   // the interval of the one before
    bool measured;   // this one is reported
    char error[128]; // why the run cannot go on; empty: it can
};

static void fail(struct run *r, const char *what, int error)
{
    snprintf(r->error, sizeof r->error, "%s: %s (%s)", what, strerrorname_np(error), strerror(error));
}

// xorshift64*
static uint64_t next_random(struct run *r)
{
    r->random ^= r->random >> 12;
    r->random ^= r->random << 25;
    r->random ^= r->random >> 27;
    return r->random * 0x2545f4914f6cdd1dULL;
}

static size_t pick(struct run *r, uint64_t sequence)
{
    size_t n = r->o->targets.count;
    return r->o->random ? (size_t)((next_random(r) >> 11) % n) : (size_t)(sequence % n);
}

// The next free source port. Neighbours in time are no neighbours in number: 40503 is odd, so that the
// product visits each of the 32768 before any comes again.
static int bind_source(struct run *r, int fd, const struct endpoint *to)
{
    int family = to->address.ss_family;
    struct sockaddr_storage any = {.ss_family = (sa_family_t)family};
    for (int tries = 0; tries < SOURCE_PORTS; tries++) {
        uint16_t port = (uint16_t)(FIRST_SOURCE_PORT + r->port_index++ * 40503U % SOURCE_PORTS);
        if (port == ntohs(((const struct sockaddr_in *)&to->address)->sin_port)) // at the same place in IPv6
            continue; // on the server's own host a socket could connect to itself
        if (family == AF_INET)
            ((struct sockaddr_in *)&any)->sin_port = htons(port);
        else
            ((struct sockaddr_in6 *)&any)->sin6_port = htons(port);
        socklen_t length = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        if (!bind(fd, (const struct sockaddr *)&any, length))
            return 0;
        if (errno != EADDRINUSE)
            return errno;
    }
    return EADDRINUSE;
}

static int open_socket(struct run *r, const struct endpoint *to)
{
    int fd = socket(to->address.ss_family, (r->o->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail(r, "socket", errno);
        return -1;
    }
    if (!r->o->udp && !r->o->clean)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    int error = bind_source(r, fd, to);
    if (!error)
        return fd;
    fail(r,
         error == EADDRINUSE ? "no source port is free; connect more slowly, or with --close reset" : "bind",
         error);
    close(fd);
    return -1;
}

static int connect_fd(int fd, const struct endpoint *target, uint64_t deadline)
{
    if (!connect(fd, (const struct sockaddr *)&target->address, target->length))
        return 0;
    return errno == EINTR ? tool_wait_connected(fd, deadline) : errno;
}

// Blocking; the tick brings it back to look at the time. The size, or -errno.
static ssize_t receive(int fd, void *data, size_t size, uint64_t deadline)
{
    for (;;) {
        ssize_t n = recv(fd, data, size, 0);
        if (n >= 0)
            return n;
        if (errno != EINTR)
            return -errno;
        if (tool_signal)
            return -EINTR;
        if (now_ns() >= deadline)
            return -ETIMEDOUT;
    }
}

// The server's name up to its newline. 0 or an errno.
static int read_name(struct run *r, int fd, char *name, uint64_t deadline)
{
    size_t got = 0;
    while (got < MAX_NAME + 1) {
        ssize_t n = receive(fd, name + got, MAX_NAME + 1 - got, deadline);
        if (n < 0)
            return (int)-n;
        if (!n)
            return ECONNRESET; // closed before it said its name
        r->bytes_received += (uint64_t)n;
        got += (size_t)n;
        char *end = memchr(name, '\n', got);
        if (end) {
            *end = 0;
            r->received++;
            return 0;
        }
    }
    return EPROTO;
}

static void keep_printable(char *name)
{
    for (char *c = name; *c; c++)
        if (*c <= ' ' || *c > '~')
            *c = '?';
    if (!*name)
        strcpy(name, "-");
}

static void sample(struct run *r, const char *kind, size_t target, uint64_t start, uint64_t end,
                   const char *name)
{
    if (!r->measured)
        return;
    r->samples++;
    tool_print("%s %zu %llu %llu %s\n", kind, target, (unsigned long long)start,
               (unsigned long long)(end - start), name);
}

static void failure(struct run *r, size_t target, uint64_t start, int error)
{
    if (error == EINTR && tool_signal)
        return; // we were told to end while it was under way: nothing is known of it
    r->failed++;
    if (!r->measured)
        return;
    r->errors++;
    tool_print("error %zu %llu %llu %s\n", target, (unsigned long long)start,
               (unsigned long long)(now_ns() - start), strerrorname_np(error));
}

static void tcp(struct run *r, size_t target)
{
    const struct endpoint *to = &r->o->targets.all[target];
    char name[MAX_NAME + 2] = "-";
    int fd = open_socket(r, to);
    if (fd < 0)
        return;
    r->flows++;
    uint64_t start = now_ns(), deadline = start + r->o->timeout_ns;
    int error = connect_fd(fd, to, deadline);
    uint64_t end = now_ns();
    if (!error && r->o->answer)
        error = read_name(r, fd, name, deadline);
    if (error) {
        failure(r, target, start, error);
    } else {
        keep_printable(name);
        r->answered++;
        sample(r, "connect", target, start, end, name);
    }
    close(fd);
}

// One message and its echo, which carries the server's name at its end. 0 or an errno.
static int echo(struct run *r, int fd, uint64_t number, char *name, uint64_t *start, uint64_t *end)
{
    unsigned char message[HEAD_BYTES], reply[HEAD_BYTES + MAX_NAME + 1];
    uint64_t words[] = {htole64(number), htole64(next_random(r))};
    memcpy(message, words, sizeof message);
    *start = now_ns();
    if (send(fd, message, sizeof message, MSG_NOSIGNAL) < 0)
        return errno;
    r->sent++;
    r->bytes_sent += sizeof message;
    uint64_t deadline = *start + r->o->timeout_ns;
    ssize_t n;
    do // an echo of something else came too late: it is not the answer
        n = receive(fd, reply, sizeof reply - 1, deadline);
    while (n >= 0 && (n < HEAD_BYTES || memcmp(message, reply, sizeof message)));
    *end = now_ns();
    if (n < 0)
        return (int)-n;
    r->received++;
    r->bytes_received += (uint64_t)n;
    reply[n] = 0;
    memcpy(name, reply + HEAD_BYTES, (size_t)n - HEAD_BYTES + 1);
    keep_printable(name);
    return 0;
}

static void udp(struct run *r, size_t target)
{
    const struct endpoint *to = &r->o->targets.all[target];
    int fd = open_socket(r, to);
    if (fd < 0)
        return;
    r->flows++;
    uint64_t start = now_ns(), end = start;
    int error = connect_fd(fd, to, start); // sends nothing; so that ICMP errors arrive
    for (uint64_t i = 0; !error && i <= r->o->later; i++) {
        char name[MAX_NAME + 2];
        error = echo(r, fd, i, name, &start, &end);
        if (error)
            break;
        sample(r, i ? "later-packet" : "first-packet", target, start, end, name);
        if (!tool_flush_if_due(end))
            fail(r, "writing samples", errno);
        if (*r->error)
            break;
    }
    if (error)
        failure(r, target, start, error);
    else
        r->answered++;
    close(fd);
}

static bool begin(struct run *r)
{
    r->start_ns = now_ns();
    tool_print("# connects 1 unit=ns protocol=%s family=%s targets=%zu warmup=%llu pid=%ld start_ns=%llu\n",
               r->o->udp ? "udp" : "tcp", family_name(r->o->targets.all[0].address.ss_family),
               r->o->targets.count, (unsigned long long)r->o->warmup, (long)getpid(),
               (unsigned long long)r->start_ns);
    if (tool_flush())
        return true;
    fail(r, "writing samples", errno);
    return false;
}

// A time in an interval: splitmix64 of its number, so that the same seed gives the same times although some
// are skipped.
static uint64_t jitter(const struct run *r, uint64_t slot)
{
    uint64_t x = r->o->seed + (slot + 1) * 0x9e3779b97f4a7c15ULL;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
    return (x ^ x >> 31) % r->o->interval_ns;
}

// When the next one is due; intervals that passed meanwhile are skipped. With a jittered pace one that is
// late begins at once, as long as its interval lasts: else each that runs into the next would cost the mean
// pace one.
static uint64_t next_due(struct run *r, uint64_t origin, uint64_t now)
{
    uint64_t interval = r->o->interval_ns, passed = (now - origin) / interval;
    if (!r->o->jittered)
        return origin + (passed + 1) * interval;
    r->slot = passed > r->slot ? passed : r->slot + 1;
    return origin + r->slot * interval + jitter(r, r->slot);
}

static void loop(struct run *r)
{
    const struct connect_options *o = r->o;
    uint64_t origin = now_ns();
    for (uint64_t sequence = 0;; sequence++) {
        r->measured = sequence >= o->warmup;
        if (sequence == o->warmup && !begin(r))
            return;
        uint64_t due = now_ns();
        if (o->interval_ns && sequence)
            due = next_due(r, origin, due);
        if (r->measured &&
            (sequence - o->warmup >= o->count || (o->duration_ns && due >= r->start_ns + o->duration_ns)))
            return;
        size_t target = pick(r, sequence);
        tool_sleep_until(due);
        if (tool_signal)
            return;
        (o->udp ? udp : tcp)(r, target);
        if (!*r->error && r->start_ns && !tool_flush_if_due(now_ns()))
            fail(r, "writing samples", errno);
        if (*r->error)
            return;
    }
}

int run_connects_client(const struct connect_options *o)
{
    struct run r = {.o = o, .random = o->seed ? o->seed : 1};
    uint64_t tick = o->timeout_ns / 8;
    tool_signals(tick < 5 * NS_PER_MS ? 5 * NS_PER_MS : tick > NS_PER_S / 2 ? NS_PER_S / 2 : tick);
    tool_steady();
    r.port_index = (uint32_t)(now_ns() / NS_PER_MS); // 1000 ports a second
    for (int i = 0; i < 8; i++)
        next_random(&r);

    loop(&r);
    uint64_t end = now_ns();
    if (!r.start_ns)
        begin(&r);
    tool_print("# end flows=%llu answered=%llu failed=%llu sent=%llu received=%llu bytes_sent=%llu "
               "bytes_received=%llu samples=%llu errors=%llu duration_ns=%llu\n",
               (unsigned long long)r.flows, (unsigned long long)r.answered, (unsigned long long)r.failed,
               (unsigned long long)r.sent, (unsigned long long)r.received, (unsigned long long)r.bytes_sent,
               (unsigned long long)r.bytes_received, (unsigned long long)r.samples,
               (unsigned long long)r.errors, (unsigned long long)(end - r.start_ns));
    if (!tool_flush() && !*r.error)
        fail(&r, "writing samples", errno);
    if (!*r.error && tool_signal && !o->until_stopped)
        snprintf(r.error, sizeof r.error, "stopped by signal %d", (int)tool_signal);
    if (!*r.error)
        return EXIT_DONE;
    fprintf(stderr, "connects: %s; %llu samples\n", r.error, (unsigned long long)r.samples);
    return EXIT_BROKEN;
}
