// One case between two processes: options go to the server, turns are taken, observations come back.
//
// The control connection carries lines: "case\t…", "opt\tKEY\tVALUE", "go", "ready", "turn\tN",
// "see\tKEY\tOBSERVED\tEXPECTED\tTIMING", "fail\tWHY", "done". A watchdog thread bounds everything, so that a
// case may use plain blocking calls, which a time-out option on the socket would change.
#include "gate.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t ending = PTHREAD_MUTEX_INITIALIZER; // held by the thread that ends the process

void cannot_run(const char *format, ...)
{
    va_list args;
    fputs("gate: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(EXIT_CANNOT_RUN);
}

const char *option(struct gate *g, const char *key, const char *otherwise)
{
    for (int i = 0; i < g->option_count; i++)
        if (!strcmp(g->options[i][0], key))
            return g->options[i][1];
    return otherwise;
}

uint64_t number(struct gate *g, const char *key, uint64_t otherwise)
{
    const char *text = option(g, key, NULL);
    return text ? strtoull(text, NULL, 10) : otherwise; // main.c has seen to it that it is one
}

void step(struct gate *g, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(g->step, TEXT, format, args);
    va_end(args);
}

static struct observation *observe(struct gate *g, const char *key)
{
    if (g->observation_count == MAX_OBSERVATIONS)
        cannot_run("more than %d observations", MAX_OBSERVATIONS);
    struct observation *o = &g->observations[g->observation_count++];
    memset(o, 0, sizeof *o);
    snprintf(o->key, sizeof o->key, "%s", key);
    return o;
}

void check(struct gate *g, const char *key, const char *expected, const char *format, ...)
{
    struct observation *o = observe(g, key);
    va_list args;
    va_start(args, format);
    vsnprintf(o->observed, TEXT, format, args);
    va_end(args);
    snprintf(o->expected, TEXT, "%s", expected ? expected : "");
}

void check_number(struct gate *g, const char *key, uint64_t expected, uint64_t observed)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)expected);
    check(g, key, text, "%llu", (unsigned long long)observed);
}

void check_own(struct gate *g, const char *key, const char *expected, const char *observed)
{
    char full[48];
    snprintf(full, sizeof full, "%s.%s", g->connecting ? "client" : "server", key);
    check(g, full, expected, "%s", observed);
}

void check_own_number(struct gate *g, const char *key, uint64_t expected, uint64_t observed)
{
    char full[48];
    snprintf(full, sizeof full, "%s.%s", g->connecting ? "client" : "server", key);
    check_number(g, full, expected, observed);
}

void timing(struct gate *g, const char *key, double value)
{
    struct observation *o = observe(g, key);
    o->timing = true;
    snprintf(o->observed, TEXT, value == (double)(long long)value ? "%.0f" : "%.6g", value);
}

// ---- lines on the control connection ----

static bool put_line(int fd, const char *line)
{
    char text[1024];
    int length = snprintf(text, sizeof text, "%s\n", line);
    for (int at = 0; at < length;) {
        ssize_t n = send(fd, text + at, (size_t)(length - at), MSG_NOSIGNAL);
        if (n > 0)
            at += (int)n;
        else if (errno != EINTR && errno != EAGAIN)
            return false;
    }
    return true;
}

static struct {
    char data[8192];
    size_t used;
} input;

// The next line without its end, in a static buffer; NULL at the end, or when none has come within the time.
static char *get_line(int fd, int timeout_ms)
{
    static char line[1024];
    for (;;) {
        char *end = memchr(input.data, '\n', input.used);
        if (end) {
            size_t length = (size_t)(end - input.data);
            snprintf(line, sizeof line, "%.*s", (int)length, input.data);
            input.used -= length + 1;
            memmove(input.data, end + 1, input.used);
            return line;
        }
        // By poll and MSG_DONTWAIT, because this connection may run over the shortcut under test, too.
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, timeout_ms);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return NULL;
        ssize_t n = recv(fd, input.data + input.used, sizeof input.data - input.used, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return NULL;
        input.used += n > 0 ? (size_t)n : 0;
    }
}

static char *field(char **rest)
{
    static char nothing[1];
    char *at = strsep(rest, "\t");
    return at ? at : nothing;
}

// ---- the result ----

static void print_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            putchar('\\');
        if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void print_value(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (*text && !text[digits] && digits < 16 && (digits == 1 || *text != '0'))
        fputs(text, stdout);
    else
        print_text(text);
}

static void print_group(struct gate *g, bool timings)
{
    const char *separator = "";
    for (int i = 0; i < g->observation_count; i++) {
        if (g->observations[i].timing != timings)
            continue;
        fputs(separator, stdout);
        print_text(g->observations[i].key);
        putchar(':');
        if (timings)
            fputs(g->observations[i].observed, stdout);
        else
            print_value(g->observations[i].observed);
        separator = ",";
    }
}

static void complain(char *why, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void complain(char *why, size_t size, const char *format, ...)
{
    size_t used = strlen(why);
    if (used)
        used += (size_t)snprintf(why + used, size - used, "; ");
    va_list args;
    va_start(args, format);
    if (used < size)
        vsnprintf(why + used, size - used, format, args);
    va_end(args);
}

static struct observation *find(struct gate *g, const char *key, size_t length)
{
    for (int i = 0; i < g->observation_count; i++)
        if (strlen(g->observations[i].key) == length && !strncmp(g->observations[i].key, key, length))
            return &g->observations[i];
    return NULL;
}

static void apply_overrides(struct gate *g, char *why, size_t size)
{
    for (int i = 0; i < g->override_count; i++) {
        const char *text = g->overrides[i];
        size_t length = strcspn(text, "=<>");
        struct observation *o = find(g, text, length);
        if (!o) {
            complain(why, size, "%.*s: expected, but this case does not observe it", (int)length, text);
        } else if (text[length] == '=') {
            snprintf(o->expected, TEXT, "%s", text + length + 1);
            if (!*o->expected)
                complain(why, size, "%s: expected nothing, observed %s", o->key, o->observed);
        } else {
            double observed = strtod(o->observed, NULL), bound = strtod(text + length + 2, NULL);
            if (text[length] == '<' ? observed > bound : observed < bound)
                complain(why, size, "%s: %s, but at %s %s was expected", o->key, o->observed,
                         text[length] == '<' ? "most" : "least", text + length + 2);
        }
    }
}

// Prints the result and ends the process. The calling thread must hold `ending`.
__attribute__((noreturn)) static void conclude(struct gate *g, const char *failure)
{
    static char why[8192];
    snprintf(why, sizeof why, "%s", failure);
    if (!*failure) {
        apply_overrides(g, why, sizeof why);
        for (int i = 0; i < g->observation_count; i++) {
            struct observation *o = &g->observations[i];
            if (*o->expected && strcmp(o->expected, o->observed))
                complain(why, sizeof why, "%s: expected %s, observed %s", o->key, o->expected, o->observed);
        }
    }
    printf("{\"case\":");
    print_text(g->which->name);
    printf(",\"ok\":%s,\"family\":\"%s\",\"sockets\":\"%s\",\"connecting\":\"%s\",\"observed\":{",
           *why ? "false" : "true", g->remote.storage.ss_family == AF_INET6 ? "ipv6" : "ipv4",
           g->nonblocking ? "nonblocking" : "blocking", g->connecting ? "client" : "server");
    print_group(g, false);
    printf("},\"timing\":{");
    print_group(g, true);
    printf("},\"why\":");
    print_text(why);
    printf("}\n");
    fflush(stdout);
    _exit(*why ? EXIT_WRONG : EXIT_OK);
}

static void send_observations(struct gate *g)
{
    char line[640];
    for (int i = 0; i < g->observation_count; i++) {
        struct observation *o = &g->observations[i];
        snprintf(line, sizeof line, "see\t%s\t%s\t%s\t%d", o->key, o->observed, o->expected, o->timing);
        put_line(g->control, line);
    }
}

static void take_observation(struct gate *g, char *rest)
{
    struct observation *o = observe(g, field(&rest));
    snprintf(o->observed, TEXT, "%s", field(&rest));
    snprintf(o->expected, TEXT, "%s", field(&rest));
    o->timing = *field(&rest) == '1';
}

__attribute__((noreturn)) static void end_failed(struct gate *g, const char *why)
{
    pthread_mutex_lock(&ending);
    if (g->client)
        conclude(g, why);
    char line[640];
    send_observations(g);
    snprintf(line, sizeof line, "fail\tserver: %s", why);
    put_line(g->control, line);
    _exit(EXIT_WRONG);
}

void give_up(struct gate *g, const char *format, ...)
{
    char why[512];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    end_failed(g, why);
}

// Reads up to the wanted kind of line, taking in what the other side has seen so far.
static char *expect_line(struct gate *g, const char *kind, int timeout_ms)
{
    for (;;) {
        char *rest = get_line(g->control, timeout_ms);
        if (!rest)
            return NULL;
        char *got = field(&rest);
        if (!strcmp(got, kind))
            return rest ? rest : (char *)"";
        if (!strcmp(got, "see"))
            take_observation(g, rest);
        else if (!strcmp(got, "fail"))
            end_failed(g, rest);
    }
}

uint64_t trade(struct gate *g, uint64_t mine)
{
    char line[64];
    snprintf(line, sizeof line, "turn\t%llu", (unsigned long long)mine);
    put_line(g->control, line);
    char *theirs = expect_line(g, "turn", -1);
    if (!theirs)
        give_up(g, "the other side is gone (%s)", g->step);
    return strtoull(theirs, NULL, 10);
}

void barrier(struct gate *g)
{
    trade(g, 0);
}

static void *watch(void *argument)
{
    struct gate *g = argument;
    // The server first: then the client can tell what both were waiting for.
    pause_ms(g->timeout_s * 1000 - (g->client ? 0 : 200));
    pthread_mutex_lock(&ending);
    char why[512];
    snprintf(why, sizeof why, "timed out after %u s: %s", g->timeout_s, g->step);
    if (g->client) {
        // The main thread may be reading lines; this one reads only what is left in the socket.
        char last[512] = "";
        ssize_t n = recv(g->control, last, sizeof last - 1, MSG_DONTWAIT);
        last[n > 0 ? n : 0] = 0;
        char *theirs = strstr(last, "fail\t");
        if (theirs)
            complain(why, sizeof why, "%.*s", (int)strcspn(theirs + 5, "\n"), theirs + 5);
        conclude(g, why);
    }
    pthread_mutex_unlock(&ending);
    end_failed(g, why);
}

static void start_watch(struct gate *g)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, watch, g))
        cannot_run("cannot start the watchdog thread");
}

// A few round trips, so that whatever pairs the two sockets has had the time to do so before the case begins.
void prelude(struct gate *g, int fd)
{
    unsigned char message[24];
    const char *end;
    step(g, "prelude");
    for (uint64_t i = 0; i < number(g, "prelude", 3); i++) {
        for (int turn = 0; turn < 2; turn++) {
            if (g->connecting == (turn == 0)) {
                pattern_fill(i, (uint64_t)turn, message, sizeof message);
                int error = send_all(g, fd, message, sizeof message);
                if (error)
                    give_up(g, "prelude: send: %s", errno_name(error));
            } else if (receive_all(g, fd, message, sizeof message, &end) < sizeof message) {
                give_up(g, "prelude: recv: %s", end);
            } else if (pattern_check(i, (uint64_t)turn, message, sizeof message) < sizeof message) {
                give_up(g, "prelude: wrong bytes");
            }
        }
    }
}

static void run_side(struct gate *g)
{
    bool side_a = g->client != !strcmp(option(g, "swap", "no"), "yes");
    g->connecting = g->client;
    g->nonblocking =
        !(g->which->flags & BLOCKING_ONLY) && strcmp(option(g, "sockets", "nonblocking"), "blocking");
    if (g->which->flags & SWAPPED)
        side_a = !side_a;
    int fd = -1;
    if (!(g->which->flags & OWN_CONNECTIONS)) {
        fd = connection(g);
        prelude(g, fd);
        barrier(g);
    }
    step(g, "%s", "running");
    (side_a ? g->which->a : g->which->b)(g, fd);
}

int run_client_case(struct gate *g, const struct address *control)
{
    g->client = true;
    g->control = socket(control->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (g->control < 0 || connect(g->control, (const struct sockaddr *)&control->storage, control->length))
        cannot_run("cannot reach the gate server's control address %s: %s", control->text, strerror(errno));
    char line[512];
    snprintf(line, sizeof line, "case\t%s\t%u", g->which->name, g->timeout_s);
    put_line(g->control, line);
    for (int i = 0; i < g->option_count; i++) {
        snprintf(line, sizeof line, "opt\t%s\t%s", g->options[i][0], g->options[i][1]);
        put_line(g->control, line);
    }
    put_line(g->control, "go");
    step(g, "waiting for the gate server, which may be serving another client");
    start_watch(g);
    if (!expect_line(g, "ready", -1))
        cannot_run("the gate server at %s closed the control connection", control->text);
    run_side(g);
    step(g, "waiting for what the server has seen");
    put_line(g->control, "done");
    bool complete = expect_line(g, "done", -1);
    pthread_mutex_lock(&ending);
    conclude(g, complete ? "" : "the gate server ended without a result");
}

// ---- the server ----

static void serve_session(struct gate *g)
{
    char *rest, *line;
    while ((line = get_line(g->control, 5000)) && strcmp(line, "go")) {
        rest = line;
        char *kind = field(&rest);
        if (!strcmp(kind, "case")) {
            g->which = find_case(field(&rest));
            g->timeout_s = (unsigned)strtoul(field(&rest), NULL, 10);
        } else if (!strcmp(kind, "opt") && g->option_count < MAX_OPTIONS) {
            snprintf(g->options[g->option_count][0], TEXT, "%s", field(&rest));
            snprintf(g->options[g->option_count++][1], TEXT, "%s", field(&rest));
        }
    }
    if (!line || !g->which || !g->timeout_s) {
        put_line(g->control, "fail\tserver: no such case; are client and server of one version?");
        _exit(EXIT_WRONG);
    }
    start_watch(g);
    put_line(g->control, "ready");
    run_side(g);
    send_observations(g);
    put_line(g->control, "done");
    step(g, "waiting for the client's end");
    expect_line(g, "done", -1);
    _exit(EXIT_OK);
}

// What a client that was killed has left behind must not be taken for the next client's connection.
static void drain(struct gate *g)
{
    for (int i = 0; i < g->listener_count; i++) {
        struct pollfd p = {.fd = g->listeners[i], .events = POLLIN};
        while (poll(&p, 1, 0) > 0) {
            int fd = accept(g->listeners[i], NULL, NULL);
            if (fd < 0)
                break;
            close(fd);
        }
    }
}

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
    if (signal != SIGCHLD)
        stopped = 1;
}

// Runs one session in a process of its own; ends it when the client goes away.
static void session(struct gate *prototype, int control)
{
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGTERM, SIG_DFL);
        signal(SIGINT, SIG_DFL);
        signal(SIGCHLD, SIG_DFL);
        prototype->control = control;
        serve_session(prototype);
    }
    if (child < 0)
        return;
    setpgid(child, child);
    int status, patience = 50;
    while (waitpid(child, &status, WNOHANG) != child) {
        struct pollfd p = {.fd = control, .events = POLLRDHUP};
        bool alone =
            poll(&p, 1, 100) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)); // SIGCHLD ends the wait
        if (alone && patience-- > 0)
            pause_ms(1); // it may be about to end by itself
        else if (alone || stopped)
            kill(-child, SIGKILL);
    }
    kill(-child, SIGKILL); // workers that it has left
    drain(prototype);
}

int serve(struct gate *prototype, int control_listener)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGCHLD, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    while (!stopped) {
        struct pollfd p = {.fd = control_listener, .events = POLLIN};
        if (poll(&p, 1, 200) <= 0)
            continue;
        int control = accept4(control_listener, NULL, NULL, SOCK_CLOEXEC);
        if (control < 0)
            continue;
        session(prototype, control);
        close(control);
    }
    return EXIT_OK;
}
