// SPDX-License-Identifier: GPL-2.0
/* A stream as fast as it goes, for agent_bench.py: prints the receiver's bytes per second.
 * agent_bulk serve ADDRESS PORT blocking|nonblocking
 * agent_bulk send ADDRESS PORT blocking|nonblocking MESSAGE_BYTES SECONDS */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buffer[4 << 20];

static void fail(const char *what)
{
    perror(what);
    exit(3);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void wait_for(int fd, short events)
{
    struct pollfd entry = {.fd = fd, .events = events};

    if (poll(&entry, 1, 10000) != 1)
        fail("poll");
}

static struct sockaddr_in address_of(char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};

    if (inet_pton(AF_INET, argv[2], &address.sin_addr) != 1)
        fail("address");
    return address;
}

static void serve(char **argv, bool nonblocking)
{
    struct sockaddr_in address = address_of(argv);
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, fd;
    uint64_t total = 0;
    double start = 0;
    ssize_t count;

    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 8))
        fail("listen");
    puts("ready");
    fflush(stdout);
    fd = accept4(listener, NULL, NULL, nonblocking ? SOCK_NONBLOCK : 0);
    /* One byte: both ends are up. */
    if (send(fd, "!", 1, 0) != 1)
        fail("send");
    for (;;) {
        count = recv(fd, buffer, 256 << 10, 0);
        if (count < 0 && errno == EAGAIN && nonblocking) {
            wait_for(fd, POLLIN);
            continue;
        }
        if (count < 0)
            fail("recv");
        if (!count)
            break;
        if (!total)
            start = now();
        total += count;
    }
    printf("%.0f\n", total / (now() - start));
}

static void stream(char **argv, bool nonblocking)
{
    struct sockaddr_in address = address_of(argv);
    size_t size = strtoul(argv[5], NULL, 10);
    double end = now() + atof(argv[6]);
    int fd = socket(AF_INET, SOCK_STREAM | (nonblocking ? SOCK_NONBLOCK : 0), 0);

    if (size > sizeof(buffer))
        size = sizeof(buffer);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) && errno != EINPROGRESS)
        fail("connect");
    wait_for(fd, POLLIN);
    if (recv(fd, buffer, 1, 0) != 1)
        fail("recv");
    while (now() < end) {
        ssize_t count = send(fd, buffer, size, MSG_NOSIGNAL);

        if (count < 0 && errno == EAGAIN && nonblocking)
            wait_for(fd, POLLOUT);
        else if (count < 0)
            fail("send");
    }
}

int main(int argc, char **argv)
{
    bool nonblocking = argc > 4 && !strcmp(argv[4], "nonblocking");

    if (argc == 5 && !strcmp(argv[1], "serve"))
        serve(argv, nonblocking);
    else if (argc == 7 && !strcmp(argv[1], "send"))
        stream(argv, nonblocking);
    else
        return 2;
    return 0;
}
