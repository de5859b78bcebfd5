// The server: counts what arrives of one client's run, in slices of 100 ms.
#include "rates.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECEIVE_BUFFER = 4 << 20, TICK_MS = 50 };

static const uint64_t SLICE_NS = 100 * NS_PER_MS;
// Between two looks at an empty queue. A reader that waits for datagrams is woken by whoever delivers one, on
// the path's own processor, and the more often the faster the path is: the path is then charged for being
// fast.
static const uint64_t PAUSE_NS = 200000;
static const uint64_t SILENCE_NS = 2 * NS_PER_S; // after which a flood whose end was lost is over

struct slice {
    uint64_t start, packets, bytes;
};

static void count(struct slice *s, struct rate_totals *t, uint64_t now, uint64_t packets, uint64_t bytes)
{
    if (now - s->start >= SLICE_NS) {
        tool_print("%llu %llu %llu %llu\n", (unsigned long long)s->start,
                   (unsigned long long)(now - s->start), (unsigned long long)s->packets,
                   (unsigned long long)s->bytes);
        *s = (struct slice){.start = now};
        tool_flush_if_due(now);
    }
    s->packets += packets;
    s->bytes += bytes;
    t->packets += packets;
    t->bytes += bytes;
    t->end_ns = now;
}

static void begin(const struct rate_options *o, struct slice *s, struct rate_totals *t, uint64_t now)
{
    t->start_ns = s->start = now;
    rates_head("server", o, now);
}

static bool wait_for(int fd, int milliseconds)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, milliseconds) > 0;
}

// Datagrams until the client's last one, or silence. 0 or an errno.
static int count_datagrams(const struct rate_options *o, int fd, struct rate_totals *t)
{
    static unsigned char data[BATCH][MAX_UDP_SIZE];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    struct sockaddr_storage from[BATCH];
    struct slice slice = {0};
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){.iov_base = data[i], .iov_len = sizeof data[i]};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    uint64_t began = now_ns();
    for (;;) {
        for (int i = 0; i < BATCH && !t->start_ns; i++) {
            messages[i].msg_hdr.msg_name = &from[i];
            messages[i].msg_hdr.msg_namelen = sizeof from[i];
        }
        int n = recvmmsg(fd, messages, BATCH, 0, NULL);
        uint64_t now = now_ns();
        if (tool_signal)
            return EINTR;
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return errno;
        if (n <= 0) {
            if (!t->start_ns && now - began >= o->wait_ns)
                return ETIMEDOUT;
            if (t->start_ns && now - t->end_ns >= SILENCE_NS)
                return 0;
            if (t->start_ns)
                tool_sleep_until(now + PAUSE_NS);
            else
                wait_for(fd, TICK_MS);
            continue;
        }
        uint64_t packets = 0, bytes = 0;
        bool last = false;
        for (int i = 0; i < n; i++) {
            struct rates_head head;
            memcpy(&head, data[i], sizeof head);
            if (messages[i].msg_len < sizeof head)
                continue;
            if (head.kind == htobe64(RATES_HELLO) && !t->start_ns)
                sendto(fd, data[i], messages[i].msg_len, MSG_NOSIGNAL, (struct sockaddr *)&from[i],
                       messages[i].msg_hdr.msg_namelen);
            last |= head.kind == htobe64(RATES_LAST);
            if (head.kind == htobe64(RATES_DATA)) {
                packets++;
                bytes += messages[i].msg_len;
            }
        }
        if (packets) {
            if (!t->start_ns)
                begin(o, &slice, t, now);
            count(&slice, t, now, packets, bytes);
        }
        if (last && t->start_ns)
            return 0;
    }
}

// Bytes of all connections until the last has ended. 0 or an errno.
static int count_bytes(const struct rate_options *o, int listener, struct rate_totals *t)
{
    static unsigned char data[MAX_WRITE];
    struct pollfd polls[MAX_FLOWS + 1] = {{.fd = listener, .events = POLLIN}};
    nfds_t used = 1;
    struct slice slice = {0};
    uint64_t began = now_ns();
    bool seen = false;
    while (!seen || used > 1) {
        polls[0].fd = used <= MAX_FLOWS ? listener : -1;
        int ready = poll(polls, used, TICK_MS);
        uint64_t now = now_ns();
        if (tool_signal)
            return EINTR;
        if (!seen && now - began >= o->wait_ns)
            return ETIMEDOUT;
        if (ready <= 0)
            continue;
        for (nfds_t i = used - 1; i > 0; i--) {
            if (!polls[i].revents)
                continue;
            ssize_t n = recv(polls[i].fd, data, sizeof data, 0);
            now = now_ns();
            if (n < 0 && (errno == EAGAIN || errno == EINTR))
                continue;
            if (n < 0)
                return errno;
            if (n == 0) {
                close(polls[i].fd);
                polls[i] = polls[--used];
                continue;
            }
            if (!t->start_ns)
                begin(o, &slice, t, now);
            count(&slice, t, now, 0, (uint64_t)n);
        }
        if (polls[0].fd >= 0 && polls[0].revents) {
            int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (fd >= 0) {
                polls[used++] = (struct pollfd){.fd = fd, .events = POLLIN};
                seen = true;
            }
        }
    }
    return 0;
}

int run_rates_server(struct rate_options *o)
{
    struct rate_totals t = {0};
    tool_signals(0);
    tool_steady();
    int *fds = tool_listen_all(&o->at, o->udp ? SOCK_DGRAM : SOCK_STREAM);
    if (!fds)
        return EXIT_BROKEN;
    if (o->udp) {
        // As root beyond net.core.rmem_max; else as far as that goes. Short stalls of the reader lose
        // nothing.
        if (setsockopt(fds[0], SOL_SOCKET, SO_RCVBUFFORCE, &(int){RECEIVE_BUFFER}, sizeof(int)))
            setsockopt(fds[0], SOL_SOCKET, SO_RCVBUF, &(int){RECEIVE_BUFFER}, sizeof(int));
    }
    tool_announce(&o->at);
    int error = (o->udp ? count_datagrams : count_bytes)(o, fds[0], &t);
    if (!error && !t.start_ns)
        error = ENODATA;
    const char *what = error == ETIMEDOUT ? "no client came" : error == EINTR ? "stopped" : "receiving";
    return rates_end(&t, what, error);
}
