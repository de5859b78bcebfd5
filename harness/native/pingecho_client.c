// The client: connects, and in the closed loop sends one message, waits for its reply, and sleeps until the
// next tick.
//
// A round trip costs three system calls (send, epoll_wait, recv) and none of them carries a timeout: a timed
// wait starts and cancels a timer on the very path that is measured. A slow periodic signal watches the time
// instead.
#include "pingecho.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static void catch_signals(uint64_t timeout_ns)
{
    uint64_t tick = timeout_ns / 8;
    tool_signals(tick < 5 * NS_PER_MS ? 5 * NS_PER_MS : tick > NS_PER_S / 2 ? NS_PER_S / 2 : tick);
}

static void fail(struct tally *tally, const char *what, int error)
{
    snprintf(tally->error, sizeof tally->error, "%s: %s (%s)", what, strerrorname_np(error), strerror(error));
}

static int connect_to(const struct client_options *o, struct tally *tally)
{
    const struct endpoint *remote = &o->remote;
    int fd =
        socket(remote->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | (o->blocking ? 0 : SOCK_NONBLOCK), 0);
    if (fd < 0) {
        fail(tally, "socket", errno);
        return -1;
    }
    if (o->nodelay)
        set_nodelay(fd, remote->address.ss_family);
    uint64_t deadline = now_ns() + o->timeout_ns;
    int error = 0;
    if (connect(fd, (const struct sockaddr *)&remote->address, remote->length)) {
        error = errno;
        if (error == EINPROGRESS || error == EINTR)
            error = tool_wait_connected(fd, deadline);
    }
    if (error) {
        char what[sizeof remote->text + 16];
        snprintf(what, sizeof what, "connect to %s", remote->text);
        fail(tally, what, error);
        close(fd);
        return -1;
    }
    return fd;
}

struct exchange {
    int fd, epoll;
    bool blocking;
    bool wants_out; // EPOLLOUT is armed
    const unsigned char *tx;
    unsigned char *rx; // size + 1 bytes: a reply that is too long shows
    size_t size;
    uint64_t deadline;
};

static bool arm(struct exchange *x, bool out)
{
    // Edge-triggered is safe here because the reader knows how much is due and reads until it has it or gets
    // EAGAIN. EPOLLOUT is armed on demand: AF_UNIX would wake for it with every message that the peer reads.
    struct epoll_event event = {.events = EPOLLIN | EPOLLET | (out ? EPOLLOUT : 0)};
    if (epoll_ctl(x->epoll, EPOLL_CTL_MOD, x->fd, &event))
        return false;
    x->wants_out = out;
    return true;
}

// Waits until the socket is ready or the deadline has passed; returns 0 or an errno.
static int wait_ready(struct exchange *x)
{
    struct epoll_event event;
    while (x->blocking || epoll_wait(x->epoll, &event, 1, -1) < 0) {
        if (!x->blocking && errno != EINTR)
            return errno;
        if (tool_signal)
            return EINTR;
        if (now_ns() >= x->deadline)
            return ETIMEDOUT;
        if (x->blocking)
            return 0;
    }
    return 0;
}

static bool is_transient(int error)
{
    return error == EAGAIN || error == EINTR;
}

// Sends the message and receives the full reply. False: the tally says why.
static bool exchange(struct exchange *x, struct tally *tally)
{
    size_t sent = 0, got = 0;
    while (got < x->size) {
        if (sent < x->size) {
            ssize_t n = send(x->fd, x->tx + sent, x->size - sent, MSG_NOSIGNAL);
            if (n < 0 && !is_transient(errno)) {
                fail(tally, "send", errno);
                return false;
            }
            // A blocking recv that came back empty is a fault of the path (EINTR is ours); a send likewise.
            if (n < 0 && errno == EAGAIN && x->blocking) {
                fail(tally, "blocking send", EAGAIN);
                return false;
            }
            sent += n > 0 ? (size_t)n : 0;
            bool partial = sent < x->size;
            if (!x->blocking && partial != x->wants_out && !arm(x, partial)) {
                fail(tally, "epoll_ctl", errno);
                return false;
            }
            if (x->blocking && partial) {
                int error = wait_ready(x);
                if (error) {
                    fail(tally, "send", error);
                    return false;
                }
                continue;
            }
        }
        if (!x->blocking) {
            int error = wait_ready(x);
            if (error) {
                fail(tally, "waiting for a reply", error);
                return false;
            }
        }
        ssize_t n;
        do {
            n = recv(x->fd, x->rx + got, x->size + 1 - got, 0);
            if (n > 0)
                got += (size_t)n;
            // Until EAGAIN, unless all is there: the next edge may be gone already.
        } while (n > 0 && got < x->size && !x->blocking);
        if (n == 0) {
            snprintf(tally->error, sizeof tally->error, "recv: end of file, the peer closed the connection");
            return false;
        }
        if (n < 0 && (!is_transient(errno) || (x->blocking && errno == EAGAIN))) {
            fail(tally, x->blocking ? "blocking recv" : "recv", errno);
            return false;
        }
        if (n < 0 && x->blocking) {
            int error = wait_ready(x);
            if (error) {
                fail(tally, "waiting for a reply", error);
                return false;
            }
        }
    }
    if (got > x->size) {
        snprintf(tally->error, sizeof tally->error, "wrong reply: more bytes than were sent");
        return false;
    }
    return true;
}

static void sleep_until(uint64_t when)
{
    if (when <= now_ns())
        return;
    struct timespec t = to_timespec(when);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR && !tool_signal)
        ;
}

static bool begin_measuring(const struct client_options *o, const struct endpoint *local, struct tally *tally)
{
    tally->start_ns = now_ns();
    if (stream_header(o, local, tally->start_ns))
        return true;
    fail(tally, "writing samples", errno);
    return false;
}

static void closed_loop(int fd, const struct client_options *o, const struct endpoint *local,
                        struct tally *tally)
{
    unsigned char *tx = malloc(o->size), *rx = malloc(o->size + 1);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    if (!tx || !rx || epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) {
        fail(tally, "preparing", errno);
        goto out;
    }
    struct exchange x = {
        .fd = fd, .epoll = epoll, .blocking = o->blocking, .tx = tx, .rx = rx, .size = o->size};
    uint64_t origin = now_ns();
    for (uint64_t sequence = 0;; sequence++) {
        bool measured = sequence >= o->warmup;
        if (sequence == o->warmup && !begin_measuring(o, local, tally))
            break;
        uint64_t due = now_ns();
        if (o->interval_ns && sequence)
            // A tick that a slow reply has covered is skipped, not made up for: that is what "closed loop"
            // means.
            due = origin + ((due - origin) / o->interval_ns + 1) * o->interval_ns;
        if (measured &&
            (sequence - o->warmup >= o->count || (o->duration_ns && due >= tally->start_ns + o->duration_ns)))
            break;
        message_fill(tx, o->size, sequence);
        sleep_until(due);
        if (tool_signal) {
            snprintf(tally->error, sizeof tally->error, "stopped by signal %d", tool_signal);
            break;
        }
        uint64_t sent_ns = now_ns();
        x.deadline = sent_ns + o->timeout_ns;
        tally->sent++;
        if (!exchange(&x, tally))
            break;
        uint64_t received_ns = now_ns();
        if (!message_check(tx, rx, o->size, sequence, tally))
            break;
        tally->received++;
        if (measured) {
            tally->samples++;
            stream_sample(sequence, sent_ns, received_ns - sent_ns);
        }
        if (tally->start_ns && !stream_flush_if_due(received_ns)) {
            fail(tally, "writing samples", errno);
            break;
        }
    }
out:
    if (epoll >= 0)
        close(epoll);
    free(tx);
    free(rx);
}

int run_client(const struct client_options *o)
{
    struct tally tally = {0};
    struct endpoint local = {.text = "-"};
    catch_signals(o->timeout_ns);
    tool_steady();

    int fd = connect_to(o, &tally);
    if (fd >= 0) {
        local.length = sizeof local.address;
        getsockname(fd, (struct sockaddr *)&local.address, &local.length);
        describe(&local);
        if (o->open_loop)
            open_loop(fd, o, &local, &tally);
        else
            closed_loop(fd, o, &local, &tally);
        close(fd);
    }
    uint64_t end = now_ns();
    bool written = (tally.start_ns || stream_header(o, &local, end)) && stream_end(&tally, end);
    if (!written && !*tally.error)
        fail(&tally, "writing samples", errno);
    if (!*tally.error)
        return EXIT_DONE;
    fprintf(stderr, "pingecho: %s; %llu samples\n", tally.error, (unsigned long long)tally.samples);
    return EXIT_BROKEN;
}
