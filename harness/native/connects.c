// connects: options, and the description of the output.
#include "connects.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

const char *tool_name = "connects";

static const char USAGE[] =
    "usage: connects server (--listen ADDR:PORT | --listen [ADDR6]:PORT | --listen-from FILE)... "
    "[OPTION...]\n"
    "  --udp              echo datagrams; without it accept TCP connections and hold them until the client "
    "closes\n"
    "  --name NAME        who answers: sent on each connection, and at the end of each echo\n"
    "  prints `listening ADDRESS...` when it is ready; port 0 takes a free one; ends at SIGTERM or SIGINT\n"
    "\n"
    "usage: connects client (--connect ADDR:PORT | --connect [ADDR6]:PORT | --connect-from FILE)... "
    "[OPTION...]\n"
    "  --connect-from FILE  targets, one a line; `-` is standard input\n"
    "  --udp              a new flow each time: its first packet, and --later packets, echoed\n"
    "  --later N          UDP: packets of the same flow after the first (default 1)\n"
    "  --count N          connections or flows to measure\n"
    "  --duration-s S     length of the measured phase\n"
    "  --until-stopped    go on until SIGTERM or SIGINT, which is a good end then\n"
    "  --warmup N         made before them and not reported (default 0)\n"
    "  --interval-us U    time between two (default 1000; 0: back to back; ticks that were missed are "
    "skipped)\n"
    "  --pace PACE        even (default), or jittered: one in each interval, at a random time in it. The\n"
    "                     mean is the same, and what else comes at an even pace (the tick, by which the\n"
    "                     kernel counts CPU time) does not meet each of them, or none\n"
    "  --order ORDER      of the targets: round-robin (default) or random\n"
    "  --seed N           of the random order and the jittered pace (default 1)\n"
    "  --answer           TCP: also wait for the server's name\n"
    "  --close HOW        TCP: reset (default: RST, no TIME_WAIT is left and conntrack entries are gone "
    "after "
    "10 s)\n"
    "                     or clean (FIN; each takes its port for a minute of TIME_WAIT)\n"
    "  --timeout-ms T     longest wait for a connection, a name or an echo (default 3000: a SYN lost comes "
    "again after 1 s)\n"
    "  Source ports come one after the other from 32768 to 65535, starting where the clock says (1000 a "
    "second), so\n"
    "  that up to that rate no flow has the ports of one that conntrack remembers (30 s for a short UDP "
    "flow).\n"
    "  output, times in ns of CLOCK_MONOTONIC:\n"
    "    # connects 1 unit=ns protocol=... family=... targets=... warmup=... pid=... start_ns=...\n"
    "    connect TARGET START LATENCY NAME       from just before connect() until it is established\n"
    "    first-packet TARGET START LATENCY NAME  from just before the send until the echo is received\n"
    "    later-packet TARGET START LATENCY NAME  likewise, on the same flow\n"
    "    error TARGET START DURATION ERRNO       refused, lost (ETIMEDOUT), reset ...: counted, not the end\n"
    "      one line each; TARGET counts the targets from 0; NAME is `-` where none was asked for or given\n"
    "    # end flows=... answered=... failed=... sent=... received=... bytes_sent=... bytes_received=...\n"
    "      samples=... errors=... duration_ns=...   (one line; samples and errors: measured; the others with "
    "warm-up)\n"
    "    A stream without its `# end` line was cut off.\n"
    "exit: 0 done, whatever the targets did; 2 bad options; 3 cannot listen, no free port, or output not "
    "writable\n";

static const char NOT_ADDRESS[] = "not ADDR:PORT or [ADDR6]:PORT with a numeric address (131072 at most)";

static bool good_name(const char *name)
{
    size_t length = strlen(name);
    if (!length || length > MAX_NAME)
        return false;
    for (size_t i = 0; i < length; i++)
        if (name[i] <= ' ' || name[i] > '~')
            return false;
    return true;
}

static int server_main(int argc, char **argv)
{
    static const struct option options[] = {{"listen", 1, 0, 'l'}, {"listen-from", 1, 0, 'L'},
                                            {"udp", 0, 0, 'u'},    {"name", 1, 0, 'n'},
                                            {"help", 0, 0, 'h'},   {0, 0, 0, 0}};
    static struct answer_options o = {.name = ""};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == '?')
            return EXIT_USAGE;
        if (c == 'h')
            return fputs(USAGE, stdout) < 0;
        if (c == 'l' && !tool_add(&o.listeners, optarg))
            return tool_usage("--listen", optarg, NOT_ADDRESS);
        if (c == 'L' && !tool_read(&o.listeners, optarg))
            return EXIT_USAGE;
        if (c == 'n' && !good_name(optarg))
            return tool_usage("--name", optarg, "1 to 32 printable bytes without blanks are needed");
        if (c == 'n')
            o.name = optarg;
        if (c == 'u')
            o.udp = true;
    }
    if (optind < argc)
        return tool_usage("unexpected argument", argv[optind], "see connects --help");
    if (!o.listeners.count)
        return tool_usage("server", NULL, "--listen is needed");
    return run_connects_server(&o);
}

static int check(const struct connect_options *o)
{
    if (!o->targets.count)
        return tool_usage("client", NULL, "--connect is needed");
    for (size_t i = 1; i < o->targets.count; i++)
        if (o->targets.all[i].address.ss_family != o->targets.all[0].address.ss_family)
            return tool_usage("--connect", o->targets.all[i].text,
                              "all targets need to be of one address family");
    if (o->until_stopped == (o->count != UINT64_MAX || o->duration_ns))
        return tool_usage("client", NULL, "--count, --duration-s or (alone) --until-stopped is needed");
    if (o->udp && (o->clean || o->answer))
        return tool_usage("--udp", NULL, "--close and --answer are of TCP");
    return 0;
}

static int client_main(int argc, char **argv)
{
    static const struct option options[] = {
        {"connect", 1, 0, 'C'}, {"connect-from", 1, 0, 'F'},
        {"udp", 0, 0, 'u'},     {"later", 1, 0, 'l'},
        {"count", 1, 0, 'n'},   {"duration-s", 1, 0, 'd'},
        {"warmup", 1, 0, 'w'},  {"until-stopped", 0, 0, 'U'},
        {"order", 1, 0, 'o'},   {"interval-us", 1, 0, 'i'},
        {"seed", 1, 0, 's'},    {"answer", 0, 0, 'a'},
        {"close", 1, 0, 'c'},   {"timeout-ms", 1, 0, 't'},
        {"pace", 1, 0, 'p'},    {"help", 0, 0, 'h'},
        {0, 0, 0, 0},
    };
    static struct connect_options o = {
        .count = UINT64_MAX, .interval_ns = NS_PER_MS, .timeout_ns = 3000 * NS_PER_MS, .later = 1, .seed = 1};
    int index = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, &index)) != -1;) {
        bool good = true;
        const char *remedy = "not a number";
        switch (c) {
        case 'h':
            return fputs(USAGE, stdout) < 0;
        case 'C':
            good = tool_add(&o.targets, optarg);
            remedy = NOT_ADDRESS;
            break;
        case 'F':
            if (!tool_read(&o.targets, optarg))
                return EXIT_USAGE;
            break;
        case 'u':
            o.udp = true;
            break;
        case 'l':
            good = tool_number(optarg, 0, MAX_LATER, &o.later);
            remedy = "not a number from 0 to 1000000";
            break;
        case 'n':
            good = tool_number(optarg, 1, 1ULL << 50, &o.count);
            remedy = "not a number of at least 1";
            break;
        case 'd':
            good = tool_time(optarg, 1e9, &o.duration_ns) && o.duration_ns;
            remedy = "not a time in seconds above 0";
            break;
        case 'w':
            good = tool_number(optarg, 0, 1ULL << 50, &o.warmup);
            break;
        case 'i':
            good = tool_time(optarg, 1e3, &o.interval_ns);
            remedy = "not a time in microseconds";
            break;
        case 'p':
            o.jittered = !strcmp(optarg, "jittered");
            good = o.jittered || !strcmp(optarg, "even");
            remedy = "neither even nor jittered";
            break;
        case 't':
            good = tool_time(optarg, 1e6, &o.timeout_ns) && o.timeout_ns;
            remedy = "not a time in milliseconds above 0";
            break;
        case 'o':
            o.random = !strcmp(optarg, "random");
            good = o.random || !strcmp(optarg, "round-robin");
            remedy = "neither round-robin nor random";
            break;
        case 's':
            good = tool_number(optarg, 0, UINT64_MAX, &o.seed);
            break;
        case 'c':
            o.clean = !strcmp(optarg, "clean");
            good = o.clean || !strcmp(optarg, "reset");
            remedy = "neither reset nor clean";
            break;
        case 'a':
            o.answer = true;
            break;
        case 'U':
            o.until_stopped = true;
            break;
        default:
            return EXIT_USAGE; // getopt has said it
        }
        if (!good)
            return tool_bad_option(options[index].name, optarg, remedy);
    }
    if (optind < argc)
        return tool_usage("unexpected argument", argv[optind], "see connects --help");
    int bad = check(&o);
    return bad ? bad : run_connects_client(&o);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "server"))
        return server_main(argc - 1, argv + 1);
    if (argc > 1 && !strcmp(argv[1], "client"))
        return client_main(argc - 1, argv + 1);
    if (argc > 1 && !strcmp(argv[1], "--help"))
        return fputs(USAGE, stdout) < 0;
    fprintf(stderr, "connects: say `connects server` or `connects client`; see connects --help\n");
    return EXIT_USAGE;
}
