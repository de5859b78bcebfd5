// Identity: many concurrent connections whose two ends know each other by random numbers and never see anyone
// else's.
//
// Each end draws 128 random bits for each connection. The first exchange makes them known to the other end;
// from then on every message carries both and its round, so a message that reaches a stranger is recognised
// whatever the addresses are. All connections are open, and one message of each is under way, at the same
// time.
#include "gate.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint64_t MAGIC = 0x73686f7274706174ULL;

struct message {
    uint64_t magic, round;
    uint64_t own[2], peer[2]; // of the sender; peer is 0 in the client's first message
};
_Static_assert(sizeof(struct message) == 48, "the message has no padding");

struct end {
    int fd;
    uint32_t index;
    uint64_t own[2], peer[2], round;
    size_t got;
    union {
        struct message message;
        unsigned char bytes[sizeof(struct message)];
    } in;
};

// Shared by a side's worker processes.
struct shared {
    uint64_t opened, verified, crossed, failed, ended, stop;
    char problem[TEXT];
};

struct worker {
    struct gate *g;
    struct shared *shared;
    uint64_t first, count, total, rounds, parallel, pause;
    struct end *ends;
    int epoll;
};

#define ADD(field) __atomic_add_fetch(&(field), 1, __ATOMIC_SEQ_CST)
#define GET(field) __atomic_load_n(&(field), __ATOMIC_SEQ_CST)

static void problem(struct worker *w, uint64_t *counter, const char *what, uint32_t index)
{
    if (ADD(*counter) == 1 && !*w->shared->problem)
        snprintf(w->shared->problem, TEXT, "%s on connection %u", what, index);
    __atomic_store_n(&w->shared->stop, 1, __ATOMIC_SEQ_CST);
}

static void draw_identity(struct end *e)
{
    if (getrandom(e->own, sizeof e->own, 0) != (ssize_t)sizeof e->own)
        _exit(EXIT_CANNOT_RUN);
}

static bool send_message(struct worker *w, struct end *e)
{
    struct message m = {.magic = MAGIC, .round = e->round};
    memcpy(m.own, e->own, sizeof m.own);
    memcpy(m.peer, e->peer, sizeof m.peer);
    // One message is under way at most, so it always fits.
    if (send(e->fd, &m, sizeof m, MSG_NOSIGNAL) == (ssize_t)sizeof m)
        return true;
    problem(w, &w->shared->failed, errno_name(errno), e->index);
    return false;
}

// Reads; true when a whole message is there. At the end of file or an error `over` is set.
static bool read_message(struct worker *w, struct end *e, bool *over)
{
    ssize_t n = recv(e->fd, e->in.bytes + e->got, sizeof e->in - e->got, 0);
    *over = n == 0 || (n < 0 && errno != EAGAIN);
    if (*over && (n < 0 || w->g->connecting)) // the client is the one who closes
        problem(w, &w->shared->failed, n ? errno_name(errno) : "end of file", e->index);
    if (n > 0)
        e->got += (size_t)n;
    if (e->got < sizeof e->in)
        return false;
    e->got = 0;
    return true;
}

static bool is_from_partner(struct worker *w, struct end *e)
{
    const struct message *m = &e->in.message;
    if (m->magic == MAGIC && m->round == e->round && !memcmp(m->own, e->peer, sizeof m->own) &&
        !memcmp(m->peer, e->own, sizeof m->peer))
        return true;
    problem(w, &w->shared->crossed, "a stranger's message", e->index);
    return false;
}

// ---- the client's side ----

static void open_next(struct worker *w, uint64_t i)
{
    struct end *e = &w->ends[i];
    e->index = (uint32_t)(w->first + i);
    draw_identity(e);
    e->fd = begin_dial(w->g, e->index);
    if (e->fd < 0) {
        problem(w, &w->shared->failed, errno_name(errno), e->index);
        return;
    }
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = e};
    epoll_ctl(w->epoll, EPOLL_CTL_ADD, e->fd, &event);
}

static void greet(struct worker *w, struct end *e)
{
    int error = 0;
    getsockopt(e->fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
    if (error) {
        problem(w, &w->shared->failed, errno_name(error), e->index);
        return;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = e};
    epoll_ctl(w->epoll, EPOLL_CTL_MOD, e->fd, &event);
    send_message(w, e);
}

// The answer to the greeting tells the partner's number.
static void learn_partner(struct worker *w, struct end *e)
{
    memcpy(e->peer, e->in.message.own, sizeof e->peer);
    if (is_from_partner(w, e))
        ADD(w->shared->opened);
}

static void open_all(struct worker *w)
{
    uint64_t started = 0, known = 0;
    struct epoll_event events[64];
    while (known < w->count && !GET(w->shared->stop)) {
        while (started < w->count && started - known < w->parallel)
            open_next(w, started++);
        int n = epoll_wait(w->epoll, events, 64, 100);
        for (int i = 0; i < n; i++) {
            struct end *e = events[i].data.ptr;
            bool over = false;
            if (events[i].events & EPOLLOUT) {
                greet(w, e);
            } else if (read_message(w, e, &over)) {
                learn_partner(w, e);
                known++;
            }
        }
    }
}

static void one_round(struct worker *w, uint64_t round, uint64_t *random)
{
    uint64_t due = w->count, at = random_next(random) % w->count;
    struct epoll_event events[64];
    for (uint64_t i = 0; i < w->count; i++) { // from a random one on, so that partners meet in another order
        struct end *e = &w->ends[(at + i) % w->count];
        e->round = round;
        if (!send_message(w, e))
            return;
    }
    while (due && !GET(w->shared->stop)) {
        int n = epoll_wait(w->epoll, events, 64, 100);
        for (int i = 0; i < n; i++) {
            struct end *e = events[i].data.ptr;
            bool over = false;
            if (read_message(w, e, &over)) {
                if (is_from_partner(w, e))
                    ADD(w->shared->verified);
                due--;
            }
        }
    }
}

static void client_worker(struct worker *w)
{
    uint64_t random = number(w->g, "seed", 1) + w->first;
    keep_to_one_cpu();
    open_all(w);
    use_all_cpus();
    while (GET(w->shared->opened) < w->total && !GET(w->shared->stop))
        pause_ms(2); // all connections of all workers are open before the first round
    for (uint64_t round = 1; round <= w->rounds && !GET(w->shared->stop); round++) {
        if (w->pause)
            pause_ms(w->pause);
        one_round(w, round, &random);
    }
    for (uint64_t i = 0; i < w->count; i++)
        if (w->ends[i].fd > 0)
            close(w->ends[i].fd);
}

// ---- the server's side ----

static void accept_some(struct worker *w, int listener, uint64_t *accepted)
{
    while (*accepted < w->count) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            return;
        struct end *e = &w->ends[*accepted];
        e->index = (uint32_t)(w->first + (*accepted)++);
        e->fd = fd;
        draw_identity(e);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = e};
        epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event);
    }
    epoll_ctl(w->epoll, EPOLL_CTL_DEL, listener, NULL); // the other workers take the rest
}

static void answer(struct worker *w, struct end *e)
{
    const struct message *m = &e->in.message;
    static const uint64_t nobody[2];
    if (!m->round && m->magic == MAGIC && !memcmp(m->peer, nobody, sizeof nobody) &&
        !memcmp(e->peer, nobody, sizeof nobody)) {
        memcpy(e->peer, m->own, sizeof e->peer);
        ADD(w->shared->opened);
    } else {
        e->round++;
        if (!is_from_partner(w, e))
            return;
        ADD(w->shared->verified);
    }
    send_message(w, e);
}

static void server_worker(struct worker *w)
{
    uint64_t accepted = 0;
    for (int i = 0; i < w->g->listener_count; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = &w->g->listeners[i]};
        epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->g->listeners[i], &event);
    }
    struct epoll_event events[64];
    while (GET(w->shared->ended) < w->total && !GET(w->shared->stop)) {
        int n = epoll_wait(w->epoll, events, 64, 100);
        for (int i = 0; i < n; i++) {
            int *listener = events[i].data.ptr;
            if (listener >= w->g->listeners && listener < w->g->listeners + w->g->listener_count) {
                accept_some(w, *listener, &accepted);
                continue;
            }
            struct end *e = events[i].data.ptr;
            bool over = false;
            if (read_message(w, e, &over))
                answer(w, e);
            if (over) {
                if (e->got)
                    problem(w, &w->shared->failed, "half a message", e->index);
                close(e->fd);
                ADD(w->shared->ended);
            }
        }
    }
}

// ---- both ----

static uint64_t process_count(struct gate *g, uint64_t total)
{
    struct rlimit files = {.rlim_cur = 1024};
    raise_file_limit();
    getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 256)
        cannot_run("only %llu open files are allowed; raise the limit to at least 256",
                   (unsigned long long)files.rlim_cur);
    uint64_t room = files.rlim_cur - 128, needed = (total + room - 1) / room;
    uint64_t wanted = number(g, "processes", needed);
    return wanted < needed ? needed : wanted;
}

static void run_worker(struct worker *w, void (*work)(struct worker *))
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    w->ends = calloc(w->count, sizeof *w->ends);
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!w->ends || w->epoll < 0)
        _exit(EXIT_CANNOT_RUN);
    work(w);
    _exit(EXIT_OK);
}

static void identity(struct gate *g, void (*work)(struct worker *))
{
    uint64_t total = number(g, "count", 10000), processes = process_count(g, total);
    uint64_t each = (total + processes - 1) / processes, start = now_ns(), left = 0;
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || !total)
        cannot_run("identity: no memory, or --count 0");
    struct worker w = {.g = g, .shared = shared, .total = total};
    w.rounds = number(g, "rounds", 5);
    w.parallel = number(g, "parallel", 256);
    w.pause = number(g, "sleep-ms", 0);
    for (uint64_t first = 0; first < total; first += each) {
        w.first = first;
        w.count = total - first < each ? total - first : each;
        pid_t child = fork();
        if (!child)
            run_worker(&w, work);
        if (child < 0)
            give_up(g, "fork: %s", errno_name(errno));
        left++;
    }
    uint64_t all_open = 0;
    while (left) {
        int status;
        pid_t done = waitpid(-1, &status, WNOHANG);
        if (done > 0) {
            left--;
            if (!WIFEXITED(status) || WEXITSTATUS(status))
                give_up(g, "a worker process ended early (status %d)", status);
            continue;
        }
        if (!all_open && GET(shared->opened) >= total)
            all_open = now_ns();
        step(g, "%llu connections open, %llu messages verified, %llu ended",
             (unsigned long long)GET(shared->opened), (unsigned long long)GET(shared->verified),
             (unsigned long long)GET(shared->ended));
        pause_ms(2);
    }
    check_own_number(g, "connections", total, shared->opened);
    check_own_number(g, "verified", total * w.rounds, shared->verified);
    check_own_number(g, "crossed", 0, shared->crossed);
    check_own_number(g, "failed", 0, shared->failed);
    check_own(g, "problem", "none", *shared->problem ? shared->problem : "none");
    timing(g, g->connecting ? "client.processes" : "server.processes", (double)processes);
    if (g->connecting && all_open) {
        timing(g, "open_ms", (double)((all_open - start) / 1000000));
        timing(g, "rounds_ms", (double)((now_ns() - all_open) / 1000000));
    }
}

void identity_a(struct gate *g, int fd)
{
    (void)fd;
    identity(g, client_worker);
}

void identity_b(struct gate *g, int fd)
{
    (void)fd;
    identity(g, server_worker);
}
