// SPDX-License-Identifier: GPL-2.0
/* Traffic for lb_bench.py: connections and small datagrams, as fast as they go. Prints one number. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64

static uint64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static struct sockaddr_storage address(const char *text, int port, socklen_t *size)
{
    struct sockaddr_storage storage = {};
    struct sockaddr_in6 *in6 = (void *)&storage;
    struct sockaddr_in *in = (void *)&storage;

    if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        *size = sizeof(*in);
    } else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1) {
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        *size = sizeof(*in6);
    } else {
        fprintf(stderr, "'%s' is no address\n", text);
        exit(2);
    }
    return storage;
}

static int by_size(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

/* The median time of connect(), ns. Connections are reset, so that ports are free again at once. */
static void connects(const struct sockaddr *to, socklen_t size, int count)
{
    struct linger reset = {.l_onoff = 1};
    uint64_t *times = calloc(count, sizeof(*times));

    for (int i = 0; i < count; i++) {
        int sock = socket(to->sa_family, SOCK_STREAM, 0);
        uint64_t start = now();

        if (sock < 0 || connect(sock, to, size))
            die("connect");
        times[i] = now() - start;
        setsockopt(sock, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        close(sock);
    }
    qsort(times, count, sizeof(*times), by_size);
    printf("%llu\n", (unsigned long long)times[count / 2]);
    free(times);
}

static void accepts(const struct sockaddr *at, socklen_t size)
{
    int listener = socket(at->sa_family, SOCK_STREAM, 0), one = 1;

    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(listener, at, size) || listen(listener, 4096))
        die("listen");
    puts("ready");
    fflush(stdout);
    for (;;) {
        int sock = accept(listener, NULL, NULL);

        if (sock >= 0)
            close(sock);
    }
}

static void sends(const struct sockaddr *to, socklen_t size, double seconds)
{
    static char text[18]; /* 60 bytes with Ethernet's, IPv4's and UDP's headers */
    struct iovec part = {text, sizeof(text)};
    struct mmsghdr messages[BATCH] = {};
    int sock = socket(to->sa_family, SOCK_DGRAM, 0);
    uint64_t end = now() + seconds * 1e9;

    if (connect(sock, to, size))
        die("connect");
    for (int i = 0; i < BATCH; i++)
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1};
    while (now() < end)
        if (sendmmsg(sock, messages, BATCH, 0) < 0 && errno != ENOBUFS)
            die("sendmmsg");
    puts("0");
}

/* Datagrams a second from the first to the last that came. */
static void counts(const struct sockaddr *at, socklen_t size)
{
    static char buffers[BATCH][64];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {};
    struct timeval idle = {.tv_usec = 500000};
    int sock = socket(at->sa_family, SOCK_DGRAM, 0), room = 8 << 20;
    uint64_t count = 0, first = 0, last = 0;

    setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
    if (bind(sock, at, size))
        die("bind");
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){buffers[i], sizeof(buffers[i])};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        int got = recvmmsg(sock, messages, BATCH, MSG_WAITFORONE, NULL);

        if (got < 0)
            break;
        last = now();
        if (!first) {
            first = last;
            setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle));
        }
        count += got;
    }
    printf("%.0f\n", last > first ? count * 1e9 / (last - first) : 0.0);
}

int main(int argc, char **argv)
{
    struct sockaddr_storage storage;
    socklen_t size;

    if (argc < 4) {
        fprintf(stderr, "usage: lb_load accept|count ADDRESS PORT\n"
                        "       lb_load connect ADDRESS PORT COUNT\n"
                        "       lb_load send ADDRESS PORT SECONDS\n");
        return 2;
    }
    storage = address(argv[2], atoi(argv[3]), &size);
    if (!strcmp(argv[1], "accept"))
        accepts((void *)&storage, size);
    else if (!strcmp(argv[1], "count"))
        counts((void *)&storage, size);
    else if (!strcmp(argv[1], "connect") && argc > 4)
        connects((void *)&storage, size, atoi(argv[4]));
    else if (!strcmp(argv[1], "send") && argc > 4)
        sends((void *)&storage, size, atof(argv[4]));
    else
        return 2;
    return 0;
}
