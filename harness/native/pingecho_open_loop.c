// The open loop: messages go out at their intended times, whether or not the replies to earlier ones have
// come, and a latency counts from the intended time. A server that stalls is thus seen by every message that
// it kept waiting and not by one alone (no coordinated omission).
#include "pingecho.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct loop {
    const struct client_options *options;
    struct tally *tally;
    int fd;
    uint64_t origin;      // intended time of message 0
    uint64_t total;       // messages to send
    uint64_t next;        // message to send, of which `sent` bytes are out
    size_t sent, got;     // bytes of `next`, and of the reply that is due
    uint64_t progress_ns; // when something was last received, or became outstanding
    unsigned char *tx, *rx, *expected;
    bool full; // the socket takes no more at the moment
};

static uint64_t intended(const struct loop *l, uint64_t sequence)
{
    return l->origin + sequence * l->options->interval_ns;
}

static bool broken(struct loop *l, const char *what, int error)
{
    snprintf(l->tally->error, sizeof l->tally->error, "%s: %s (%s)", what, strerrorname_np(error),
             strerror(error));
    return false;
}

static bool send_due(struct loop *l)
{
    size_t size = l->options->size;
    if (!l->sent)
        message_fill(l->tx, size, l->next);
    ssize_t n = send(l->fd, l->tx + l->sent, size - l->sent, MSG_NOSIGNAL);
    if (n < 0) {
        l->full = errno == EAGAIN;
        return l->full || errno == EINTR || broken(l, "send", errno);
    }
    l->sent += (size_t)n;
    l->full = l->sent < size;
    if (!l->full) {
        if (l->tally->sent == l->tally->received)
            l->progress_ns = now_ns();
        l->tally->sent++;
        l->next++;
        l->sent = 0;
    }
    return true;
}

static bool receive(struct loop *l)
{
    const struct client_options *o = l->options;
    struct tally *tally = l->tally;
    ssize_t n = recv(l->fd, l->rx + l->got, CHUNK + o->size - l->got, 0);
    uint64_t now = now_ns();
    if (n < 0)
        return errno == EAGAIN || errno == EINTR || broken(l, "recv", errno);
    if (n == 0) {
        snprintf(tally->error, sizeof tally->error, "recv: end of file, the peer closed the connection");
        return false;
    }
    l->progress_ns = now;
    l->got += (size_t)n;
    size_t at = 0;
    for (; l->got - at >= o->size; at += o->size) {
        uint64_t sequence = tally->received;
        if (sequence >= tally->sent) {
            snprintf(tally->error, sizeof tally->error, "wrong reply: more bytes than were sent");
            return false;
        }
        message_fill(l->expected, o->size, sequence);
        if (!message_check(l->expected, l->rx + at, o->size, sequence, tally))
            return false;
        tally->received++;
        if (sequence < o->warmup)
            continue;
        tally->samples++;
        stream_sample(sequence, intended(l, sequence), now - intended(l, sequence));
        // A burst of late replies could fill the buffer; it is then written although others are still under
        // way.
        if (!stream_flush_if_due(now))
            return broken(l, "writing samples", errno);
    }
    memmove(l->rx, l->rx + at, l->got - at);
    l->got -= at;
    return true;
}

static bool step(struct loop *l)
{
    const struct client_options *o = l->options;
    bool more = l->next < l->total;
    uint64_t now = now_ns();
    uint64_t wake = l->progress_ns + o->timeout_ns;
    bool outstanding = l->tally->sent > l->tally->received || l->full;
    if (outstanding && now >= wake)
        return broken(l, l->full ? "send" : "waiting for a reply", ETIMEDOUT);
    if (more && !l->full && (!outstanding || intended(l, l->next) < wake))
        wake = intended(l, l->next);
    struct timespec left = to_timespec(wake > now ? wake - now : 0);
    struct pollfd p = {.fd = l->fd, .events = (short)(POLLIN | (l->full ? POLLOUT : 0))};
    int ready = ppoll(&p, 1, &left, NULL);
    if (ready < 0 && errno != EINTR)
        return broken(l, "ppoll", errno);
    if (tool_signal) {
        snprintf(l->tally->error, sizeof l->tally->error, "stopped by signal %d", tool_signal);
        return false;
    }
    if (ready > 0 && (p.revents & (POLLIN | POLLERR | POLLHUP)) && !receive(l))
        return false;
    if (ready > 0 && (p.revents & POLLOUT))
        l->full = false;
    if (more && !l->full && now_ns() >= intended(l, l->next) && !send_due(l))
        return false;
    if (l->tally->sent == l->tally->received && !stream_flush_if_due(now_ns()))
        return broken(l, "writing samples", errno);
    return true;
}

void open_loop(int fd, const struct client_options *o, const struct endpoint *local, struct tally *tally)
{
    uint64_t by_duration =
        o->duration_ns ? (o->duration_ns + o->interval_ns - 1) / o->interval_ns : UINT64_MAX;
    uint64_t measured = o->count < by_duration ? o->count : by_duration;
    struct loop l = {.options = o, .tally = tally, .fd = fd};
    l.total = measured > UINT64_MAX - o->warmup ? UINT64_MAX : measured + o->warmup;
    l.tx = malloc(o->size);
    l.expected = malloc(o->size);
    l.rx = malloc(CHUNK + o->size);
    l.origin = now_ns() + NS_PER_MS; // late enough for the header to be written before the first message
    l.progress_ns = l.origin;
    tally->start_ns = intended(&l, o->warmup);
    if (!l.tx || !l.rx || !l.expected)
        broken(&l, "preparing", ENOMEM);
    else if (!stream_header(o, local, tally->start_ns))
        broken(&l, "writing samples", errno);
    else
        while ((l.next < l.total || tally->received < tally->sent) && step(&l))
            ;
    free(l.tx);
    free(l.rx);
    free(l.expected);
}
