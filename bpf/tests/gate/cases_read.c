// Ways to read and write other than plain recv and send.
#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

static const char *right(uint64_t seed, uint64_t position, const unsigned char *data, size_t size)
{
    return pattern_check(seed, position, data, size) == size ? "right" : "wrong";
}

static void send_pattern(struct gate *g, int fd, uint64_t seed, uint64_t position, size_t size)
{
    unsigned char data[4096];
    pattern_fill(seed, position, data, size);
    int error = send_all(g, fd, data, size);
    if (error)
        give_up(g, "send: %s", errno_name(error));
}

static void await_ready(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    poll(&p, 1, -1);
}

// ---- splice and sendfile ----

void splice_in_a(struct gate *g, int fd)
{
    uint64_t bytes = number(g, "bytes", 4 << 20);
    for (uint64_t at = 0; at < bytes; at += 4096)
        send_pattern(g, fd, 21, at, bytes - at < 4096 ? (size_t)(bytes - at) : 4096);
    shutdown(fd, SHUT_WR);
    barrier(g);
}

void splice_in_b(struct gate *g, int fd)
{
    uint64_t bytes = number(g, "bytes", 4 << 20), got = 0;
    static unsigned char data[65536];
    const char *verdict = "right";
    int pipes[2];
    ssize_t n;
    if (pipe2(pipes, O_CLOEXEC))
        cannot_run("pipe: %s", errno_name(errno));
    for (;;) {
        step(g, "splice from the socket: %llu of %llu bytes", (unsigned long long)got,
             (unsigned long long)bytes);
        n = splice(fd, NULL, pipes[1], NULL, sizeof data, SPLICE_F_MOVE);
        if (n < 0 && errno == EAGAIN && g->nonblocking) {
            await_ready(fd, POLLIN);
            continue;
        }
        if (n <= 0)
            break;
        for (ssize_t at = 0; at < n;) {
            ssize_t m = read(pipes[0], data, (size_t)(n - at));
            if (m <= 0)
                give_up(g, "pipe: %s", outcome(m < 0 ? -errno : m));
            if (pattern_check(21, got, data, (size_t)m) < (size_t)m)
                verdict = "wrong";
            got += (uint64_t)m;
            at += m;
        }
    }
    check_number(g, "reader.received", bytes, got);
    check(g, "reader.bytes", "right", "%s", verdict);
    check(g, "reader.end", "EOF", "%s", outcome(n < 0 ? -errno : n));
    barrier(g);
}

void splice_out_a(struct gate *g, int fd)
{
    uint64_t bytes = number(g, "bytes", 4 << 20);
    static unsigned char data[65536];
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC))
        cannot_run("pipe: %s", errno_name(errno));
    for (uint64_t at = 0; at < bytes;) {
        size_t size = bytes - at < sizeof data ? (size_t)(bytes - at) : sizeof data;
        pattern_fill(22, at, data, size);
        if (write(pipes[1], data, size) != (ssize_t)size)
            give_up(g, "pipe: %s", errno_name(errno));
        for (size_t done = 0; done < size;) {
            step(g, "splice to the socket");
            ssize_t n = splice(pipes[0], NULL, fd, NULL, size - done, SPLICE_F_MOVE);
            if (n > 0)
                done += (size_t)n;
            else if (errno == EAGAIN && g->nonblocking)
                await_ready(fd, POLLOUT);
            else
                give_up(g, "splice to the socket: %s", outcome(n < 0 ? -errno : n));
        }
        at += size;
    }
    shutdown(fd, SHUT_WR);
    barrier(g);
}

void sendfile_a(struct gate *g, int fd)
{
    uint64_t bytes = number(g, "bytes", 4 << 20);
    int file = memfd_create("gate", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, (off_t)bytes))
        cannot_run("memfd: %s", errno_name(errno));
    unsigned char *data = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (data == MAP_FAILED)
        cannot_run("mmap: %s", errno_name(errno));
    pattern_fill(22, 0, data, (size_t)bytes);
    for (off_t at = 0; (uint64_t)at < bytes;) {
        step(g, "sendfile");
        ssize_t n = sendfile(fd, file, &at, (size_t)(bytes - (uint64_t)at));
        if (n < 0 && errno == EAGAIN && g->nonblocking)
            await_ready(fd, POLLOUT);
        else if (n <= 0)
            give_up(g, "sendfile: %s", outcome(n < 0 ? -errno : n));
    }
    shutdown(fd, SHUT_WR);
    barrier(g);
}

void plain_read_b(struct gate *g, int fd)
{
    uint64_t bytes = number(g, "bytes", 4 << 20), got = 0;
    static unsigned char data[65536];
    const char *verdict = "right";
    ssize_t n;
    step(g, "receiving");
    while ((n = receive(g, fd, data, sizeof data, 0)) > 0) {
        if (pattern_check(22, got, data, (size_t)n) < (size_t)n)
            verdict = "wrong";
        got += (uint64_t)n;
    }
    check_number(g, "reader.received", bytes, got);
    check(g, "reader.bytes", "right", "%s", verdict);
    check(g, "reader.end", "EOF", "%s", outcome(n));
    barrier(g);
}

// ---- MSG_WAITALL, SO_RCVLOWAT, SO_RCVTIMEO ----

void waitall_a(struct gate *g, int fd)
{
    for (int i = 0; i < 3; i++) {
        pause_ms(50);
        send_pattern(g, fd, 23, (uint64_t)i * 1000, 1000);
    }
    barrier(g);
}

void waitall_b(struct gate *g, int fd)
{
    unsigned char data[3000];
    step(g, "recv with MSG_WAITALL");
    ssize_t n = receive(g, fd, data, sizeof data, MSG_WAITALL);
    check(g, "reader.recv", "3000", "%s", outcome(n));
    check(g, "reader.bytes", "right", "%s", right(23, 0, data, n > 0 ? (size_t)n : 0));
    barrier(g);
}

void rcvlowat_a(struct gate *g, int fd)
{
    barrier(g); // set
    send_pattern(g, fd, 24, 0, 500);
    barrier(g);
    barrier(g);
    send_pattern(g, fd, 24, 500, 600);
    barrier(g);
}

void rcvlowat_b(struct gate *g, int fd)
{
    unsigned char data[4096];
    int error = setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &(int){1000}, sizeof(int)) ? errno : 0;
    check(g, "reader.setsockopt", "ok", "%s", error ? errno_name(error) : "ok");
    barrier(g);
    barrier(g);
    check(g, "reader.arrived", "yes", "%s", await_readable(g, fd, 500) ? "yes" : "no");
    check(g, "reader.poll_below", "none", "%s", poll_text(fd, POLLIN, 100));
    barrier(g);
    check(g, "reader.poll_at", "IN", "%s", poll_text(fd, POLLIN, 2000));
    await_readable(g, fd, 1100);
    const char *end;
    ssize_t n = receive(g, fd, data, sizeof data, 0);
    check(g, "reader.recv", "1100", "%s", outcome(n));
    size_t got = n > 0 ? (size_t)n : 0;
    got += receive_all(g, fd, data + got, got < 1100 ? 1100 - got : 0, &end);
    check(g, "reader.bytes", "right", "%s", right(24, 0, data, got));
    barrier(g);
}

void rcvtimeo_a(struct gate *g, int fd)
{
    barrier(g); // timed out
    send_pattern(g, fd, 25, 0, 10);
    barrier(g);
}

void rcvtimeo_b(struct gate *g, int fd)
{
    unsigned char data[100];
    struct timeval timeout = {.tv_usec = 200000}, none = {0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    uint64_t start = now_ns();
    step(g, "recv with SO_RCVTIMEO");
    check(g, "reader.recv", "EAGAIN", "%s", outcome(receive(g, fd, data, sizeof data, 0)));
    uint64_t passed = (now_ns() - start) / 1000000;
    timing(g, "waited_ms", (double)passed);
    check(g, "reader.waited", "long enough", "%s", passed >= 190 ? "long enough" : "too short");
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
    barrier(g);
    check(g, "reader.recv_then", "10", "%s", outcome(receive(g, fd, data, sizeof data, 0)));
    check(g, "reader.bytes", "right", "%s", right(25, 0, data, 10));
    barrier(g);
}

// ---- MSG_PEEK, FIONREAD, urgent data ----

void peek_a(struct gate *g, int fd)
{
    send_pattern(g, fd, 26, 0, 1000);
    barrier(g);
    barrier(g);
}

void peek_b(struct gate *g, int fd)
{
    unsigned char data[2000];
    barrier(g);
    await_readable(g, fd, 1000);
    ssize_t n = receive(g, fd, data, 100, MSG_PEEK);
    check(g, "reader.peek", "100", "%s", outcome(n));
    check(g, "reader.peek_bytes", "right", "%s", right(26, 0, data, n > 0 ? (size_t)n : 0));
    n = receive(g, fd, data, sizeof data, MSG_PEEK);
    check(g, "reader.peek_all", "1000", "%s", outcome(n));
    n = receive(g, fd, data, sizeof data, MSG_TRUNC | MSG_PEEK);
    check(g, "reader.peek_trunc", "1000", "%s", outcome(n));
    memset(data, 0, sizeof data);
    n = receive(g, fd, data, sizeof data, 0);
    check(g, "reader.recv", "1000", "%s", outcome(n));
    check(g, "reader.bytes", "right", "%s", right(26, 0, data, n > 0 ? (size_t)n : 0));
    n = recv(fd, data, sizeof data, MSG_DONTWAIT);
    check(g, "reader.then", "EAGAIN", "%s", outcome(n < 0 ? -errno : n));
    barrier(g);
}

void fionread_a(struct gate *g, int fd)
{
    int unsent = -1;
    send_pattern(g, fd, 27, 0, 1000);
    send_pattern(g, fd, 27, 1000, 234);
    barrier(g);
    barrier(g);
    pause_ms(50); // for the acknowledgement
    ioctl(fd, SIOCOUTQ, &unsent);
    check(g, "writer.siocoutq", "0", "%d", unsent);
    barrier(g);
}

void fionread_b(struct gate *g, int fd)
{
    unsigned char data[1000];
    const char *end;
    int queued = -1;
    barrier(g);
    await_readable(g, fd, 1234);
    ioctl(fd, FIONREAD, &queued);
    check(g, "reader.fionread", "1234", "%d", queued);
    receive_all(g, fd, data, sizeof data, &end);
    ioctl(fd, FIONREAD, &queued);
    check(g, "reader.fionread_then", "234", "%d", queued);
    receive_all(g, fd, data, 234, &end);
    ioctl(fd, FIONREAD, &queued);
    check(g, "reader.fionread_end", "0", "%d", queued);
    barrier(g);
    barrier(g);
}

void oob_a(struct gate *g, int fd)
{
    send(fd, "abc", 3, MSG_NOSIGNAL);
    ssize_t n = send(fd, "X", 1, MSG_OOB | MSG_NOSIGNAL);
    check(g, "writer.send", "1", "%s", outcome(n < 0 ? -errno : n));
    send(fd, "def", 3, MSG_NOSIGNAL);
    barrier(g);
    barrier(g);
}

void oob_b(struct gate *g, int fd)
{
    char data[100], stream[32] = "", urgent = 0;
    int mark = 0;
    barrier(g);
    check(g, "reader.poll", "PRI", "%s", poll_text(fd, POLLPRI, 2000));
    ssize_t n = recv(fd, &urgent, 1, MSG_OOB | MSG_DONTWAIT);
    check(g, "reader.recv_oob", "1", "%s", outcome(n < 0 ? -errno : n));
    check(g, "reader.urgent", "X", "%.1s", urgent ? &urgent : "-");
    await_readable(g, fd, 3);
    // Plain TCP stops reading at the mark, and the urgent byte is not in the stream.
    for (int i = 0; i < 4 && strlen(stream) < 10; i++) {
        if (!strcmp(poll_text(fd, POLLIN, 300), "none"))
            break;
        n = recv(fd, data, 20, MSG_DONTWAIT);
        if (n <= 0)
            break;
        snprintf(stream + strlen(stream), sizeof stream - strlen(stream), "%s%.*s", i ? "|" : "", (int)n,
                 data);
        if (i == 0 && !ioctl(fd, SIOCATMARK, &mark))
            check(g, "reader.at_mark", "1", "%d", mark);
    }
    check(g, "reader.stream", "abc|def", "%s", stream);
    barrier(g);
}
