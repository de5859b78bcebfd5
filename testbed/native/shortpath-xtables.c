// SPDX-License-Identifier: GPL-2.0
/*
 * Says how much the legacy iptables' tables of this network namespace hold, a line each: family,
 * table, rules, bytes. The kernel keeps a table as one block of entries, in the layout in which it
 * was handed over, and tells the block's size (net/ipv4/netfilter/ip_tables.c, get_info); what
 * matches allocate besides, and per-CPU counters, are not in it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const tables[] = {"mangle", "nat", "filter"};

static int tell(int family)
{
    int level = family == AF_INET ? SOL_IP : IPPROTO_IPV6;
    int option = family == AF_INET ? IPT_SO_GET_INFO : IP6T_SO_GET_INFO;
    const char *name = family == AF_INET ? "ipv4" : "ipv6";
    int channel = socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);

    if (channel < 0) {
        fprintf(stderr, "shortpath-xtables: %s: no raw socket: %s\n", name, strerror(errno));
        return 1;
    }
    for (unsigned int i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
        struct ipt_getinfo info = {}; /* ip6t_getinfo has the same fields */
        socklen_t size = sizeof(info);

        _Static_assert(sizeof(info) == sizeof(struct ip6t_getinfo), "one layout for both families");
        strcpy(info.name, tables[i]);
        if (getsockopt(channel, level, option, &info, &size)) {
            fprintf(stderr, "shortpath-xtables: %s: table %s: %s\n", name, tables[i], strerror(errno));
            close(channel);
            return 1;
        }
        printf("%s %s %u %u\n", name, tables[i], info.num_entries, info.size);
    }
    close(channel);
    return 0;
}

int main(void)
{
    return tell(AF_INET) || tell(AF_INET6);
}
