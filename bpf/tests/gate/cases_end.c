// How a connection ends: half-close, reset, unread data.
//
// After a close the reset takes a moment to arrive. The side that is to see it waits for it with poll, which
// any program could do, so that what follows does not depend on timing.
#include "gate.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SETTLE_MS = 300, PROCESSED_MS = 10 };

// Until the reset (or what stands for it) has been noticed, or the time is over. The kernel notes the error
// before it tells the agent of the end: who sends in between sees the error twice (docs/compatibility.md).
static void settle(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};
    if (poll(&p, 1, SETTLE_MS) > 0)
        pause_ms(PROCESSED_MS);
}

void half_close_a(struct gate *g, int fd)
{
    size_t bytes = (size_t)number(g, "bytes", 1 << 20);
    unsigned char *data = malloc(bytes);
    const char *end;
    if (!data)
        cannot_run("no memory");
    pattern_fill(11, 0, data, bytes);
    int error = send_all(g, fd, data, bytes);
    check(g, "first.send", "ok", "%s", error ? errno_name(error) : "ok");
    check(g, "first.shutdown", "ok", "%s", shutdown(fd, SHUT_WR) ? errno_name(errno) : "ok");
    step(g, "reading after the half-close");
    size_t got = receive_all(g, fd, data, bytes, &end);
    check_number(g, "first.received_after_half_close", bytes, got);
    check(g, "first.bytes", "right", "%s", pattern_check(12, 0, data, got) == got ? "right" : "wrong");
    check(g, "first.end", "EOF", "%s", outcome(receive(g, fd, data, 1, 0)));
    check(g, "first.end_again", "EOF", "%s", outcome(receive(g, fd, data, 1, 0)));
    barrier(g);
}

void half_close_b(struct gate *g, int fd)
{
    size_t bytes = (size_t)number(g, "bytes", 1 << 20);
    unsigned char *data = malloc(bytes);
    const char *end;
    if (!data)
        cannot_run("no memory");
    step(g, "reading up to the half-close");
    size_t got = receive_all(g, fd, data, bytes, &end);
    check_number(g, "second.received", bytes, got);
    check(g, "second.bytes", "right", "%s", pattern_check(11, 0, data, got) == got ? "right" : "wrong");
    check(g, "second.end", "EOF", "%s", outcome(receive(g, fd, data, 1, 0)));
    check(g, "second.end_again", "EOF", "%s", outcome(receive(g, fd, data, 1, 0)));
    check(g, "second.poll", "IN OUT", "%s", poll_text(fd, POLLIN | POLLOUT, 0));
    pattern_fill(12, 0, data, bytes);
    int error = send_all(g, fd, data, bytes);
    check(g, "second.send_after_end", "ok", "%s", error ? errno_name(error) : "ok");
    shutdown(fd, SHUT_WR);
    barrier(g);
}

// The client half-closes and then waits in a blocking recv, while acknowledgements of its own data come in.
void half_close_read_a(struct gate *g, int fd)
{
    size_t bytes = (size_t)number(g, "bytes", 4 << 20), got = 0;
    unsigned char *data = malloc(bytes);
    uint64_t eagain = 0;
    if (!data)
        cannot_run("no memory");
    pattern_fill(13, 0, data, bytes);
    int error = send_all(g, fd, data, bytes);
    check(g, "client.send", "ok", "%s", error ? errno_name(error) : "ok");
    shutdown(fd, SHUT_WR);
    step(g, "in a blocking recv after the half-close");
    ssize_t n;
    while ((n = recv(fd, data + got, bytes - got, 0)) != 0) {
        if (n > 0) {
            got += (size_t)n;
        } else if (errno == EAGAIN) {
            eagain++;
            pause_ms(1);
        } else {
            n = -errno;
            break;
        }
    }
    check_number(g, "client.eagain_in_blocking_recv", 0, eagain);
    check_number(g, "client.received", 3000, got);
    check(g, "client.bytes", "right", "%s", pattern_check(14, 0, data, got) == got ? "right" : "wrong");
    check(g, "client.end", "EOF", "%s", outcome(n));
    barrier(g);
}

void half_close_read_b(struct gate *g, int fd)
{
    size_t bytes = (size_t)number(g, "bytes", 4 << 20);
    unsigned char *data = malloc(bytes);
    const char *end;
    if (!data)
        cannot_run("no memory");
    step(g, "sleeping before reading");
    pause_ms(500);
    step(g, "reading up to the half-close");
    size_t got = receive_all(g, fd, data, bytes, &end);
    check_number(g, "server.received", bytes, got);
    check(g, "server.bytes", "right", "%s", pattern_check(13, 0, data, got) == got ? "right" : "wrong");
    check(g, "server.end", "EOF", "%s", outcome(receive(g, fd, data, 1, 0)));
    pattern_fill(14, 0, data, 3000);
    for (int i = 0; i < 3; i++) {
        pause_ms(100);
        send_all(g, fd, data + (ptrdiff_t)1000 * i, 1000);
    }
    close(fd);
    barrier(g);
}

// B closes with data unread: A must learn that it was lost.
void close_unread_a(struct gate *g, int fd)
{
    static unsigned char data[20000];
    pattern_fill(15, 0, data, sizeof data);
    int error = send_all(g, fd, data, sizeof data);
    check(g, "sender.send", "ok", "%s", error ? errno_name(error) : "ok");
    barrier(g); // sent
    barrier(g); // closed
    settle(fd);
    check(g, "sender.poll", "IN OUT ERR HUP", "%s", poll_text(fd, POLLIN | POLLOUT, 0));
    check(g, "sender.recv", "ECONNRESET", "%s", outcome(receive(g, fd, data, sizeof data, 0)));
    check(g, "sender.recv_again", "EOF", "%s", outcome(receive(g, fd, data, sizeof data, 0)));
    check(g, "sender.send_after", "EPIPE", "%s", errno_name(send_all(g, fd, data, 10)));
    barrier(g);
}

void close_unread_b(struct gate *g, int fd)
{
    unsigned char data[1000];
    const char *end;
    barrier(g);
    check_number(g, "closer.received", sizeof data, receive_all(g, fd, data, sizeof data, &end));
    check(g, "closer.bytes", "right", "%s",
          pattern_check(15, 0, data, sizeof data) == sizeof data ? "right" : "wrong");
    check(g, "closer.has_unread", "yes", "%s", await_readable(g, fd, 1) ? "yes" : "no");
    close(fd);
    barrier(g);
    barrier(g);
}

// Errnos after a reset: of writes on one connection, of reads on another.
void reset_errno_a(struct gate *g, int fd)
{
    char sequence[TEXT] = "", byte;
    for (int reads = 0; reads < 2; reads++) {
        if (reads) {
            fd = connection(g);
            prelude(g, fd); // a proxy must have its onward connection, or it would try again after the reset
        }
        barrier(g);
        barrier(g); // reset
        settle(fd);
        *sequence = 0;
        for (int i = 0; i < 3; i++) {
            ssize_t n = reads ? receive(g, fd, &byte, 1, 0) : -send_all(g, fd, "x", 1);
            size_t used = strlen(sequence);
            snprintf(sequence + used, sizeof sequence - used, "%s%s", i ? " " : "",
                     reads || n ? outcome(n) : "sent");
        }
        if (reads)
            check(g, "reads_after_reset", "ECONNRESET EOF EOF", "%s", sequence);
        else
            check(g, "writes_after_reset", "ECONNRESET EPIPE EPIPE", "%s", sequence);
        close(fd);
        barrier(g);
    }
}

void reset_errno_b(struct gate *g, int fd)
{
    for (int reads = 0; reads < 2; reads++) {
        if (reads) {
            fd = connection(g);
            prelude(g, fd); // a proxy must have its onward connection, or it would try again after the reset
        }
        barrier(g);
        linger_reset(fd);
        barrier(g);
        barrier(g);
    }
}

// What was written before the reset has arrived and may be read; then the reset shows.
void linger_reset_a(struct gate *g, int fd)
{
    unsigned char data[4096];
    const char *end;
    step(g, "waiting for the data");
    await_readable(g, fd, 1000);
    barrier(g); // it is here
    barrier(g); // reset
    settle(fd);
    size_t got = receive_all(g, fd, data, 1000, &end);
    check_number(g, "reader.received", 1000, got);
    check(g, "reader.bytes", "right", "%s", pattern_check(16, 0, data, got) == got ? "right" : "wrong");
    check(g, "reader.end", "ECONNRESET", "%s", outcome(receive(g, fd, data, sizeof data, 0)));
    check(g, "reader.end_again", "EOF", "%s", outcome(receive(g, fd, data, sizeof data, 0)));
    barrier(g);
}

void linger_reset_b(struct gate *g, int fd)
{
    unsigned char data[1000];
    pattern_fill(16, 0, data, sizeof data);
    send_all(g, fd, data, sizeof data);
    barrier(g);
    linger_reset(fd);
    barrier(g);
    barrier(g);
}

static volatile sig_atomic_t pipe_signals;

static void count_signal(int signal)
{
    (void)signal;
    pipe_signals++;
}

void shutdown_write_a(struct gate *g, int fd)
{
    struct sigaction count = {.sa_handler = count_signal}, before;
    shutdown(fd, SHUT_WR);
    check(g, "writer.send", "EPIPE", "%s", errno_name(send_all(g, fd, "x", 1)));
    sigaction(SIGPIPE, &count, &before);
    ssize_t n = write(fd, "x", 1);
    check(g, "writer.write", "EPIPE", "%s", outcome(n < 0 ? -errno : n));
    check_number(g, "writer.sigpipe", 1, (uint64_t)pipe_signals);
    sigaction(SIGPIPE, &before, NULL);
    barrier(g);
}

void shutdown_write_b(struct gate *g, int fd)
{
    char byte;
    check(g, "reader.recv", "EOF", "%s", outcome(receive(g, fd, &byte, 1, 0)));
    barrier(g);
}
