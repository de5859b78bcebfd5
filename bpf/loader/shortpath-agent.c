// SPDX-License-Identifier: GPL-2.0
/* shortpath-agent: loads the redirection programs, keeps them attached, and tells what they did. */
#include <string.h>
#include "agent.h"

const char program_name[] = "shortpath-agent";

static const char usage[] =
    "usage: shortpath-agent attach [--name NAME] [--cgroup PATH]... [--pod UID]\n"
    "                              [--ports LIST] [--exclude LIST]\n"
    "                              [--max-connections N] [--unread-limit BYTES] [--edge-limit BYTES]\n"
    "                              [--large-message BYTES] [--blocking-readers stack|redirect]\n"
    "       shortpath-agent status [--name NAME]\n"
    "       shortpath-agent detach [--name NAME]\n"
    "       shortpath-agent check\n"
    "       shortpath-agent --help | --version\n"
    "\n"
    "Redirects messages from socket to socket, past the network stack, on TCP connections whose two ends\n"
    "are on this kernel. attach stays in the foreground until SIGTERM, SIGINT or detach.\n"
    "\n"
    "  --name NAME              instance, [a-z0-9-]{1,40} (default: default)\n"
    "  --cgroup PATH            only sockets of processes in this cgroup2 directory and below; repeatable\n"
    "                           (default: the root of the cgroup2 mount)\n"
    "  --pod UID                only sockets of the pods of the Kubernetes node that has this one; --cgroup "
    "is\n"
    "                           then where the node's cgroups are mounted (/sys/fs/cgroup of the host)\n"
    "  --ports LIST             only connections whose destination port, as the client or the server sees "
    "it,\n"
    "                           is in LIST, such as 80,443,15000-15010 (default: all)\n"
    "  --exclude LIST           no connection with one of these ports at either end\n"
    "  --max-connections N      connections on record at once; others take the stack (default: 65536)\n"
    "  --unread-limit BYTES     redirected and not yet read, per direction (default: 262144)\n"
    "  --edge-limit BYTES       the same for readers on edge-triggered epoll or with EPOLLRDHUP (default: "
    "4194304)\n"
    "  --large-message BYTES    larger messages take the stack (default: 65536)\n"
    "  --blocking-readers MODE  stack: connections of blocking sockets stay plain TCP (default);\n"
    "                           redirect: pair them too, at the risk of EAGAIN from a blocking recv\n"
    "\n"
    "exit: 0 done, 2 bad input or missing capability, 3 failed\n";

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";
    bool attaching = !strcmp(command, "attach");
    struct options options;

    if (!strcmp(command, "--help") || !strcmp(command, "-h") || !strcmp(command, "help")) {
        fputs(usage, stdout);
        return 0;
    }
    if (!strcmp(command, "--version")) {
        puts("shortpath-agent " AGENT_VERSION);
        return 0;
    }
    if (!attaching && strcmp(command, "status") && strcmp(command, "detach") && strcmp(command, "check")) {
        complain(argc > 1 ? "unknown command '%s': attach, status, detach or check; see --help"
                          : "no command%s: attach, status, detach or check; see --help",
                 command);
        return EXIT_BAD_INPUT;
    }
    for (int i = 2; i < argc; i++)
        if (!strcmp(argv[i], "--help")) {
            fputs(usage, stdout);
            return 0;
        }
    if (!parse_options(argc - 2, argv + 2, attaching, &options))
        return EXIT_BAD_INPUT;
    if (attaching)
        return attach_command(&options);
    if (!strcmp(command, "status"))
        return status_command(options.name);
    if (!strcmp(command, "detach"))
        return detach_command(options.name);
    return check_command(&options);
}
