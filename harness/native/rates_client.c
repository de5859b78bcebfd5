// The client: sends as much as goes, or so many datagrams a second.
#include "rates.h"

#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LAST_TIMES = 20, HELLO_TIMES = 30, HELLO_MS = 100 };

static int open_flow(const struct rate_options *o)
{
    const struct endpoint *to = &o->at.all[0];
    int fd = socket(to->address.ss_family, (o->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
    if (fd < 0 || !connect(fd, (const struct sockaddr *)&to->address, to->length))
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

// Waits, three seconds at most, until the path carries a datagram there and back; a flood that meets an
// address which is not yet resolved is dropped. Whether anybody answers is not judged here.
static void greet(const struct rate_options *o, int fd, struct rate_totals *t)
{
    unsigned char data[MAX_UDP_SIZE] = {0};
    struct rates_head head = {.kind = htobe64(RATES_HELLO)};
    memcpy(data, &head, sizeof head);
    for (int i = 0; i < HELLO_TIMES && !tool_signal; i++) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (send(fd, data, o->size, MSG_NOSIGNAL) < 0 ||
            (poll(&p, 1, HELLO_MS) > 0 && recv(fd, data, sizeof data, MSG_DONTWAIT) < 0)) {
            t->refused++;
            return;
        }
        if (p.revents)
            return;
    }
}

// One batch on one flow. 0 or an errno that ends the run.
static int send_batch(int fd, struct mmsghdr *messages, unsigned count, struct rate_totals *t, uint64_t size)
{
    unsigned done = 0;
    while (done < count && !tool_signal) {
        int n = sendmmsg(fd, messages + done, count - done, MSG_NOSIGNAL);
        if (n >= 0) {
            done += (unsigned)n;
            t->packets += (unsigned)n;
            t->bytes += (unsigned)n * size;
        } else if (errno == ECONNREFUSED || errno == EHOSTUNREACH || errno == ENETUNREACH) {
            t->refused++; // the error of an earlier one; this one was not sent
        } else if (errno != EINTR && errno != ENOBUFS && errno != EAGAIN) {
            return errno;
        }
    }
    return 0;
}

static int flood(const struct rate_options *o, const int *fds, struct rate_totals *t)
{
    static unsigned char data[BATCH][MAX_UDP_SIZE];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        struct rates_head head = {.kind = htobe64(RATES_DATA)};
        memcpy(data[i], &head, sizeof head);
        parts[i] = (struct iovec){.iov_base = data[i], .iov_len = o->size};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    // At a given rate batches are small enough to come at least every millisecond.
    uint64_t batch = o->rate ? o->rate / 1000 : BATCH;
    batch = batch < 1 ? 1 : batch > BATCH ? BATCH : batch;
    int error = 0;
    uint64_t until = t->start_ns + o->duration_ns;
    for (uint64_t i = 0; !error && !tool_signal && now_ns() < until; i++) {
        if (o->rate)
            tool_sleep_until(t->start_ns + (uint64_t)((double)(i * batch) * 1e9 / (double)o->rate));
        error = send_batch(fds[i % o->flows], messages, (unsigned)batch, t, o->size);
    }
    t->end_ns = now_ns();
    // Several times, because the first may meet a full queue.
    struct rates_head last = {.kind = htobe64(RATES_LAST), .number = htobe64(t->packets)};
    memcpy(data[0], &last, sizeof last);
    for (int i = 0; i < LAST_TIMES && !error; i++) {
        tool_sleep_until(now_ns() + 5 * NS_PER_MS);
        send(fds[0], data[0], o->size, MSG_NOSIGNAL);
    }
    return error;
}

static int stream(const struct rate_options *o, const int *fds, struct rate_totals *t)
{
    unsigned char *data = malloc(o->size);
    struct pollfd polls[MAX_FLOWS];
    uint64_t until = t->start_ns + o->duration_ns;
    if (!data)
        return ENOMEM;
    for (uint64_t i = 0; i < o->size; i++)
        data[i] = (unsigned char)(i * 131 >> 3);
    for (uint64_t i = 0; i < o->flows; i++)
        polls[i] = (struct pollfd){.fd = fds[i], .events = POLLOUT};
    int error = 0;
    while (!error && !tool_signal && now_ns() < until) {
        if (poll(polls, o->flows, 100) <= 0)
            continue;
        for (uint64_t i = 0; i < o->flows && !error; i++) {
            ssize_t n = polls[i].revents ? send(fds[i], data, o->size, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
            if (n > 0) {
                t->packets++;
                t->bytes += (uint64_t)n;
            }
            if (n < 0 && errno != EAGAIN && errno != EINTR)
                error = errno;
        }
    }
    t->end_ns = now_ns();
    free(data);
    return error;
}

int run_rates_client(const struct rate_options *o)
{
    struct rate_totals t = {0};
    int fds[MAX_FLOWS];
    tool_signals(0);
    tool_steady();
    for (uint64_t i = 0; i < o->flows; i++) {
        fds[i] = open_flow(o);
        if (fds[i] < 0)
            return rates_end(&t, o->at.all[0].text, errno);
    }
    if (o->udp)
        greet(o, fds[0], &t);
    t.start_ns = t.end_ns = now_ns();
    rates_head("client", o, t.start_ns);
    int error = (o->udp ? flood : stream)(o, fds, &t);
    for (uint64_t i = 0; i < o->flows; i++)
        close(fds[i]);
    return rates_end(&t, error ? "sending" : "stopped by a signal", error ? error : tool_signal ? EINTR : 0);
}
