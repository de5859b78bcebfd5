// The echo server: what comes in goes out. One thread on epoll for any number of connections; --blocking has
// a thread for each, on plain recv and send.
#include "pingecho.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

struct connection {
    int fd;
    bool eof;
    unsigned char *pending; // read and not yet written, because the peer does not read
    size_t from, to;
};

static int spare_fd = -1; // given up for a moment to get rid of a connection that finds no descriptor left
static volatile uint64_t closed_count;

static void remove_stale(const struct endpoint *e)
{
    const char *path = ((const struct sockaddr_un *)&e->address)->sun_path;
    struct stat s;
    if (lstat(path, &s) || !S_ISSOCK(s.st_mode))
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    if (connect(fd, (const struct sockaddr *)&e->address, e->length) && errno == ECONNREFUSED)
        unlink(path);
    close(fd);
}

static int listen_on(struct endpoint *e)
{
    int family = e->address.ss_family;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (family == AF_UNIX)
        remove_stale(e);
    else
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
    if (bind(fd, (const struct sockaddr *)&e->address, e->length) || listen(fd, 4096)) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    e->length = sizeof e->address;
    getsockname(fd, (struct sockaddr *)&e->address, &e->length); // port 0 has become a real one
    describe(e);
    return fd;
}

static int accept_from(int listener, int flags)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | flags);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE) && spare_fd >= 0) {
        close(spare_fd);
        int refused = accept(listener, NULL, NULL);
        if (refused >= 0)
            close(refused);
        spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        fprintf(stderr,
                "pingecho: no descriptor left, a connection was closed; raise the limit on open files\n");
        errno = EAGAIN;
    }
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)); // fails on AF_UNIX, harmlessly
    return fd;
}

static void end_connection(struct connection *c)
{
    close(c->fd);
    free(c->pending);
    free(c);
    closed_count++;
}

static void interest(int epoll, struct connection *c, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
}

// Writes what is pending; returns false when the connection is over.
static bool write_pending(int epoll, struct connection *c)
{
    while (c->from < c->to) {
        ssize_t n = send(c->fd, c->pending + c->from, c->to - c->from, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        c->from += (size_t)n;
    }
    if (c->eof)
        return false;
    interest(epoll, c, EPOLLIN);
    return true;
}

static bool keep_pending(int epoll, struct connection *c, const unsigned char *data, size_t size)
{
    if (!c->pending && !(c->pending = malloc(CHUNK)))
        return false;
    memcpy(c->pending, data, size);
    c->from = 0;
    c->to = size;
    interest(epoll, c, EPOLLOUT); // and no more reading until it is out
    return true;
}

// Level-triggered and one recv a wake-up: the common case is one message, and a second recv would only say
// EAGAIN.
static bool echo(int epoll, struct connection *c, unsigned char *chunk)
{
    if (c->from < c->to)
        return write_pending(epoll, c);
    ssize_t n = recv(c->fd, chunk, CHUNK, 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    ssize_t done = send(c->fd, chunk, (size_t)n, MSG_NOSIGNAL);
    if (done == n)
        return true;
    if (done < 0 && errno != EAGAIN && errno != EINTR)
        return false;
    done = done < 0 ? 0 : done;
    return keep_pending(epoll, c, chunk + done, (size_t)(n - done));
}

static void accept_all(int epoll, int listener)
{
    for (;;) {
        int fd = accept_from(listener, SOCK_NONBLOCK);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0)
            return;
        struct connection *c = calloc(1, sizeof *c);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        if (c)
            c->fd = fd;
        if (!c || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) {
            close(fd);
            free(c);
        }
    }
}

static int serve_epoll(const struct server_options *o, const int *listeners, int signals)
{
    static unsigned char chunk[CHUNK];
    struct epoll_event events[64];
    static int signal_tag;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &signal_tag};
    epoll_ctl(epoll, EPOLL_CTL_ADD, signals, &event);
    for (int i = 0; i < o->listener_count; i++) {
        event.data.ptr = (void *)&listeners[i];
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, listeners[i], &event))
            return EXIT_BROKEN;
    }
    while (!o->connections || closed_count < o->connections) {
        int n = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < n; i++) {
            void *p = events[i].data.ptr;
            if (p == &signal_tag)
                return EXIT_DONE;
            if ((const int *)p >= listeners && (const int *)p < listeners + o->listener_count)
                accept_all(epoll, *(const int *)p);
            else if (!echo(epoll, p, chunk))
                end_connection(p);
        }
    }
    return EXIT_DONE;
}

static void *echo_blocking(void *argument)
{
    int fd = (int)(intptr_t)argument;
    unsigned char *chunk = malloc(CHUNK);
    ssize_t n;
    while (chunk && (n = recv(fd, chunk, CHUNK, 0)) > 0) {
        ssize_t done = 0, sent;
        while (done < n && (sent = send(fd, chunk + done, (size_t)(n - done), MSG_NOSIGNAL)) > 0)
            done += sent;
        if (done < n)
            break;
    }
    free(chunk);
    close(fd);
    __atomic_add_fetch(&closed_count, 1, __ATOMIC_SEQ_CST);
    kill(getpid(), SIGCHLD); // wakes the main thread's poll, which counts
    return NULL;
}

static int serve_blocking(const struct server_options *o, const int *listeners, int signals)
{
    struct pollfd polls[MAX_LISTENERS + 1];
    polls[0] = (struct pollfd){.fd = signals, .events = POLLIN};
    for (int i = 0; i < o->listener_count; i++)
        polls[i + 1] = (struct pollfd){.fd = listeners[i], .events = POLLIN};
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, 128 << 10);
    while (!o->connections || __atomic_load_n(&closed_count, __ATOMIC_SEQ_CST) < o->connections) {
        if (poll(polls, (nfds_t)o->listener_count + 1, -1) <= 0)
            continue;
        struct signalfd_siginfo info;
        if (polls[0].revents && read(signals, &info, sizeof info) == sizeof info && info.ssi_signo != SIGCHLD)
            return EXIT_DONE;
        for (int i = 1; i <= o->listener_count; i++) {
            int fd = polls[i].revents ? accept_from(polls[i].fd, 0) : -1;
            pthread_t thread;
            if (fd >= 0 && pthread_create(&thread, &detached, echo_blocking, (void *)(intptr_t)fd))
                close(fd);
        }
    }
    return EXIT_DONE;
}

int run_server(const struct server_options *given)
{
    static struct server_options o;
    static int listeners[MAX_LISTENERS];
    o = *given;
    struct rlimit files;
    if (!getrlimit(RLIMIT_NOFILE, &files)) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (!o.blocking)
        sigdelset(&set, SIGCHLD);
    int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
    if (!o.blocking)
        mlockall(MCL_CURRENT | MCL_FUTURE);
    spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (int i = 0; i < o.listener_count; i++) {
        if ((listeners[i] = listen_on(&o.listeners[i])) < 0) {
            fprintf(stderr, "pingecho: cannot listen on %s: %s (%s)\n", o.listeners[i].text,
                    strerrorname_np(errno), strerror(errno));
            return EXIT_BROKEN;
        }
    }
    printf("listening");
    for (int i = 0; i < o.listener_count; i++)
        printf(" %s", o.listeners[i].text);
    printf("\n");
    fflush(stdout);
    int code = o.blocking ? serve_blocking(&o, listeners, signals) : serve_epoll(&o, listeners, signals);
    for (int i = 0; i < o.listener_count; i++)
        if (o.listeners[i].address.ss_family == AF_UNIX)
            unlink(((const struct sockaddr_un *)&o.listeners[i].address)->sun_path);
    return code;
}
