// SPDX-License-Identifier: GPL-2.0
/* What rtnetlink says about an interface (rtnetlink(7)). */
#include <errno.h>
#include <net/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "lb.h"

static bool is_veth(struct rtattr *info)
{
    int left = RTA_PAYLOAD(info);

    for (struct rtattr *at = RTA_DATA(info); RTA_OK(at, left); at = RTA_NEXT(at, left))
        if (at->rta_type == IFLA_INFO_KIND)
            return !strncmp(RTA_DATA(at), "veth", RTA_PAYLOAD(at));
    return false;
}

static void read_link(struct nlmsghdr *message, struct interface *interface)
{
    struct ifinfomsg *info = NLMSG_DATA(message);
    bool veth = false, elsewhere = false;
    int left = IFLA_PAYLOAD(message);

    interface->index = info->ifi_index;
    interface->ethernet = info->ifi_type == ARPHRD_ETHER;
    for (struct rtattr *at = IFLA_RTA(info); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
        if ((at->rta_type & NLA_TYPE_MASK) == IFLA_LINKINFO)
            veth = is_veth(at);
        else if (at->rta_type == IFLA_LINK_NETNSID)
            elsewhere = true;
    }
    interface->veth_elsewhere = veth && elsewhere;
}

bool look_at_interface(const char *name, struct interface *interface)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg info;
    } question = {
        .header = {.nlmsg_len = sizeof(question), .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST}};
    static char answer[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
    struct nlmsghdr *message = (void *)answer;
    int channel, error = 0;
    ssize_t size;

    question.info.ifi_index = if_nametoindex(name);
    if (!question.info.ifi_index) {
        complain("no interface '%s' in this network namespace", name);
        return false;
    }
    channel = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (channel < 0 || send(channel, &question, sizeof(question), 0) < 0 ||
        (size = recv(channel, answer, sizeof(answer), 0)) < 0)
        error = errno;
    else if (!NLMSG_OK(message, size))
        error = EBADMSG;
    else if (message->nlmsg_type == NLMSG_ERROR)
        error = -((struct nlmsgerr *)NLMSG_DATA(message))->error;
    if (channel >= 0)
        close(channel);
    if (error) {
        complain("interface %s cannot be looked at: %s", name, strerror(error));
        return false;
    }
    read_link(message, interface);
    if (!interface->ethernet)
        complain("interface %s is not an Ethernet interface", name);
    return interface->ethernet;
}
