#include "tool.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

enum { LINE_BYTES = 256, BUFFER_BYTES = 1 << 20 };

static const uint64_t FLUSH_EVERY_NS = NS_PER_S / 2;

volatile sig_atomic_t tool_signal;

static char buffer[BUFFER_BYTES];
static size_t used;
static uint64_t flushed_at;

int tool_usage(const char *option, const char *value, const char *remedy)
{
    fprintf(stderr, "%s: %s%s%s: %s\n", tool_name, option, value ? " " : "", value ? value : "", remedy);
    return EXIT_USAGE;
}

int tool_bad_option(const char *name, const char *value, const char *remedy)
{
    char option[32];
    snprintf(option, sizeof option, "--%s", name);
    return tool_usage(option, value, remedy);
}

bool tool_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9')
        return false;
    *value = strtoull(text, &end, 10);
    return !errno && !*end && *value >= min && *value <= max;
}

bool tool_time(const char *text, double unit_ns, uint64_t *ns)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    double value = strtod(text, &end) * unit_ns;
    if (*end || !(value >= 0 && value <= 1e16))
        return false;
    *ns = (uint64_t)(value + 0.5);
    return true;
}

bool tool_add(struct endpoints *list, const char *text)
{
    if (list->count == MAX_ENDPOINTS)
        return false;
    if (!(list->count & (list->count - 1))) { // 0, 1, 2, 4 ...: full
        size_t room = list->count ? 2 * list->count : 1;
        struct endpoint *more = realloc(list->all, room * sizeof *more);
        if (!more)
            return false;
        list->all = more;
    }
    if (!parse_inet(text, &list->all[list->count]))
        return false;
    list->count++;
    return true;
}

bool tool_read(struct endpoints *list, const char *path)
{
    bool standard = !strcmp(path, "-");
    FILE *in = standard ? stdin : fopen(path, "re");
    if (!in) {
        fprintf(stderr, "%s: %s: %s (%s)\n", tool_name, path, strerrorname_np(errno), strerror(errno));
        return false;
    }
    char line[LINE_BYTES];
    bool good = true;
    for (size_t number = 1; good && fgets(line, sizeof line, in); number++) {
        line[strcspn(line, "\r\n")] = 0;
        if (*line && !tool_add(list, line)) {
            fprintf(stderr, "%s: %s, line %zu: not ADDR:PORT or [ADDR6]:PORT with a numeric address\n",
                    tool_name, standard ? "standard input" : path, number);
            good = false;
        }
    }
    if (!standard)
        fclose(in);
    return good;
}

static void on_signal(int signal)
{
    if (signal != SIGALRM)
        tool_signal = signal;
}

void tool_signals(uint64_t tick_ns)
{
    // No SA_RESTART: a blocking call must come back to look at the time.
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    struct timeval tick = {.tv_sec = (time_t)(tick_ns / NS_PER_S),
                           .tv_usec = (suseconds_t)(tick_ns % NS_PER_S / 1000)};
    struct itimerval timer = {.it_interval = tick, .it_value = tick};
    setitimer(ITIMER_REAL, &timer, NULL);
}

void tool_steady(void)
{
    prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
    mlockall(MCL_CURRENT | MCL_FUTURE);
}

void tool_files(void)
{
    struct rlimit files;
    if (!getrlimit(RLIMIT_NOFILE, &files)) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

void tool_sleep_until(uint64_t when)
{
    struct timespec t = to_timespec(when);
    while (!tool_signal && when > now_ns())
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

int tool_wait_connected(int fd, uint64_t deadline)
{
    for (;;) {
        uint64_t now = now_ns();
        if (now >= deadline)
            return ETIMEDOUT;
        if (tool_signal)
            return EINTR;
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        if (poll(&p, 1, (int)((deadline - now) / NS_PER_MS) + 1) <= 0)
            continue;
        int error = 0;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
        return error;
    }
}

void tool_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(buffer + used, BUFFER_BYTES - used, format, arguments);
    va_end(arguments);
    if (n > 0)
        used += (size_t)n < BUFFER_BYTES - used ? (size_t)n : BUFFER_BYTES - used - 1;
}

bool tool_flush(void)
{
    size_t done = 0;
    while (done < used) {
        ssize_t n = write(STDOUT_FILENO, buffer + done, used - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        done += (size_t)n;
    }
    used = 0;
    return true;
}

bool tool_flush_if_due(uint64_t now)
{
    if (now - flushed_at < FLUSH_EVERY_NS && used < BUFFER_BYTES / 2)
        return true;
    flushed_at = now;
    return tool_flush();
}

int tool_listen(struct endpoint *e, int type)
{
    int family = e->address.ss_family;
    int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (type == SOCK_STREAM)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
    if (bind(fd, (const struct sockaddr *)&e->address, e->length) ||
        (type == SOCK_STREAM && listen(fd, 4096))) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    e->length = sizeof e->address;
    getsockname(fd, (struct sockaddr *)&e->address, &e->length);
    describe(e);
    return fd;
}

int *tool_listen_all(struct endpoints *list, int type)
{
    int *fds = calloc(list->count, sizeof *fds);
    for (size_t i = 0; fds && i < list->count; i++) {
        fds[i] = tool_listen(&list->all[i], type);
        if (fds[i] < 0) {
            fprintf(stderr, "%s: cannot listen on %s: %s (%s)\n", tool_name, list->all[i].text,
                    strerrorname_np(errno), strerror(errno));
            return NULL;
        }
    }
    return fds;
}

void tool_announce(const struct endpoints *list)
{
    printf("listening");
    for (size_t i = 0; i < list->count; i++)
        printf(" %s", list->all[i].text);
    printf("\n");
    fflush(stdout);
}
