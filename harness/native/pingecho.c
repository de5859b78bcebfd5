// pingecho: the ping-echo workload. Options, and the description of the output.
#include "pingecho.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

const char *tool_name = "pingecho";

static const char USAGE[] =
    "usage: pingecho server (--listen ADDR:PORT | --listen [ADDR6]:PORT | --unix PATH)... [OPTION...]\n"
    "  --blocking         a thread with plain recv and send for each connection, instead of epoll\n"
    "  --connections N    end after N connections have ended (default: at SIGTERM or SIGINT)\n"
    "  prints `listening ADDRESS...` when it is ready; port 0 takes a free one\n"
    "\n"
    "usage: pingecho client (--connect ADDR:PORT | --connect [ADDR6]:PORT | --unix PATH) [OPTION...]\n"
    "  --count N          messages to measure (this or --duration-s, or both: the first that is reached)\n"
    "  --duration-s S     length of the measured phase\n"
    "  --warmup N         messages before them, sent and not reported (default 0)\n"
    "  --interval-us U    time between messages (default 100000; 0: back to back, closed loop only)\n"
    "  --size B           bytes of a message (default 24)\n"
    "  --open-loop        send at the intended times whatever the replies do; latency from the intended "
    "time\n"
    "  --no-nodelay       leave Nagle's algorithm on\n"
    "  --blocking         plain blocking send and recv instead of epoll\n"
    "  --timeout-ms T     longest wait for a connection or a reply (default 5000)\n"
    "  output, times in ns of CLOCK_MONOTONIC:\n"
    "    # pingecho 1 unit=ns size=... interval_us=... warmup=... open_loop=... family=... local=... "
    "remote=...\n"
    "      start_ns=...   (one line; start of the measured phase)\n"
    "    SEQUENCE SENT LATENCY   one line a sample; the sequence number counts the warm-up, SENT is the time "
    "just\n"
    "                            before the send (open loop: the intended time), LATENCY is to the full "
    "reply\n"
    "    # end sent=... received=... lost=... duration_ns=... samples=...   (messages, warm-up included; "
    "samples)\n"
    "    A stream without its `# end` line was cut off.\n"
    "exit: 0 done; 2 bad options; 3 no connection, a broken one, no reply in time, or a wrong reply\n";

static int server_main(int argc, char **argv)
{
    static const struct option options[] = {{"listen", 1, 0, 'l'},   {"unix", 1, 0, 'u'},
                                            {"blocking", 0, 0, 'b'}, {"connections", 1, 0, 'c'},
                                            {"help", 0, 0, 'h'},     {0, 0, 0, 0}};
    static struct server_options o;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == '?')
            return EXIT_USAGE;
        if (c == 'h')
            return fputs(USAGE, stdout) < 0;
        if ((c == 'l' || c == 'u') && o.listener_count == MAX_LISTENERS)
            return tool_usage("--listen", optarg, "too many addresses");
        if (c == 'l' && !parse_inet(optarg, &o.listeners[o.listener_count++]))
            return tool_usage("--listen", optarg, "not ADDR:PORT or [ADDR6]:PORT with a numeric address");
        if (c == 'u' && !parse_unix(optarg, &o.listeners[o.listener_count++]))
            return tool_usage("--unix", optarg, "a path of 1 to 107 bytes without blanks is needed");
        if (c == 'c' && !tool_number(optarg, 1, UINT32_MAX, &o.connections))
            return tool_usage("--connections", optarg, "not a number of at least 1");
        if (c == 'b')
            o.blocking = true;
    }
    if (optind < argc)
        return tool_usage("unexpected argument", argv[optind], "see pingecho --help");
    if (!o.listener_count)
        return tool_usage("server", NULL, "--listen or --unix is needed");
    return run_server(&o);
}

static int client_main(int argc, char **argv)
{
    static const struct option options[] = {{"connect", 1, 0, 'C'},
                                            {"unix", 1, 0, 'u'},
                                            {"count", 1, 0, 'n'},
                                            {"duration-s", 1, 0, 'd'},
                                            {"warmup", 1, 0, 'w'},
                                            {"size", 1, 0, 's'},
                                            {"interval-us", 1, 0, 'i'},
                                            {"open-loop", 0, 0, 'o'},
                                            {"no-nodelay", 0, 0, 'N'},
                                            {"blocking", 0, 0, 'b'},
                                            {"timeout-ms", 1, 0, 't'},
                                            {"help", 0, 0, 'h'},
                                            {0, 0, 0, 0}};
    static struct client_options o = {.nodelay = true,
                                      .count = UINT64_MAX,
                                      .interval_ns = 100 * NS_PER_MS,
                                      .timeout_ns = 5000 * NS_PER_MS,
                                      .size = 24};
    uint64_t size = o.size;
    int index = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, &index)) != -1;) {
        bool good = true;
        const char *remedy = "";
        switch (c) {
        case 'h':
            return fputs(USAGE, stdout) < 0;
        case 'C':
            good = parse_inet(optarg, &o.remote);
            remedy = "not ADDR:PORT or [ADDR6]:PORT with a numeric address";
            break;
        case 'u':
            good = parse_unix(optarg, &o.remote);
            remedy = "a path of 1 to 107 bytes without blanks is needed";
            break;
        case 'n':
            good = tool_number(optarg, 1, 1ULL << 50, &o.count);
            remedy = "not a number of at least 1";
            break;
        case 'w':
            good = tool_number(optarg, 0, 1ULL << 50, &o.warmup);
            remedy = "not a number";
            break;
        case 's':
            good = tool_number(optarg, 1, MAX_SIZE, &size);
            remedy = "not a number from 1 to 16777216";
            break;
        case 'd':
            good = tool_time(optarg, 1e9, &o.duration_ns) && o.duration_ns;
            remedy = "not a time in seconds above 0";
            break;
        case 'i':
            good = tool_time(optarg, 1e3, &o.interval_ns);
            remedy = "not a time in microseconds";
            break;
        case 't':
            good = tool_time(optarg, 1e6, &o.timeout_ns) && o.timeout_ns;
            remedy = "not a time in milliseconds above 0";
            break;
        case 'o':
            o.open_loop = true;
            break;
        case 'N':
            o.nodelay = false;
            break;
        case 'b':
            o.blocking = true;
            break;
        default:
            return EXIT_USAGE; // getopt has said it
        }
        if (!good)
            return tool_bad_option(options[index].name, optarg, remedy);
    }
    o.size = (size_t)size;
    if (optind < argc)
        return tool_usage("unexpected argument", argv[optind], "see pingecho --help");
    if (!o.remote.length)
        return tool_usage("client", NULL, "--connect or --unix is needed");
    if (o.count == UINT64_MAX && !o.duration_ns)
        return tool_usage("client", NULL, "--count or --duration-s is needed");
    if (o.open_loop && o.blocking)
        return tool_usage("--open-loop", NULL, "does not go with --blocking, which waits for each reply");
    if (o.open_loop && !o.interval_ns)
        return tool_usage("--open-loop", NULL, "needs an --interval-us above 0");
    if (o.blocking && o.size > MAX_BLOCKING_SIZE)
        return tool_usage("--blocking", NULL,
                          "messages of at most 65536 bytes, since it cannot send and receive at once");
    return run_client(&o);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "server"))
        return server_main(argc - 1, argv + 1);
    if (argc > 1 && !strcmp(argv[1], "client"))
        return client_main(argc - 1, argv + 1);
    if (argc > 1 && !strcmp(argv[1], "--help"))
        return fputs(USAGE, stdout) < 0;
    fprintf(stderr, "pingecho: say `pingecho server` or `pingecho client`; see pingecho --help\n");
    return EXIT_USAGE;
}
