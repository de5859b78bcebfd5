// rates: how many small datagrams a path carries a second, or how many bytes of TCP. Options, and the
// description of the output.
#include "rates.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

const char *tool_name = "rates";

static const char USAGE[] =
    "usage: rates server (--listen ADDR:PORT | --listen [ADDR6]:PORT) [--udp] [OPTION...]\n"
    "  --udp              count datagrams; without it bytes of TCP connections\n"
    "  --wait-s S         longest wait for the first packet or connection (default 30)\n"
    "  prints `listening ADDRESS` when it is ready; port 0 takes a free one; serves one client and ends\n"
    "\n"
    "usage: rates client (--connect ADDR:PORT | --connect [ADDR6]:PORT) --duration-s S [--udp] [OPTION...]\n"
    "  --udp              send datagrams; without it a stream of bytes\n"
    "  --size B           bytes of a datagram, 16 to 1472 (default 18: the smallest Ethernet frame; TCP: of "
    "a "
    "write,\n"
    "                     to 1048576, default 131072)\n"
    "  --flows N          source ports, or connections, that take turns, 1 to 64 (default 1)\n"
    "  --rate N           UDP: datagrams a second (default 0: as many as go)\n"
    "\n"
    "both: --cpu N        run on that CPU only\n"
    "output, times in ns of CLOCK_MONOTONIC:\n"
    "  # rates 1 side=server|client protocol=... size=... flows=... start_ns=...\n"
    "    (server: start is the first packet, or the first byte)\n"
    "  START DURATION PACKETS BYTES   server, a line each 100 ms: what was received in it (TCP: PACKETS is "
    "0;\n"
    "    the client's are its writes)\n"
    "  # end packets=... bytes=... duration_ns=... refused=...   (one line; refused: the client's sends that "
    "an\n"
    "    ICMP error answered; duration: server to the last packet, client to its last send)\n"
    "exit: 0 done; 2 bad options; 3 no client, no server, a broken connection\n";

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"listen", 1, 0, 'l'}, {"connect", 1, 0, 'l'},    {"udp", 0, 0, 'u'},    {"size", 1, 0, 's'},
        {"flows", 1, 0, 'f'},  {"duration-s", 1, 0, 'd'}, {"wait-s", 1, 0, 'w'}, {"rate", 1, 0, 'r'},
        {"cpu", 1, 0, 'c'},    {"help", 0, 0, 'h'},       {0, 0, 0, 0},
    };
    if (argc > 1 && !strcmp(argv[1], "--help"))
        return fputs(USAGE, stdout) < 0;
    bool server = argc > 1 && !strcmp(argv[1], "server");
    if (!server && (argc < 2 || strcmp(argv[1], "client"))) {
        fprintf(stderr, "rates: say `rates server` or `rates client`; see rates --help\n");
        return EXIT_USAGE;
    }
    struct rate_options o = {.flows = 1, .wait_ns = 30 * NS_PER_S, .cpu = NO_CPU};
    int index = 0;
    for (int c; (c = getopt_long(argc - 1, argv + 1, "", options, &index)) != -1;) {
        bool good = true;
        const char *remedy = "not a number";
        switch (c) {
        case 'h':
            return fputs(USAGE, stdout) < 0;
        case 'l':
            good = !strcmp(options[index].name, server ? "listen" : "connect") && tool_add(&o.at, optarg);
            remedy = server ? "a server needs one --listen with a numeric address"
                            : "a client needs one --connect with a numeric address";
            break;
        case 'u':
            o.udp = true;
            break;
        case 's':
            good = tool_number(optarg, MIN_DATAGRAM, MAX_WRITE, &o.size);
            remedy = "not a number from 16 to 1048576";
            break;
        case 'f':
            good = tool_number(optarg, 1, MAX_FLOWS, &o.flows);
            remedy = "not a number from 1 to 64";
            break;
        case 'd':
            good = tool_time(optarg, 1e9, &o.duration_ns) && o.duration_ns;
            remedy = "not a time in seconds above 0";
            break;
        case 'w':
            good = tool_time(optarg, 1e9, &o.wait_ns) && o.wait_ns;
            remedy = "not a time in seconds above 0";
            break;
        case 'r':
            good = tool_number(optarg, 0, 1000000000, &o.rate);
            break;
        case 'c':
            good = tool_number(optarg, 0, 1023, &o.cpu);
            remedy = "not the number of a CPU";
            break;
        default:
            return EXIT_USAGE; // getopt has said it
        }
        if (!good)
            return tool_bad_option(options[index].name, optarg, remedy);
    }
    if (optind < argc - 1)
        return tool_usage("unexpected argument", argv[optind + 1], "see rates --help");
    if (o.at.count != 1)
        return tool_usage(argv[1], NULL, server ? "one --listen is needed" : "one --connect is needed");
    if (!server && !o.duration_ns)
        return tool_usage("client", NULL, "--duration-s is needed");
    if (o.udp && o.size > MAX_UDP_SIZE)
        return tool_usage("--size", NULL,
                          "a datagram has at most 1472 bytes, what one Ethernet frame carries");
    if (!o.size)
        o.size = o.udp ? DEFAULT_DATAGRAM : DEFAULT_WRITE;
    if (!rates_on_cpu(o.cpu))
        return EXIT_BROKEN;
    return server ? run_rates_server(&o) : run_rates_client(&o);
}
