// SPDX-License-Identifier: GPL-2.0
/* shortpath-lb: loads the load balancer's programs, keeps them attached, and programs Services into them. */
#include <string.h>
#include "lb.h"

const char program_name[] = "shortpath-lb";

static const char usage[] =
    "usage: shortpath-lb attach --uplink IF [--pod IF]... --node4 ADDRESS --node6 ADDRESS\n"
    "                           --pod-cidr4 PREFIX --pod-cidr6 PREFIX [--socket PATH]\n"
    "                           [--max-services N] [--max-endpoints N] [--max-flows N]\n"
    "                           [--attach auto|tcx|tc] [--to-pods peer|link]\n"
    "       shortpath-lb check\n"
    "       shortpath-lb --help | --version\n"
    "\n"
    "Forwards what is sent to Kubernetes Services (NodePort, ClusterIP) in the network namespace that it is\n"
    "run in. Reads commands, each answered with one line of JSON: load LINES, update LINES, status,\n"
    "dump, quit.\n"
    "bpf/README.md describes them. Ends with quit, SIGTERM, SIGINT or the end of standard input.\n"
    "\n"
    "check only says whether this kernel takes the BPF programs.\n"
    "\n"
    "  --uplink IF          towards clients and other nodes\n"
    "  --pod IF             the node's end of a pod's link; repeatable\n"
    "  --node4, --node6     the node's address, which masqueraded packets get\n"
    "  --pod-cidr4, -cidr6  addresses of the cluster's pods (kube-proxy's --cluster-cidr)\n"
    "  --socket PATH        take commands from clients of this Unix socket instead of standard input\n"
    "  --max-services N     (default: 100000)\n"
    "  --max-endpoints N    of all Services, for each family, old and new at once (default: 524288)\n"
    "  --max-flows N        flows on record; the least recently used go first (default: 65536)\n"
    "  --attach WAY         tcx: detached by the kernel when the process dies (Linux 6.6); tc: a clsact "
    "qdisc,\n"
    "                       which SIGKILL would leave; auto: tcx if there is (default)\n"
    "  --to-pods WAY        peer: to the pod's end of its veth directly (default); link: through the veth, "
    "so\n"
    "                       that what is attached to its node's end sees all packets\n"
    "\n"
    "exit: 0 done, 2 bad input or missing capability, 3 failed\n";

static int attach_command(const struct options *options)
{
    struct programs *programs = programs_attach(options);
    struct table *table;
    int code;

    if (!programs)
        return EXIT_FAILED;
    table = table_new(programs, options);
    code = serve(options, programs, table);
    programs_free(programs);
    table_free(table);
    return code;
}

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";
    static struct options options;

    if (!strcmp(command, "--help") || !strcmp(command, "-h") || !strcmp(command, "help")) {
        fputs(usage, stdout);
        return 0;
    }
    if (!strcmp(command, "--version")) {
        puts("shortpath-lb " LB_VERSION);
        return 0;
    }
    if (!strcmp(command, "check") && argc == 2)
        return programs_check() ? 0 : EXIT_BAD_INPUT;
    if (strcmp(command, "attach")) {
        complain(argc > 1 ? "unknown command '%s': attach, check; see --help"
                          : "no command%s: attach, check; see --help",
                 command);
        return EXIT_BAD_INPUT;
    }
    for (int i = 2; i < argc; i++)
        if (!strcmp(argv[i], "--help")) {
            fputs(usage, stdout);
            return 0;
        }
    if (!parse_options(argc - 2, argv + 2, &options))
        return EXIT_BAD_INPUT;
    return attach_command(&options);
}
