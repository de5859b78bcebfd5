#include "gate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

bool parse_address(const char *text, struct address *address)
{
    char host[TEXT];
    const char *colon = strrchr(text, ':');
    const char *from = text, *to = colon;
    if (!colon || !colon[1])
        return false;
    bool bracketed = *text == '[' && colon > text && colon[-1] == ']';
    if (bracketed) {
        from++;
        to--;
    } else if (memchr(text, ':', (size_t)(colon - text))) {
        return false;
    }
    if (to <= from || (size_t)(to - from) >= sizeof host)
        return false;
    memcpy(host, from, (size_t)(to - from));
    host[to - from] = 0;
    struct addrinfo *found, hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                     .ai_family = bracketed ? AF_INET6 : AF_INET,
                                     .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(host, colon + 1, &hints, &found))
        return false;
    memset(address, 0, sizeof *address);
    memcpy(&address->storage, found->ai_addr, found->ai_addrlen);
    address->length = found->ai_addrlen;
    freeaddrinfo(found);
    describe(address);
    return true;
}

bool parse_control(const char *text, struct address *address)
{
    if (strncmp(text, "unix:", 5))
        return parse_address(text, address);
    struct sockaddr_un *un = (struct sockaddr_un *)&address->storage;
    if (!text[5] || strlen(text + 5) >= sizeof un->sun_path)
        return false;
    memset(address, 0, sizeof *address);
    un->sun_family = AF_UNIX;
    strcpy(un->sun_path, text + 5);
    address->length = sizeof *un;
    describe(address);
    return true;
}

void describe(struct address *address)
{
    char host[INET6_ADDRSTRLEN];
    const struct sockaddr_in *in = (const struct sockaddr_in *)&address->storage;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address->storage;
    if (address->storage.ss_family == AF_INET)
        snprintf(address->text, TEXT, "%s:%u", inet_ntop(AF_INET, &in->sin_addr, host, sizeof host),
                 ntohs(in->sin_port));
    else if (address->storage.ss_family == AF_INET6)
        snprintf(address->text, TEXT, "[%s]:%u", inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof host),
                 ntohs(in6->sin6_port));
    else
        snprintf(address->text, TEXT, "unix:%s", ((const struct sockaddr_un *)&address->storage)->sun_path);
}

int listen_at(struct address *address, bool transparent)
{
    int family = address->storage.ss_family;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); // several processes may accept
    if (fd < 0)
        return -1;
    if (family == AF_UNIX)
        unlink(((struct sockaddr_un *)&address->storage)->sun_path);
    else
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
    // Where a TPROXY rule hands connections over, they are addressed to somebody else.
    bool refused =
        transparent &&
        (family == AF_INET6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, &(int){1}, sizeof(int))
                            : setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT, &(int){1}, sizeof(int)));
    if (refused || bind(fd, (struct sockaddr *)&address->storage, address->length) || listen(fd, 4096)) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    address->length = sizeof address->storage;
    getsockname(fd, (struct sockaddr *)&address->storage, &address->length);
    describe(address);
    return fd;
}

static void prepare(int fd)
{
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

static int new_socket(struct gate *g, bool nonblocking, unsigned port_offset)
{
    int fd = socket(g->remote.storage.ss_family,
                    SOCK_STREAM | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0), 0);
    if (fd < 0)
        return -1;
    prepare(fd);
    if (!g->bind.length)
        return fd;
    struct sockaddr_storage from = g->bind.storage;
    // The port is at the same place for both families.
    in_port_t *port = &((struct sockaddr_in *)&from)->sin_port;
    if (*port)
        *port = htons((uint16_t)(ntohs(*port) + port_offset));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (!*port)
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&from, g->bind.length)) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

// A port that connect() chooses may be shared with a TIME_WAIT to another server, and bind() then refuses it.
// One that bind() chose, and that a socket holds meanwhile, is shared with nobody.
int keep_port(struct gate *g)
{
    int fd = socket(g->remote.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!g->bind.length) {
        g->bind.storage.ss_family = g->remote.storage.ss_family;
        g->bind.length = g->remote.length;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&g->bind.storage, g->bind.length) ||
        getsockname(fd, (struct sockaddr *)&g->bind.storage, &g->bind.length))
        give_up(g, "no port to connect from: %s", errno_name(errno));
    return fd;
}

int begin_dial(struct gate *g, unsigned port_offset)
{
    int fd = new_socket(g, true, port_offset);
    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&g->remote.storage, g->remote.length) && errno != EINPROGRESS) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

int dial_from(struct gate *g, bool nonblocking, unsigned port_offset)
{
    step(g, "connecting to %s", g->remote.text);
    int error = 0;
    int fd = nonblocking ? begin_dial(g, port_offset) : new_socket(g, false, port_offset);
    if (fd < 0)
        give_up(g, "cannot connect to %s: %s", g->remote.text, errno_name(errno));
    if (nonblocking) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        while (poll(&p, 1, -1) < 0 && errno == EINTR)
            ;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
    } else if (connect(fd, (struct sockaddr *)&g->remote.storage, g->remote.length)) {
        error = errno;
    }
    if (error)
        give_up(g, "cannot connect to %s: %s", g->remote.text, errno_name(error));
    return fd;
}

int dial(struct gate *g, bool nonblocking)
{
    return dial_from(g, nonblocking, 0);
}

int take(struct gate *g, bool nonblocking)
{
    struct pollfd polls[MAX_LISTENERS];
    step(g, "waiting for a connection");
    for (int i = 0; i < g->listener_count; i++)
        polls[i] = (struct pollfd){.fd = g->listeners[i], .events = POLLIN};
    for (;;) {
        if (poll(polls, (nfds_t)g->listener_count, -1) < 0 && errno != EINTR)
            give_up(g, "poll: %s", errno_name(errno));
        for (int i = 0; i < g->listener_count; i++) {
            if (!polls[i].revents)
                continue;
            int fd = accept4(g->listeners[i], NULL, NULL, SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0));
            if (fd >= 0) {
                prepare(fd);
                return fd;
            }
            if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
                give_up(g, "accept: %s", errno_name(errno));
        }
    }
}

int connection(struct gate *g)
{
    return g->connecting ? dial(g, g->nonblocking) : take(g, g->nonblocking);
}

void raise_file_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files))
        return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

static cpu_set_t all_cpus;

void keep_to_one_cpu(void)
{
    cpu_set_t one;
    int cpu = sched_getcpu();
    if (cpu < 0 || sched_getaffinity(0, sizeof all_cpus, &all_cpus))
        return;
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
}

void use_all_cpus(void)
{
    if (CPU_COUNT(&all_cpus))
        sched_setaffinity(0, sizeof all_cpus, &all_cpus);
}

void pause_ms(unsigned ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    while (nanosleep(&t, &t) && errno == EINTR)
        ;
}

uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

const char *errno_name(int error)
{
    const char *name = error ? strerrorname_np(error) : "ok";
    return name ? name : "unknown error";
}

ssize_t receive(struct gate *g, int fd, void *data, size_t size, int flags)
{
    for (;;) {
        ssize_t n = recv(fd, data, size, flags);
        if (n >= 0)
            return n;
        if (errno == EINTR)
            continue;
        // On a blocking socket EAGAIN is an observation, not something to wait for.
        if (errno != EAGAIN || !g->nonblocking)
            return -errno;
        struct pollfd p = {.fd = fd, .events = POLLIN};
        poll(&p, 1, -1);
    }
}

size_t receive_all(struct gate *g, int fd, void *data, size_t size, const char **end)
{
    size_t got = 0;
    *end = "";
    while (got < size) {
        ssize_t n = receive(g, fd, (char *)data + got, size - got, 0);
        if (n <= 0) {
            *end = n ? errno_name((int)-n) : "EOF";
            break;
        }
        got += (size_t)n;
    }
    return got;
}

int send_all(struct gate *g, int fd, const void *data, size_t size)
{
    size_t sent = 0;
    while (sent < size) {
        ssize_t n = send(fd, (const char *)data + sent, size - sent, MSG_NOSIGNAL);
        if (n >= 0) {
            sent += (size_t)n;
        } else if (errno == EAGAIN && g->nonblocking) {
            struct pollfd p = {.fd = fd, .events = POLLOUT};
            poll(&p, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

const char *outcome(ssize_t result)
{
    static _Thread_local char texts[8][24];
    static _Thread_local unsigned next;
    if (result == 0)
        return "EOF";
    if (result < 0)
        return errno_name((int)-result);
    char *text = texts[next++ % 8];
    snprintf(text, sizeof texts[0], "%zd", result);
    return text;
}

const char *poll_text(int fd, int events, int timeout_ms)
{
    static _Thread_local char text[64];
    struct pollfd p = {.fd = fd, .events = (short)events};
    int n = poll(&p, 1, timeout_ms);
    if (n <= 0)
        return n ? errno_name(errno) : "none";
    snprintf(text, sizeof text, "%s%s%s%s%s", p.revents & POLLIN ? "IN " : "",
             p.revents & POLLPRI ? "PRI " : "", p.revents & POLLOUT ? "OUT " : "",
             p.revents & POLLERR ? "ERR " : "", p.revents & POLLHUP ? "HUP " : "");
    if (*text)
        text[strlen(text) - 1] = 0;
    return text;
}

bool await_readable(struct gate *g, int fd, size_t bytes)
{
    step(g, "waiting until %zu bytes are queued", bytes);
    for (int tries = 0; tries < 200; tries++) {
        int queued = 0;
        if (!ioctl(fd, FIONREAD, &queued) && (size_t)queued >= bytes)
            return true;
        pause_ms(10);
    }
    return false;
}

void linger_reset(int fd)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(fd);
}
