// The server: accepts whatever comes, says its name, and holds each connection until the client closes it (so
// that TIME_WAIT, if any, is the client's). A connection takes a descriptor and nothing else, and a flood
// that uses the descriptors up is turned away one by one.
#include "connects.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 256 };

#define LISTENER (1ULL << 32) // in an event's data: the rest is an index, not a descriptor

static int spare_fd = -1;
static bool told;

static void turn_away(int listener)
{
    close(spare_fd);
    int refused = accept(listener, NULL, NULL);
    if (refused >= 0)
        close(refused);
    spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (!told)
        fprintf(stderr, "connects: no descriptor left, connections are closed; raise the limit on open "
                        "files\n");
    told = true;
}

static void accept_all(int epoll, int listener, const char *line, size_t length)
{
    // Bounded, so that a flood on one listener leaves the others and the closed connections their turn.
    for (int i = 0; i < EVENTS; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE) && spare_fd >= 0) {
            turn_away(listener);
            continue;
        }
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0)
            return;
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.u64 = (uint64_t)fd};
        if (length) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
            send(fd, line, length, MSG_NOSIGNAL); // what fails here is told by the event
        }
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
            close(fd);
    }
}

static void drain(int fd)
{
    char data[4096];
    ssize_t n = recv(fd, data, sizeof data, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        close(fd);
}

// Echoes from the address that was asked, which the route back alone would not choose on a pod with several.
static void echo_all(int fd, const char *name, size_t length)
{
    unsigned char data[MAX_DATAGRAM + MAX_NAME];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
    } control;
    for (int i = 0; i < EVENTS; i++) {
        struct sockaddr_storage from;
        struct iovec part = {.iov_base = data, .iov_len = MAX_DATAGRAM};
        struct msghdr message = {.msg_name = &from,
                                 .msg_namelen = sizeof from,
                                 .msg_iov = &part,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof control};
        ssize_t n = recvmsg(fd, &message, 0);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            continue; // EINTR, or the ICMP error of an earlier reply
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        if (c && c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
            ((struct in_pktinfo *)CMSG_DATA(c))->ipi_ifindex = 0; // the address, by whatever interface
        if (c && c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
            ((struct in6_pktinfo *)CMSG_DATA(c))->ipi6_ifindex = 0;
        memcpy(data + n, name, length);
        part.iov_len = (size_t)n + length;
        sendmsg(fd, &message, MSG_NOSIGNAL);
    }
}

static void tell_address(int fd, int family)
{
    if (family == AF_INET)
        setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &(int){1}, sizeof(int));
    else
        setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &(int){1}, sizeof(int));
}

int run_connects_server(struct answer_options *o)
{
    tool_files();
    tool_signals(0);
    tool_steady();
    sigset_t ends, before;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, &before); // they arrive in epoll_pwait only
    spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    char line[MAX_NAME + 2];
    size_t length = (size_t)snprintf(line, sizeof line, "%s%s", o->name, *o->name && !o->udp ? "\n" : "");
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int *fds = tool_listen_all(&o->listeners, o->udp ? SOCK_DGRAM : SOCK_STREAM);
    if (!fds)
        return EXIT_BROKEN;
    for (size_t i = 0; i < o->listeners.count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = LISTENER | i};
        if (o->udp)
            tell_address(fds[i], o->listeners.all[i].address.ss_family);
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event)) {
            fprintf(stderr, "connects: epoll_ctl: %s (%s)\n", strerrorname_np(errno), strerror(errno));
            return EXIT_BROKEN;
        }
    }
    tool_announce(&o->listeners);
    struct epoll_event events[EVENTS];
    while (!tool_signal) {
        int n = epoll_pwait(epoll, events, EVENTS, -1, &before);
        for (int i = 0; i < n; i++) {
            uint64_t who = events[i].data.u64;
            if (!(who & LISTENER))
                drain((int)who);
            else if (o->udp)
                echo_all(fds[who & 0xffffffff], line, length);
            else
                accept_all(epoll, fds[who & 0xffffffff], line, length);
        }
    }
    return EXIT_DONE;
}
