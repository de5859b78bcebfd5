// Kernel memory held by connections whose readers sleep.
//
// No socket option and no line of ss or sockstat tells it all: the buffers of redirected messages are charged
// to the reader as memory that it has reserved, their descriptions (struct sk_msg) to nobody, and plain TCP
// counts "truesize", an estimate. So this counts physical pages: all that is neither free nor on the lists of
// pages that belong to processes and files, nor page tables, kernel stacks or vmalloc. That is the kernel's
// own dynamic memory, of the whole machine: many connections at once lift theirs above what else goes on.
#include "gate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PRELUDE = 3, QUIET_ROUNDS = 3, READINGS = 9 };

// Pages that each CPU keeps for itself are free, too, though MemFree leaves them out: hundreds of MiB at
// times.
static long long kept_by_cpus_kib(void)
{
    FILE *file = fopen("/proc/zoneinfo", "re");
    char line[256];
    long long pages = 0, count;
    if (!file)
        cannot_run("/proc/zoneinfo: %s", strerror(errno));
    while (fgets(line, sizeof line, file))
        if (sscanf(line, " count: %lld", &count) == 1)
            pages += count;
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int64_t meminfo_kernel_bytes(void)
{
    static const char *const NOT_KERNEL[] = {"MemFree:",    "Active:",      "Inactive:",    "Unevictable:",
                                             "PageTables:", "KernelStack:", "VmallocUsed:", NULL};
    FILE *file = fopen("/proc/meminfo", "re");
    char name[64];
    long long kib, result = -kept_by_cpus_kib();
    if (!file)
        cannot_run("/proc/meminfo: %s", strerror(errno));
    while (fscanf(file, "%63s %lld%*[^\n]", name, &kib) == 2) {
        if (!strcmp(name, "MemTotal:"))
            result += kib;
        for (const char *const *other = NOT_KERNEL; *other; other++)
            if (!strcmp(name, *other))
                result -= kib;
    }
    fclose(file);
    return result * 1024;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// The median of several readings: what others take and give back meanwhile is not ours.
static int64_t kernel_bytes(void)
{
    int64_t readings[READINGS];
    for (int i = 0; i < READINGS; i++) {
        readings[i] = meminfo_kernel_bytes();
        pause_ms(10);
    }
    qsort(readings, READINGS, sizeof *readings, compare);
    return readings[READINGS / 2];
}

// What the kernel charges to TCP sockets, of the whole machine.
static int64_t charged_bytes(void)
{
    FILE *file = fopen("/proc/net/sockstat", "re");
    char line[256];
    long long pages = -1;
    if (!file)
        cannot_run("/proc/net/sockstat: %s", strerror(errno));
    while (fgets(line, sizeof line, file)) {
        const char *mem = strstr(line, " mem ");
        if (!strncmp(line, "TCP:", 4) && mem)
            pages = strtoll(mem + 5, NULL, 10);
    }
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static void exchange(struct gate *g, int fd)
{
    unsigned char message[24] = {0};
    const char *end;
    for (int i = 0; i < 2 * PRELUDE; i++) {
        if (g->connecting == (i % 2 == 0)) {
            int error = send_all(g, fd, message, sizeof message);
            if (error)
                give_up(g, "prelude: send: %s", errno_name(error));
        } else if (receive_all(g, fd, message, sizeof message, &end) < sizeof message) {
            give_up(g, "prelude: recv: %s", end);
        }
    }
}

static int *connections(struct gate *g, uint64_t count)
{
    int *fds = calloc(count, sizeof *fds);
    if (!fds || !count)
        cannot_run("no memory, or --count 0");
    raise_file_limit();
    for (uint64_t i = 0; i < count; i++) {
        fds[i] = connection(g);
        exchange(g, fds[i]);
    }
    return fds;
}

// As much as goes in at once, at most so many bytes; a message is never cut.
static uint64_t fill(struct gate *g, int fd, const unsigned char *data, size_t size, uint64_t most)
{
    uint64_t sent = 0;
    while (sent + size <= most) {
        ssize_t n = send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN)
            break;
        if (n < 0 && errno != EINTR)
            give_up(g, "send: %s", errno_name(errno));
        sent += n > 0 ? (uint64_t)n : 0;
    }
    return sent;
}

void sleeping_readers_a(struct gate *g, int fd)
{
    (void)fd;
    uint64_t count = number(g, "count", 64), most = number(g, "bytes", 64 << 20), sum = 0;
    size_t size = (size_t)number(g, "size", 65536);
    uint64_t *sent = calloc(count, sizeof *sent);
    unsigned char *data = malloc(size);
    if (!sent || !data)
        cannot_run("no memory");
    memset(data, 's', size);
    int *fds = connections(g, count);
    pause_ms(200);
    int64_t memory = kernel_bytes(), charged = charged_bytes();
    step(g, "pushing to sleeping readers");
    for (int quiet = 0; quiet < QUIET_ROUNDS; quiet++) {
        for (uint64_t i = 0; i < count; i++) {
            uint64_t more = fill(g, fds[i], data, size, most - sent[i]);
            sent[i] += more;
            sum += more;
            if (more)
                quiet = 0;
        }
        pause_ms(100);
    }
    timing(g, "pushed_bytes_per_connection", (double)(sum / count));
    timing(g, "kernel_bytes_per_connection", (double)(kernel_bytes() - memory) / (double)count);
    timing(g, "charged_bytes_per_connection", (double)(charged_bytes() - charged) / (double)count);
    barrier(g);
    for (uint64_t i = 0; i < count; i++)
        shutdown(fds[i], SHUT_WR);
    uint64_t received = trade(g, sum);
    check(g, "all_received", "yes", "%s", received == sum ? "yes" : "no");
}

void sleeping_readers_b(struct gate *g, int fd)
{
    (void)fd;
    uint64_t count = number(g, "count", 64), received = 0, ended = 0, wrong = 0;
    unsigned char *data = malloc(BUFFER);
    if (!data)
        cannot_run("no memory");
    int *fds = connections(g, count);
    step(g, "sleeping");
    barrier(g); // the other side has measured
    step(g, "receiving");
    for (uint64_t i = 0; i < count; i++) {
        ssize_t n;
        while ((n = receive(g, fds[i], data, BUFFER, 0)) > 0) {
            received += (uint64_t)n;
            for (ssize_t at = 0; at < n; at++)
                wrong += data[at] != 's';
        }
        ended += n == 0;
    }
    check_number(g, "ended", count, ended);
    check_number(g, "wrong_bytes", 0, wrong);
    trade(g, received);
}
