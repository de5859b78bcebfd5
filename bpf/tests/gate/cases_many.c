// Cases of many connections: who speaks first, short ones, one after the other, and the same addresses again.
#include "gate.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { GREETING = 10000, SHORT = 64 };

// ---- the server speaks first ----

void server_first_a(struct gate *g, int fd)
{
    uint64_t count = number(g, "count", 50), right = 0, replied = 0, ended = 0;
    unsigned char data[GREETING];
    const char *end;
    for (uint64_t i = 0; i < count; i++) {
        fd = connection(g);
        step(g, "waiting for greeting %llu", (unsigned long long)i);
        size_t got = receive_all(g, fd, data, sizeof data, &end);
        right += got == sizeof data && pattern_check(31, i * 7, data, got) == got;
        pattern_fill(32, i, data, 100);
        replied += !send_all(g, fd, data, 100);
        ended += receive(g, fd, data, 1, 0) == 0;
        close(fd);
    }
    check_number(g, "client.greetings_right", count, right);
    check_number(g, "client.replied", count, replied);
    check_number(g, "client.ended", count, ended);
}

void server_first_b(struct gate *g, int fd)
{
    uint64_t count = number(g, "count", 50), right = 0;
    unsigned char data[GREETING];
    const char *end;
    for (uint64_t i = 0; i < count; i++) {
        fd = connection(g);
        pattern_fill(31, i * 7, data, sizeof data);
        send_all(g, fd, data, sizeof data);
        step(g, "waiting for reply %llu", (unsigned long long)i);
        size_t got = receive_all(g, fd, data, 100, &end);
        right += got == 100 && pattern_check(32, i, data, got) == got;
        close(fd);
    }
    check_number(g, "server.replies_right", count, right);
}

// ---- the client writes before the server has accepted ----

void write_at_once_a(struct gate *g, int fd)
{
    uint64_t count = number(g, "count", 20), right = 0;
    static unsigned char data[30000];
    const char *end;
    for (uint64_t i = 0; i < count; i++) {
        size_t size = 1 + (size_t)(i * 7919 % 20000);
        fd = connection(g);
        pattern_fill(33, i, data, size);
        int error = send_all(g, fd, data, size);
        if (error)
            give_up(g, "send before the accept: %s", errno_name(error));
        barrier(g); // only now does the server accept
        step(g, "waiting for the echo of connection %llu", (unsigned long long)i);
        size_t got = receive_all(g, fd, data, size, &end);
        right += got == size && pattern_check(33, i, data, got) == got;
        close(fd);
        barrier(g);
    }
    check_number(g, "client.echoes_right", count, right);
}

void write_at_once_b(struct gate *g, int fd)
{
    uint64_t count = number(g, "count", 20), right = 0;
    static unsigned char data[30000];
    const char *end;
    for (uint64_t i = 0; i < count; i++) {
        size_t size = 1 + (size_t)(i * 7919 % 20000);
        barrier(g);
        pause_ms(5);
        fd = take(g, g->nonblocking);
        step(g, "reading what connection %llu wrote at once", (unsigned long long)i);
        size_t got = receive_all(g, fd, data, size, &end);
        right += got == size && pattern_check(33, i, data, got) == got;
        send_all(g, fd, data, got);
        barrier(g);
        close(fd);
    }
    check_number(g, "server.messages_right", count, right);
}

// ---- many short connections at once ----

struct short_one {
    int fd;
    bool sent;
    size_t got;
    unsigned char data[SHORT];
};

void short_connections_a(struct gate *g, int fd)
{
    uint64_t count = number(g, "count", 1000), right = 0, failed = 0, open = 0;
    uint64_t seed = number(g, "seed", 1);
    struct short_one *all = calloc(count, sizeof *all);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    char first_error[TEXT] = "none";
    if (!all || epoll < 0)
        cannot_run("no memory");
    (void)fd;
    raise_file_limit();
    keep_to_one_cpu();
    step(g, "opening %llu connections at once", (unsigned long long)count);
    for (uint64_t i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = &all[i]};
        all[i].fd = begin_dial(g, (unsigned)i);
        if (all[i].fd < 0)
            give_up(g, "connection %llu: %s", (unsigned long long)i, errno_name(errno));
        epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
        open++;
    }
    struct epoll_event events[64];
    while (open) {
        int n = epoll_wait(epoll, events, 64, -1);
        for (int e = 0; e < n; e++) {
            struct short_one *one = events[e].data.ptr;
            uint64_t index = (uint64_t)(one - all);
            ssize_t done = 1;
            if (!one->sent && (events[e].events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
                pattern_fill(seed, index * SHORT, one->data, SHORT);
                done = send(one->fd, one->data, SHORT, MSG_NOSIGNAL);
                one->sent = done == SHORT;
                struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
                epoll_ctl(epoll, EPOLL_CTL_MOD, one->fd, &event);
                memset(one->data, 0, SHORT);
            } else if (events[e].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
                done = recv(one->fd, one->data + one->got, SHORT - one->got, 0);
                one->got += done > 0 ? (size_t)done : 0;
            }
            bool over = done < 0 ? errno != EAGAIN : done == 0;
            if (over) {
                if (!failed++)
                    snprintf(first_error, sizeof first_error, "%s", outcome(done < 0 ? -errno : 0));
            } else if (one->got == SHORT) {
                // The echo is turned inside out, so that one's own bytes coming back do not pass for it.
                for (size_t i = 0; i < SHORT; i++)
                    one->data[i] ^= 0xff;
                right += pattern_check(seed, index * SHORT, one->data, SHORT) == SHORT;
            }
            if (over || one->got == SHORT) {
                close(one->fd);
                open--;
                step(g, "%llu connections still open", (unsigned long long)open);
            }
        }
    }
    check_number(g, "client.right", count, right);
    check_number(g, "client.failed", 0, failed);
    check(g, "client.first_error", "none", "%s", first_error);
}

static void answer(struct gate *g, uint64_t count)
{
    struct short_one **all = calloc(count, sizeof *all);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    uint64_t accepted = 0, ended = 0, clean = 0;
    if (!all || epoll < 0)
        cannot_run("no memory");
    raise_file_limit();
    for (int i = 0; i < g->listener_count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
        epoll_ctl(epoll, EPOLL_CTL_ADD, g->listeners[i], &event);
    }
    while (ended < count) {
        struct epoll_event events[64];
        step(g, "%llu connections accepted, %llu ended", (unsigned long long)accepted,
             (unsigned long long)ended);
        int n = epoll_wait(epoll, events, 64, -1);
        for (int e = 0; e < n; e++) {
            struct short_one *one = events[e].data.ptr;
            if (!one) {
                if (accepted == count)
                    continue;
                one = calloc(1, sizeof *one);
                if (!one)
                    cannot_run("no memory");
                one->fd = take(g, true);
                accepted++;
                struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
                epoll_ctl(epoll, EPOLL_CTL_ADD, one->fd, &event);
                continue;
            }
            ssize_t done = recv(one->fd, one->data + one->got, SHORT - one->got, 0);
            if (done > 0) {
                one->got += (size_t)done;
                if (one->got == SHORT) {
                    for (size_t i = 0; i < SHORT; i++)
                        one->data[i] ^= 0xff;
                    send(one->fd, one->data, SHORT, MSG_NOSIGNAL);
                    one->got = 0;
                }
            } else if (done == 0 || errno != EAGAIN) {
                clean += done == 0;
                close(one->fd);
                free(one);
                ended++;
            }
        }
    }
    check_number(g, "server.accepted", count, accepted);
    check_number(g, "server.ended_cleanly", count, clean);
}

void short_connections_b(struct gate *g, int fd)
{
    (void)fd;
    answer(g, number(g, "count", 1000));
}

// ---- one message for each connection, one after the other ----

static bool one_message(struct gate *g, int fd, uint64_t index)
{
    unsigned char data[SHORT];
    const char *end;
    pattern_fill(34, index * SHORT, data, SHORT);
    if (send_all(g, fd, data, SHORT) || receive_all(g, fd, data, SHORT, &end) < SHORT)
        return false;
    for (size_t i = 0; i < SHORT; i++)
        data[i] ^= 0xff;
    return pattern_check(34, index * SHORT, data, SHORT) == SHORT;
}

void message_per_connection_a(struct gate *g, int fd)
{
    uint64_t count = number(g, "count", 2000), right = 0, start = now_ns();
    keep_to_one_cpu();
    for (uint64_t i = 0; i < count; i++) {
        fd = connection(g);
        step(g, "message of connection %llu", (unsigned long long)i);
        right += one_message(g, fd, i);
        close(fd);
    }
    check_number(g, "client.right", count, right);
    timing(g, "us_per_connection", (double)(now_ns() - start) / 1e3 / (double)count);
}

void message_per_connection_b(struct gate *g, int fd)
{
    (void)fd;
    answer(g, number(g, "count", 2000));
}

// ---- the same addresses and ports again, at once ----

void reconnect_a(struct gate *g, int fd)
{
    uint64_t count = number(g, "count", 200), right = 0;
    int kept = keep_port(g);
    keep_to_one_cpu();
    for (uint64_t i = 0; i < count; i++) {
        fd = connection(g);
        step(g, "message of connection %llu from the same port", (unsigned long long)i);
        right += one_message(g, fd, i);
        // A reset leaves no TIME_WAIT, so the next connection can have the very same two ends.
        linger_reset(fd);
        barrier(g);
    }
    close(kept);
    check_number(g, "client.right", count, right);
}

void reconnect_b(struct gate *g, int fd)
{
    uint64_t count = number(g, "count", 200), right = 0, same = 0;
    unsigned char data[SHORT];
    const char *end;
    in_port_t port = 0;
    for (uint64_t i = 0; i < count; i++) {
        struct sockaddr_storage peer;
        fd = take(g, g->nonblocking);
        if (!getpeername(fd, (struct sockaddr *)&peer, &(socklen_t){sizeof peer})) {
            in_port_t now = ((struct sockaddr_in *)&peer)->sin_port;
            same += i && now == port;
            port = now;
        }
        step(g, "message of connection %llu", (unsigned long long)i);
        size_t got = receive_all(g, fd, data, SHORT, &end);
        right += got == SHORT && pattern_check(34, i * SHORT, data, got) == got;
        for (size_t at = 0; at < SHORT; at++)
            data[at] ^= 0xff;
        send_all(g, fd, data, SHORT);
        barrier(g);
        close(fd);
    }
    check_number(g, "server.right", count, right);
    check(g, "server.same_port", NULL, "%llu", (unsigned long long)same); // NAT and proxies change it
}
