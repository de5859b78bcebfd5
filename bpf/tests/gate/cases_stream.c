// Streams: byte-exact in both directions, bulk throughput, and readers that sleep.
#include "gate.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

struct flow {
    struct gate *g;
    int fd;
    uint64_t to_send, to_receive;
    uint64_t tx_seed, rx_seed, sizes; // seeds of both patterns; state of the message sizes
    uint64_t sent, received, messages;
    uint64_t rx_sizes;
    uint64_t mismatch; // position of the first wrong byte, or UINT64_MAX
    uint64_t eagain;   // from blocking calls
    uint64_t short_sends;
    size_t most, pending, from; // largest message; bytes of the message under way
    unsigned char *tx, *rx;
    const char *tx_end, *rx_end;
};

static void prepare_flow(struct flow *f, struct gate *g, int fd, uint64_t bytes)
{
    const char *direction = option(g, "direction", "both"); // up: from the client to the server
    uint64_t seed = number(g, "seed", 1);
    bool up = strcmp(direction, "down"), down = strcmp(direction, "up");
    *f = (struct flow){.g = g, .fd = fd, .tx_end = "", .rx_end = "", .mismatch = UINT64_MAX};
    f->to_send = (g->connecting ? up : down) ? bytes : 0;
    f->to_receive = (g->connecting ? down : up) ? bytes : 0;
    f->tx_seed = seed * 2 + g->connecting;
    f->rx_seed = seed * 2 + !g->connecting;
    f->sizes = (seed << 32) + g->connecting * 1000003ULL;
    f->rx_sizes = ~f->sizes;
    f->most = (size_t)number(g, "max-message", BUFFER);
    f->tx = malloc(f->most);
    f->rx = malloc(BUFFER);
    if (!f->tx || !f->rx)
        cannot_run("no memory");
}

static void next_message(struct flow *f)
{
    uint64_t left = f->to_send - f->sent;
    f->pending = random_size(&f->sizes, f->most);
    if (f->pending > left)
        f->pending = (size_t)left;
    f->from = 0;
    f->messages++;
    pattern_fill(f->tx_seed, f->sent, f->tx, f->pending);
}

// One send. False: it cannot go on at the moment, or at all (then tx_end is set).
static bool send_some(struct flow *f)
{
    if (f->from == f->pending)
        next_message(f);
    ssize_t n = send(f->fd, f->tx + f->from, f->pending - f->from, MSG_NOSIGNAL);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR)
            f->tx_end = errno_name(errno);
        return false;
    }
    f->from += (size_t)n;
    f->sent += (uint64_t)n;
    return true;
}

static void finish_sending(struct flow *f)
{
    if (shutdown(f->fd, SHUT_WR))
        f->tx_end = errno_name(errno);
    else if (!*f->tx_end)
        f->tx_end = "shutdown";
}

// One recv of a random size. Returns -errno, 0 at the end of file, or the bytes.
static ssize_t receive_some(struct flow *f)
{
    ssize_t n = recv(f->fd, f->rx, random_size(&f->rx_sizes, BUFFER / 2) + BUFFER / 4, 0);
    if (n < 0)
        return -errno;
    size_t good = pattern_check(f->rx_seed, f->received, f->rx, (size_t)n);
    if (good < (size_t)n && f->mismatch == UINT64_MAX)
        f->mismatch = f->received + good;
    f->received += (uint64_t)n;
    step(f->g, "receiving: %llu of %llu bytes", (unsigned long long)f->received,
         (unsigned long long)f->to_receive);
    return n;
}

static void single_thread(struct flow *f)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT};
    bool sending = true, receiving = true;
    epoll_ctl(epoll, EPOLL_CTL_ADD, f->fd, &event);
    while (sending || receiving) {
        if (epoll_wait(epoll, &event, 1, -1) < 0)
            continue;
        uint32_t before = (sending ? EPOLLOUT : 0U) | (receiving ? EPOLLIN : 0U);
        if (receiving && (event.events & (EPOLLIN | EPOLLERR | EPOLLHUP))) {
            ssize_t n = receive_some(f);
            if (n <= 0 && n != -EAGAIN && n != -EINTR) {
                f->rx_end = outcome(n);
                receiving = false;
            }
        }
        if (sending && (event.events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
            if (f->sent < f->to_send)
                send_some(f);
            if (f->sent == f->to_send || *f->tx_end) {
                finish_sending(f);
                sending = false;
            }
        }
        uint32_t after = (sending ? EPOLLOUT : 0U) | (receiving ? EPOLLIN : 0U);
        if (after != before) {
            event.events = after;
            epoll_ctl(epoll, EPOLL_CTL_MOD, f->fd, &event);
        }
    }
}

static void *send_blocking(void *argument)
{
    struct flow *f = argument;
    while (f->sent < f->to_send && !*f->tx_end) {
        if (!send_some(f)) {
            if (!*f->tx_end && errno == EAGAIN)
                f->eagain++, pause_ms(1);
        } else if (f->from < f->pending) {
            f->short_sends++; // a blocking send of plain TCP takes everything
        }
    }
    finish_sending(f);
    return NULL;
}

static void two_threads(struct flow *f)
{
    pthread_t sender;
    if (pthread_create(&sender, NULL, send_blocking, f))
        cannot_run("cannot start a thread");
    uint64_t eagain = 0;
    for (;;) {
        ssize_t n = receive_some(f);
        if (n == -EAGAIN) {
            eagain++;
            pause_ms(1);
        } else if (n <= 0 && n != -EINTR) {
            f->rx_end = outcome(n);
            break;
        }
    }
    pthread_join(sender, NULL);
    check_own_number(f->g, "eagain_in_blocking_recv", 0, eagain);
    check_own_number(f->g, "eagain_in_blocking_send", 0, f->eagain);
    check_own_number(f->g, "short_blocking_sends", 0, f->short_sends);
}

static void stream(struct gate *g, int fd, uint64_t bytes, bool threads)
{
    struct flow f;
    char text[32] = "none", key[48];
    prepare_flow(&f, g, fd, bytes);
    uint64_t start = now_ns();
    if (threads)
        two_threads(&f);
    else
        single_thread(&f);
    double seconds = (double)(now_ns() - start) / 1e9;
    check_own_number(g, "received", f.to_receive, f.received);
    if (f.mismatch != UINT64_MAX)
        snprintf(text, sizeof text, "at %llu", (unsigned long long)f.mismatch);
    check_own(g, "mismatch", "none", text);
    check_own(g, "end", "EOF", f.rx_end);
    check_own(g, "sent_end", "shutdown", f.tx_end);
    check_own_number(g, "sent", f.to_send, f.sent);
    snprintf(key, sizeof key, "%s.messages", g->connecting ? "client" : "server");
    timing(g, key, (double)f.messages);
    snprintf(key, sizeof key, "%s.received_gbit_s", g->connecting ? "client" : "server");
    timing(g, key, (double)f.received * 8 / 1e9 / seconds);
}

void stream_side(struct gate *g, int fd)
{
    bool threads = !strcmp(option(g, "mode", g->nonblocking ? "nonblocking" : "threads"), "threads");
    if (threads == g->nonblocking)
        give_up(g, "--mode %s does not go with these sockets; say --sockets blocking --mode threads",
                option(g, "mode", "nonblocking"));
    stream(g, fd, number(g, "bytes", 64 << 20), threads);
}

void duplex_side(struct gate *g, int fd)
{
    stream(g, fd, number(g, "bytes", 60000000), true);
}

// ---- bulk: one direction, as fast as it goes ----

void bulk_a(struct gate *g, int fd)
{
    size_t size = (size_t)number(g, "size", 65536);
    uint64_t length = number(g, "seconds", 5) * 1000000000ULL, sent = 0, start = now_ns();
    unsigned char *data = malloc(size);
    if (!data)
        cannot_run("no memory");
    memset(data, 'b', size);
    while (now_ns() - start < length) {
        int error = send_all(g, fd, data, size);
        if (error)
            give_up(g, "send: %s", errno_name(error));
        sent += size;
    }
    shutdown(fd, SHUT_WR);
    uint64_t received = trade(g, sent);
    double seconds = (double)(now_ns() - start) / 1e9;
    check(g, "all_received", "yes", "%s", received == sent ? "yes" : "no");
    timing(g, "bytes", (double)received);
    timing(g, "seconds", seconds);
    timing(g, "gbit_s", (double)received * 8 / 1e9 / seconds); // until the reader has seen the end
}

void bulk_b(struct gate *g, int fd)
{
    unsigned char *data = malloc(BUFFER);
    uint64_t received = 0;
    ssize_t n;
    if (!data)
        cannot_run("no memory");
    step(g, "receiving");
    while ((n = receive(g, fd, data, BUFFER / 4, 0)) > 0)
        received += (uint64_t)n;
    check(g, "end", "EOF", "%s", outcome(n));
    trade(g, received);
}

// ---- a reader that sleeps ----

// Pushes messages for the time that the reader sleeps, then ends the stream.
static void push(struct gate *g, int fd, size_t size)
{
    unsigned char *data = malloc(size);
    uint64_t most = number(g, "bytes", 256 << 20), sent = 0, seed = number(g, "seed", 1);
    uint64_t length = number(g, "sleep-ms", 2000) * 1000000ULL, start = now_ns(), stalled = 0;
    if (!data)
        cannot_run("no memory");
    step(g, "pushing");
    while (now_ns() - start < length && sent + size <= most) {
        pattern_fill(seed, sent, data, size);
        size_t at = 0;
        while (at < size) {
            ssize_t n = send(fd, data + at, size - at, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n >= 0) {
                at += (size_t)n;
            } else if (errno == EAGAIN) {
                stalled = 1;
                uint64_t passed = now_ns() - start;
                struct pollfd p = {.fd = fd, .events = POLLOUT};
                if (passed >= length || poll(&p, 1, (int)((length - passed) / 1000000) + 1) == 0)
                    break;
            } else if (errno != EINTR) {
                give_up(g, "send: %s", errno_name(errno));
            }
        }
        sent += at;
        if (at < size)
            break;
    }
    timing(g, "pushed_bytes", (double)sent);
    timing(g, "pushed_ms", (double)((now_ns() - start) / 1000000));
    if (size >= 1024 && sent + size <= most)
        check(g, "sender_was_stopped", "yes", "%s", stalled ? "yes" : "no");
    else // with few or tiny messages the sender may never have had to wait
        timing(g, "sender_was_stopped", (double)stalled);
    trade(g, sent); // the reader wakes up now at the latest
    shutdown(fd, SHUT_WR);
    unsigned char last;
    step(g, "waiting for the reader's reply");
    check(g, "reply", "1", "%s", outcome(receive(g, fd, &last, 1, 0)));
}

void slow_reader_a(struct gate *g, int fd)
{
    push(g, fd, (size_t)number(g, "size", 65536));
}

void tiny_messages_a(struct gate *g, int fd)
{
    push(g, fd, (size_t)number(g, "size", 1));
}

void slow_reader_b(struct gate *g, int fd)
{
    unsigned char *data = malloc(BUFFER);
    uint64_t seed = number(g, "seed", 1), received = 0, mismatch = UINT64_MAX;
    ssize_t n;
    if (!data)
        cannot_run("no memory");
    step(g, "sleeping");
    pause_ms((unsigned)number(g, "sleep-ms", 2000));
    uint64_t sent = trade(g, 0);
    step(g, "receiving");
    while ((n = receive(g, fd, data, BUFFER, 0)) > 0) {
        size_t good = pattern_check(seed, received, data, (size_t)n);
        if (good < (size_t)n && mismatch == UINT64_MAX)
            mismatch = received + good;
        received += (uint64_t)n;
    }
    check(g, "end", "EOF", "%s", outcome(n));
    check(g, "all_received", "yes", "%s", received == sent ? "yes" : "no");
    check(g, "mismatch", "none", "%s", mismatch == UINT64_MAX ? "none" : "yes");
    send_all(g, fd, "r", 1);
}
