// gate: the command line.
#include "gate.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

const struct gate_case CASES[] = {
    {"stream", 0, stream_side, stream_side,
     "byte-exact, full duplex, random message sizes (--bytes, --seed, --max-message, --direction, --mode)"},
    {"duplex-blocking-threads", BLOCKING_ONLY, duplex_side, duplex_side,
     "as stream, by two blocking threads on each side; a blocking call never says EAGAIN (--bytes)"},
    {"bulk", 0, bulk_a, bulk_b, "throughput from A to B in Gbit/s (--seconds, --size)"},
    {"slow-reader", 0, slow_reader_a, slow_reader_b,
     "B sleeps, A pushes; how much goes in meanwhile; all is read in the end (--sleep-ms, --bytes, --size)"},
    {"tiny-messages-slow-reader", 0, tiny_messages_a, slow_reader_b,
     "as slow-reader with messages of 1 byte"},
    {"sleeping-readers", OWN_CONNECTIONS, sleeping_readers_a, sleeping_readers_b,
     "kernel memory held by a connection whose reader sleeps (--count, --size, --bytes of each)"},
    {"server-first", OWN_CONNECTIONS, server_first_a, server_first_b,
     "the accepting side speaks first (--count)"},
    {"write-at-once", OWN_CONNECTIONS, write_at_once_a, write_at_once_b,
     "the client writes after connect and before the server accepts (--count)"},
    {"half-close-client", 0, half_close_a, half_close_b,
     "the client half-closes; data flows back after it (--bytes)"},
    {"half-close-server", SWAPPED, half_close_a, half_close_b, "the server half-closes (--bytes)"},
    {"half-close-blocking-read", BLOCKING_ONLY, half_close_read_a, half_close_read_b,
     "A half-closes and waits in a blocking recv for a slow peer (--bytes)"},
    {"close-unread", 0, close_unread_a, close_unread_b, "B closes with unread data: ECONNRESET at A"},
    {"reset-errno", 0, reset_errno_a, reset_errno_b, "errnos of writes and of reads after a reset"},
    {"linger-reset", 0, linger_reset_a, linger_reset_b, "data, then a reset by SO_LINGER 0"},
    {"shutdown-then-write", 0, shutdown_write_a, shutdown_write_b, "EPIPE and SIGPIPE after shutdown"},
    {"splice-in", 0, splice_in_a, splice_in_b, "splice from the socket into a pipe (--bytes)"},
    {"splice-out", 0, splice_out_a, plain_read_b, "splice from a pipe into the socket (--bytes)"},
    {"sendfile", 0, sendfile_a, plain_read_b, "sendfile into the socket (--bytes)"},
    {"waitall", BLOCKING_ONLY, waitall_a, waitall_b, "MSG_WAITALL of 3000 bytes sent as 3 x 1000"},
    {"rcvlowat", 0, rcvlowat_a, rcvlowat_b, "SO_RCVLOWAT 1000 and poll"},
    {"rcvtimeo", BLOCKING_ONLY, rcvtimeo_a, rcvtimeo_b, "SO_RCVTIMEO 200 ms"},
    {"peek", 0, peek_a, peek_b, "MSG_PEEK"},
    {"fionread", 0, fionread_a, fionread_b, "FIONREAD and SIOCOUTQ"},
    {"oob", 0, oob_a, oob_b, "urgent data"},
    {"short-connections", OWN_CONNECTIONS, short_connections_a, short_connections_b,
     "1000 at once, each with a message of its own (--count)"},
    {"message-per-connection", OWN_CONNECTIONS, message_per_connection_a, message_per_connection_b,
     "2000 connections one after the other, a message each (--count)"},
    {"reconnect", OWN_CONNECTIONS, reconnect_a, reconnect_b,
     "reset and connect again between the same addresses and ports (--count)"},
    {"identity", OWN_CONNECTIONS, identity_a, identity_b,
     "10,000 concurrent connections whose ends verify each other again and again (--count, --rounds, "
     "--processes, --sleep-ms between rounds)"},
    {0}};

static const char USAGE[] =
    "usage: gate server --listen ADDR:PORT... [--control ADDR:PORT|unix:PATH] [--transparent]\n"
    "       gate client --connect ADDR:PORT [--control ADDR:PORT|unix:PATH] CASE [OPTION...]\n"
    "       gate list\n"
    "       gate forge sniff|repair|handshake ... (see gate forge --help)\n"
    "--transparent: the listeners take what a TPROXY rule hands over, whatever its destination "
    "(CAP_NET_ADMIN)\n"
    "An IPv6 address is written in brackets. The control connection defaults to the port after the (first) "
    "address's.\n"
    "Options of every case:\n"
    "  --sockets nonblocking|blocking   (default nonblocking, but for the cases about blocking sockets)\n"
    "  --swap             side A accepts and side B connects\n"
    "  --bind ADDR        the client's own address; --bind-port P: and port (P+i for connection i)\n"
    "  --prelude N        round trips before the case (default 3)\n"
    "  --timeout-s S      for the whole case (default 60)\n"
    "  --expect KEY=VALUE    expect this observation instead of plain TCP's\n"
    "  --at-most KEY=N, --at-least KEY=N   bound a number under \"observed\" or \"timing\"\n"
    "Prints a JSON object: \"observed\" holds what plain TCP determines, \"timing\" what differs from run to "
    "run.\n"
    "exit: 0 as expected; 1 not; 2 bad usage; 3 could not run\n";

static const char *const TEXT_OPTIONS[] = {"mode", "direction", "sockets", NULL};
static const char *const NUMBER_OPTIONS[] = {"bytes",       "seed",      "count",    "rounds",
                                             "size",        "seconds",   "sleep-ms", "prelude",
                                             "max-message", "processes", "parallel", NULL};

__attribute__((noreturn)) static void usage_error(const char *what, const char *value, const char *remedy)
{
    fprintf(stderr, "gate: %s%s%s: %s\n", what, value ? " " : "", value ? value : "", remedy);
    exit(EXIT_USAGE);
}

const struct gate_case *find_case(const char *name)
{
    for (const struct gate_case *c = CASES; c->name; c++)
        if (!strcmp(c->name, name))
            return c;
    return NULL;
}

static bool among(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(name, *names))
            return true;
    return false;
}

static uint64_t parse_number(const char *option, const char *text)
{
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno)
        usage_error(option, text, "not a number");
    return value;
}

static void control_beside(const struct address *data, struct address *control)
{
    in_port_t *port = &((struct sockaddr_in *)&control->storage)->sin_port; // at the same place for IPv6
    *control = *data;
    *port = __builtin_bswap16((uint16_t)(__builtin_bswap16(*port) + 1));
    describe(control);
}

static int server_main(int argc, char **argv)
{
    static struct gate g;
    struct address listeners[MAX_LISTENERS], control = {0};
    int count = 0;
    bool transparent = false;
    for (int i = 0; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!strcmp(argv[i], "--transparent")) {
            transparent = true;
            i--;
            continue;
        }
        if (!value)
            usage_error(argv[i], NULL, "unknown, or its value is missing");
        if (!strcmp(argv[i], "--listen")) {
            if (count == MAX_LISTENERS || !parse_address(value, &listeners[count++]))
                usage_error(argv[i], value, "not ADDR:PORT or [ADDR6]:PORT, or too many of them");
        } else if (!strcmp(argv[i], "--control")) {
            if (!parse_control(value, &control))
                usage_error(argv[i], value, "not ADDR:PORT, [ADDR6]:PORT or unix:PATH");
        } else {
            usage_error(argv[i], NULL, "unknown option (see gate --help)");
        }
    }
    if (!count)
        usage_error("server", NULL, "--listen is needed");
    for (int i = 0; i < count; i++) {
        g.listeners[i] = listen_at(&listeners[i], transparent);
        if (g.listeners[i] < 0)
            cannot_run("cannot listen on %s: %s", listeners[i].text, strerror(errno));
    }
    g.listener_count = count;
    if (!control.length)
        control_beside(&listeners[0], &control);
    int fd = listen_at(&control, false);
    if (fd < 0)
        cannot_run("cannot listen on %s: %s", control.text, strerror(errno));
    printf("listening");
    for (int i = 0; i < count; i++)
        printf(" %s", listeners[i].text);
    printf(" control %s\n", control.text);
    fflush(stdout);
    int code = serve(&g, fd);
    if (control.storage.ss_family == AF_UNIX)
        unlink(((struct sockaddr_un *)&control.storage)->sun_path);
    return code;
}

static void add_option(struct gate *g, const char *key, const char *value)
{
    if (g->option_count == MAX_OPTIONS || strlen(value) >= TEXT || strpbrk(value, "\t\n"))
        usage_error(key, value, "too many options, or too long a value");
    snprintf(g->options[g->option_count][0], TEXT, "%s", key);
    snprintf(g->options[g->option_count++][1], TEXT, "%s", value);
}

static void add_override(struct gate *g, const char *option, const char *value)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value || strpbrk(value, "<>") || strlen(value) + 2 > TEXT ||
        g->override_count == MAX_OPTIONS)
        usage_error(option, value, "not KEY=VALUE");
    if (strcmp(option, "--expect"))
        parse_number(option, equals + 1);
    const char *relation = !strcmp(option, "--at-most") ? "<=" : !strcmp(option, "--at-least") ? ">=" : "=";
    snprintf(g->overrides[g->override_count++], TEXT, "%.*s%s%.*s", (int)(equals - value), value, relation,
             TEXT / 2, equals + 1);
}

static void client_option(struct gate *g, struct address *control, const char *option, const char *value)
{
    const char *key = option + 2;
    if (!strcmp(option, "--connect")) {
        if (!parse_address(value, &g->remote))
            usage_error(option, value, "not ADDR:PORT or [ADDR6]:PORT");
    } else if (!strcmp(option, "--control")) {
        if (!parse_control(value, control))
            usage_error(option, value, "not ADDR:PORT, [ADDR6]:PORT or unix:PATH");
    } else if (!strcmp(option, "--expect") || !strcmp(option, "--at-most") || !strcmp(option, "--at-least")) {
        add_override(g, option, value);
    } else if (!strcmp(option, "--timeout-s")) {
        g->timeout_s = (unsigned)parse_number(option, value);
        if (!g->timeout_s || g->timeout_s > 86400)
            usage_error(option, value, "not from 1 to 86400");
    } else if (among(key, NUMBER_OPTIONS)) {
        uint64_t n = parse_number(option, value);
        if ((!strcmp(key, "size") || !strcmp(key, "max-message")) && (!n || n > BUFFER))
            usage_error(option, value, "not from 1 to 1048576");
        add_option(g, key, value);
    } else if (among(key, TEXT_OPTIONS)) {
        static const char *const values[] = {"nonblocking", "blocking", "threads", "both",
                                             "up",          "down",     NULL};
        if (!among(value, values))
            usage_error(option, value, "unknown value (see gate --help)");
        add_option(g, key, value);
    } else {
        usage_error(option, NULL, "unknown option (see gate --help)");
    }
}

static void bind_to(struct gate *g, const char *bind, const char *bind_port)
{
    char text[TEXT + 16];
    bool six = g->remote.storage.ss_family == AF_INET6;
    if (bind_port &&
        (parse_number("--bind-port", bind_port) > 65535 || !parse_number("--bind-port", bind_port)))
        usage_error("--bind-port", bind_port, "not a port");
    if (bind && strlen(bind) >= TEXT)
        usage_error("--bind", bind, "not a numeric address");
    snprintf(text, sizeof text, six ? "[%s]:%s" : "%s:%s",
             bind  ? bind
             : six ? "::"
                   : "0.0.0.0",
             bind_port ? bind_port : "0");
    if (!parse_address(text, &g->bind))
        usage_error("--bind", bind, "not a numeric address of the same family as --connect");
}

static int client_main(int argc, char **argv)
{
    static struct gate g = {.timeout_s = 60};
    struct address control = {0};
    const char *bind = NULL, *bind_port = NULL;
    for (int i = 0; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strncmp(argv[i], "--", 2)) {
            if (g.which)
                usage_error("unexpected argument", argv[i], "one case at a time");
            if (!(g.which = find_case(argv[i])))
                usage_error("unknown case", argv[i], "see gate list");
            continue;
        }
        if (!strcmp(argv[i], "--swap")) {
            add_option(&g, "swap", "yes");
            continue;
        }
        if (!value)
            usage_error(argv[i], NULL, "unknown, or its value is missing");
        if (!strcmp(argv[i], "--bind"))
            bind = value;
        else if (!strcmp(argv[i], "--bind-port"))
            bind_port = value;
        else
            client_option(&g, &control, argv[i], value);
        i++;
    }
    if (!g.which)
        usage_error("client", NULL, "which case? See gate list");
    if (!g.remote.length)
        usage_error("client", NULL, "--connect is needed");
    if ((g.which->flags & BLOCKING_ONLY) && !strcmp(option(&g, "sockets", ""), "nonblocking"))
        usage_error("--sockets nonblocking", NULL, "this case is about blocking sockets");
    if ((g.which->flags & OWN_CONNECTIONS) && !strcmp(option(&g, "swap", ""), "yes"))
        usage_error("--swap", NULL, "this case fixes which side connects");
    if (bind || bind_port)
        bind_to(&g, bind, bind_port);
    if (!control.length)
        control_beside(&g.remote, &control);
    return run_client_case(&g, &control);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    const char *command = argc > 1 ? argv[1] : "";
    if (!strcmp(command, "server"))
        return server_main(argc - 2, argv + 2);
    if (!strcmp(command, "client"))
        return client_main(argc - 2, argv + 2);
    if (!strcmp(command, "forge"))
        return forge_main(argc - 2, argv + 2);
    if (!strcmp(command, "list")) {
        for (const struct gate_case *c = CASES; c->name; c++)
            printf("%-26s %s\n", c->name, c->about);
        return EXIT_OK;
    }
    if (!strcmp(command, "--help"))
        return fputs(USAGE, stdout) < 0;
    usage_error("unknown command", command, "server, client, list or forge (see gate --help)");
}
