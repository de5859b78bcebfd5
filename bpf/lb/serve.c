// SPDX-License-Identifier: GPL-2.0
/* Commands from standard input or from one client at a time of a Unix socket, each answered with a line. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "lb.h"

#define MAX_COMMAND  64 /* bytes of a command's own line */
#define MAX_LINES    16777216
#define MAX_BUFFERED (1UL << 30) /* bytes of a request */

/* What came and is not yet dealt with. */
struct input {
    char *bytes;
    size_t size, room;
    size_t scanned, body; /* newlines before `scanned` are counted; where a request's lines start */
    uint32_t wanted, seen;
    bool full;
};

enum progress { MORE, QUIT, BROKEN };

uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void write_failure(FILE *out, uint32_t line, const char *error)
{
    fprintf(out, "{\"ok\":false,\"line\":%u,\"error\":", line);
    write_json_string(out, error);
    fprintf(out, "}\n");
}

static void apply(struct input *input, FILE *out, struct table *table)
{
    struct request request = {.full = input->full,
                              .text = input->bytes + input->body,
                              .size = input->scanned - input->body,
                              .lines = input->wanted};
    uint64_t start = now_ns();
    struct outcome outcome;

    if (table_apply(table, &request, &outcome))
        fprintf(
            out,
            "{\"ok\":true,\"services\":%u,\"put\":%u,\"gone\":%u,\"udp_flows_forgotten\":%u,\"ns\":%llu}\n",
            table_services(table), outcome.changed, outcome.removed, outcome.flows_forgotten,
            (unsigned long long)(now_ns() - start));
    else
        write_failure(out, outcome.line, outcome.error);
}

static void consume(struct input *input, size_t size)
{
    input->size -= size;
    memmove(input->bytes, input->bytes + size, input->size);
    input->scanned = input->body = 0;
    input->wanted = input->seen = 0;
}

/* The command in the first line: false if it waits for lines that have not come. */
static bool command(struct input *input, char *line, FILE *out, struct programs *programs,
                    struct table *table, enum progress *progress)
{
    const char *number = NULL;
    char *end;

    if (!strcmp(line, "quit")) {
        fprintf(out, "{\"ok\":true}\n");
        *progress = QUIT;
    } else if (!strcmp(line, "status")) {
        write_status(out, programs, table);
    } else if (!strcmp(line, "dump")) {
        write_dump(out, programs);
    } else if (!strcmp(line, "forget")) {
        fprintf(out, "{\"ok\":true,\"flows_forgotten\":%u}\n", force_forget_all(programs));
    } else if (!strncmp(line, "load ", 5)) {
        number = line + 5;
    } else if (!strncmp(line, "update ", 7)) {
        number = line + 7;
    } else {
        write_failure(out, 0, "must be load LINES, update LINES, status, dump, forget or quit");
    }
    if (!number)
        return true;
    errno = 0;
    input->wanted = strtoul(number, &end, 10);
    if (*number < '0' || *number > '9' || *end || input->wanted > MAX_LINES) {
        write_failure(out, 0, "the number of lines that follow must be 0 to 16777216");
        input->wanted = 0;
        return true;
    }
    input->full = *line == 'l';
    if (input->wanted)
        return false;
    input->body = input->scanned;
    apply(input, out, table);
    return true;
}

/* Deals with all that is complete. */
static enum progress digest(struct input *input, FILE *out, struct programs *programs, struct table *table)
{
    enum progress progress = MORE;
    char line[MAX_COMMAND];

    while (progress == MORE) {
        char *newline = memchr(input->bytes + input->scanned, '\n', input->size - input->scanned);
        size_t end;

        if (!newline) {
            input->scanned = input->size;
            if (input->wanted ? input->size > MAX_BUFFERED : input->size >= MAX_COMMAND)
                return BROKEN;
            break;
        }
        end = newline + 1 - input->bytes;
        input->scanned = end;
        if (input->wanted) {
            if (++input->seen < input->wanted)
                continue;
            apply(input, out, table);
        } else {
            if (end > sizeof(line))
                return BROKEN;
            memcpy(line, input->bytes, end - 1);
            line[end - 1] = 0;
            if (!command(input, line, out, programs, table, &progress)) {
                input->body = end;
                continue;
            }
        }
        consume(input, end);
        if (fflush(out))
            return BROKEN;
    }
    return progress;
}

/* Reads once; 0 at the end, -1 when it broke. */
static ssize_t receive(int from, struct input *input)
{
    ssize_t got;

    if (input->room - input->size < 65536) {
        input->room = input->room ? input->room * 2 : 1 << 20;
        input->bytes = realloc(input->bytes, input->room);
        if (!input->bytes)
            abort();
    }
    got = read(from, input->bytes + input->size, input->room - input->size);
    if (got > 0)
        input->size += got;
    return got;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener;

    if (strlen(path) >= sizeof(address.sun_path)) {
        complain("--socket %s: longer than %zu characters", path, sizeof(address.sun_path) - 1);
        return -1;
    }
    strcpy(address.sun_path, path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (void *)&address, sizeof(address)) || listen(listener, 4)) {
        complain("--socket %s: %s", path, strerror(errno));
        return -1;
    }
    return listener;
}

/* One client, or standard input, until it ends. */
static enum progress talk(int from, int to, int signals, struct programs *programs, struct table *table)
{
    struct pollfd polled[2] = {{.fd = signals, .events = POLLIN}, {.fd = from, .events = POLLIN}};
    FILE *out = fdopen(dup(to), "w");
    enum progress progress = MORE;
    struct input input = {};
    ssize_t got = 1;

    if (!out)
        abort();
    while (progress == MORE && got > 0) {
        if (poll(polled, 2, -1) < 0 && errno != EINTR)
            break;
        if (polled[0].revents) {
            progress = QUIT;
        } else if (polled[1].revents) {
            got = receive(from, &input);
            if (got < 0 && errno == EINTR)
                got = 1;
            else if (got > 0)
                progress = digest(&input, out, programs, table);
        }
    }
    if (progress != QUIT && input.size) {
        write_failure(out, 0, progress == BROKEN ? "too long" : "broke off: nothing was changed");
        progress = BROKEN;
    }
    fclose(out);
    free(input.bytes);
    return progress;
}

static enum progress accept_clients(int listener, int signals, struct programs *programs, struct table *table)
{
    struct pollfd polled[2] = {{.fd = signals, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
    enum progress progress = MORE;

    while (progress != QUIT) {
        int client;

        if (poll(polled, 2, -1) < 0 && errno != EINTR)
            return BROKEN;
        if (polled[0].revents)
            return QUIT;
        if (!polled[1].revents)
            continue;
        client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0)
            continue;
        progress = talk(client, client, signals, programs, table);
        close(client);
    }
    return progress;
}

int serve(const struct options *options, struct programs *programs, struct table *table)
{
    int listener = -1, signals;
    enum progress progress;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signals = signalfd(-1, &set, SFD_CLOEXEC);
    if (options->socket) {
        listener = listen_at(options->socket);
        if (listener < 0)
            return EXIT_FAILED;
    }
    printf("{\"event\":\"attached\",\"version\":\"%s\",\"pid\":%d,\"attach\":\"%s\",\"interfaces\":%d}\n",
           LB_VERSION, getpid(), programs_way(programs), options->pod_count + 1);
    fflush(stdout);
    if (listener < 0) {
        progress = talk(STDIN_FILENO, STDOUT_FILENO, signals, programs, table);
    } else {
        progress = accept_clients(listener, signals, programs, table);
        close(listener);
        unlink(options->socket);
    }
    close(signals);
    return progress == BROKEN ? EXIT_BAD_INPUT : 0;
}
