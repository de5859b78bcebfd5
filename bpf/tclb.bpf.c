// SPDX-License-Identifier: GPL-2.0
/* Shortpath's Service load balancer: NodePort and ClusterIP by TC programs, without netfilter. See README.md.
 *
 * All translation is done where a packet enters the node, and the packet is sent on from there: an IPv4
 * packet whose source has become an address of the node itself would be a martian to the node's own routing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include "tclb.h"

#define AF_INET  2
#define AF_INET6 10
#define EEXIST   17

#define SECOND 1000000000ULL
/* Time-outs are nf_conntrack's defaults (Documentation/networking/nf_conntrack-sysctl.rst). */
#define TCP_ESTABLISHED (432000 * SECOND)
#define TCP_UNANSWERED  (120 * SECOND)
#define TCP_CLOSED      (120 * SECOND)
#define TCP_RESET       (10 * SECOND)
#define UDP_UNANSWERED  (30 * SECOND)
#define UDP_ANSWERED    (120 * SECOND)

#define PORT_TRIES  32
#define QUOTED      128        /* bytes of a packet that an ICMP error of ours carries, a multiple of 4 */
#define TRANSLATED  0x73706c62 /* mark of packets that the programs at egress need not look at */
#define IPV4_PREFIX bpf_htonl(0xffff)

#define FRAGMENT_MORE   0x2000
#define FRAGMENT_OFFSET 0x1fff
#define DONT_FRAGMENT   0x4000

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

enum packet_flag {
    PACKET_IPV6 = 1 << 0,
    PACKET_FIRST = 1 << 1,      /* first fragment of several */
    PACKET_LATER = 1 << 2,      /* a fragment without ports */
    PACKET_UNSPLIT = 1 << 3,    /* must not be fragmented */
    PACKET_ICMP_ERROR = 1 << 4, /* an error message about another packet; no ports */
};

struct packet {
    struct tuple tuple;
    __u32 transport; /* offset */
    __u32 id;        /* of fragments */
    __u32 flags;     /* enum packet_flag */
    __u16 length;    /* of the IP packet */
    __u8 tcp;        /* flags */
    __u8 hop_limit;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 2 * DEFAULT_SERVICES);
    __type(key, struct frontend_key);
    __type(value, struct frontend);
} frontends SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, DEFAULT_ENDPOINTS);
    __type(key, __u32);
    __type(value, struct endpoint);
} endpoints SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 2 * DEFAULT_FLOWS);
    __type(key, struct tuple);
    __type(value, struct flow);
} flows SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, MAX_AFFINITY);
    __type(key, struct affinity_key);
    __type(value, struct affinity);
} affinities SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, MAX_FRAGMENTED);
    __type(key, struct fragment_key);
    __type(value, struct ports);
} fragments SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, struct address);
    __type(value, __u32);
} node_addresses SEC(".maps");

/* Interfaces whose other end, in another network namespace, can be given packets directly. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1); /* by index; set before loading */
    __type(key, __u32);
    __type(value, __u32);
} peers SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct counters);
} counts SEC(".maps");

struct quotation {
    __u8 bytes[QUOTED];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct quotation);
} quotations SEC(".maps");

/* Set before loading. */
const volatile struct address node_ipv4 = {};
const volatile struct address node_ipv6 = {};
const volatile struct address pods_prefix[2] = {}; /* IPv4, IPv6 */
const volatile struct address pods_mask[2] = {};
const volatile __u32 first_port = 1024; /* source ports that may be given, outside ip_local_port_range */
const volatile __u32 port_count = 31744;

static __always_inline void count(enum counter counter)
{
    __u32 zero = 0;
    struct counters *counters = bpf_map_lookup_elem(&counts, &zero);

    if (counters && counter < COUNTER_COUNT)
        counters->values[counter]++;
}

static __always_inline int drop(enum counter reason)
{
    count(reason);
    return TC_ACT_SHOT;
}

static __always_inline bool same_address(const struct address *a, const struct address *b)
{
    return a->words[0] == b->words[0] && a->words[1] == b->words[1] && a->words[2] == b->words[2] &&
           a->words[3] == b->words[3];
}

static __always_inline bool same_tuple(const struct tuple *a, const struct tuple *b)
{
    return same_address(&a->source, &b->source) && same_address(&a->destination, &b->destination) &&
           a->source_port == b->source_port && a->destination_port == b->destination_port &&
           a->protocol == b->protocol;
}

static __always_inline void turn(const struct tuple *from, struct tuple *to)
{
    to->source = from->destination;
    to->destination = from->source;
    to->source_port = from->destination_port;
    to->destination_port = from->source_port;
    to->protocol = from->protocol;
    __builtin_memset(to->unused, 0, sizeof(to->unused));
}

static __always_inline bool is_ipv6(const struct packet *packet)
{
    return packet->flags & PACKET_IPV6;
}

static __always_inline bool from_pod(const struct packet *packet)
{
    const __u32 family = is_ipv6(packet);

    for (int i = 0; i < 4; i++)
        if ((packet->tuple.source.words[i] & pods_mask[family].words[i]) != pods_prefix[family].words[i])
            return false;
    return true;
}

/* ---- Reading packets */

static __always_inline bool is_icmp_error(__u8 protocol, __u8 type)
{
    if (protocol == IPPROTO_ICMPV6)
        return type >= 1 && type <= 4;
    return type == 3 || type == 11 || type == 12;
}

static __always_inline bool read_transport(struct __sk_buff *skb, struct packet *packet, bool inner)
{
    struct ports ports;
    __u8 type;

    packet->tcp = 0;
    switch (packet->tuple.protocol) {
    case IPPROTO_TCP:
        if (!inner && !(packet->flags & PACKET_LATER) &&
            bpf_skb_load_bytes(skb, packet->transport + 13, &packet->tcp, 1))
            return false;
        break;
    case IPPROTO_UDP:
        break;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
        if (inner || packet->flags & (PACKET_LATER | PACKET_FIRST) ||
            bpf_skb_load_bytes(skb, packet->transport, &type, 1) ||
            !is_icmp_error(packet->tuple.protocol, type))
            return false;
        packet->flags |= PACKET_ICMP_ERROR;
        return true;
    default:
        return false;
    }
    if (packet->flags & PACKET_LATER) {
        struct fragment_key key = {.id = packet->id, .protocol = packet->tuple.protocol};
        struct ports *found;

        key.source = packet->tuple.source;
        key.destination = packet->tuple.destination;
        found = bpf_map_lookup_elem(&fragments, &key);
        if (!found)
            return false;
        ports = *found;
    } else if (bpf_skb_load_bytes(skb, packet->transport, &ports, sizeof(ports))) {
        return false;
    }
    packet->tuple.source_port = ports.source;
    packet->tuple.destination_port = ports.destination;
    return true;
}

static __always_inline bool read_ipv4(struct __sk_buff *skb, __u32 at, struct packet *packet)
{
    struct iphdr header;
    __u16 fragment;

    if (bpf_skb_load_bytes(skb, at, &header, sizeof(header)) || header.version != 4 || header.ihl < 5)
        return false;
    fragment = bpf_ntohs(header.frag_off);
    packet->flags = fragment & DONT_FRAGMENT ? PACKET_UNSPLIT : 0;
    if (fragment & FRAGMENT_OFFSET)
        packet->flags |= PACKET_LATER;
    else if (fragment & FRAGMENT_MORE)
        packet->flags |= PACKET_FIRST;
    packet->id = header.id;
    packet->length = bpf_ntohs(header.tot_len);
    packet->hop_limit = header.ttl;
    packet->transport = at + header.ihl * 4;
    packet->tuple.source.words[2] = IPV4_PREFIX;
    packet->tuple.source.words[3] = header.saddr;
    packet->tuple.destination.words[2] = IPV4_PREFIX;
    packet->tuple.destination.words[3] = header.daddr;
    packet->tuple.protocol = header.protocol;
    return header.protocol != IPPROTO_ICMPV6;
}

#define EXTENSIONS 6

static __always_inline bool read_ipv6(struct __sk_buff *skb, __u32 at, struct packet *packet)
{
    struct ipv6hdr header;
    __u8 next;

    if (bpf_skb_load_bytes(skb, at, &header, sizeof(header)) || header.version != 6)
        return false;
    packet->flags = PACKET_IPV6 | PACKET_UNSPLIT;
    packet->id = 0;
    packet->length = bpf_ntohs(header.payload_len) + sizeof(header);
    packet->hop_limit = header.hop_limit;
    __builtin_memcpy(&packet->tuple.source, &header.saddr, sizeof(struct address));
    __builtin_memcpy(&packet->tuple.destination, &header.daddr, sizeof(struct address));
    next = header.nexthdr;
    at += sizeof(header);
    for (int i = 0; i < EXTENSIONS; i++) {
        struct {
            __u8 next, length;
            __be16 offset;
            __be32 id;
        } extension;

        if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS &&
            next != IPPROTO_FRAGMENT && next != IPPROTO_AH)
            break;
        if (bpf_skb_load_bytes(skb, at, &extension, sizeof(extension)))
            return false;
        if (next == IPPROTO_FRAGMENT) {
            packet->id = extension.id;
            at += 8;
            if (extension.offset & bpf_htons(0xfff8)) {
                packet->flags |= PACKET_LATER;
                next = extension.next;
                break;
            }
            if (extension.offset & bpf_htons(1))
                packet->flags |= PACKET_FIRST;
        } else {
            at += next == IPPROTO_AH ? (extension.length + 2) * 4 : (extension.length + 1) * 8;
        }
        next = extension.next;
    }
    packet->transport = at;
    packet->tuple.protocol = next;
    return next != IPPROTO_ICMP;
}

/* Functions that are not static are verified once, each by itself. */

/* 0 for what is no business of ours. */
__noinline int read_packet(struct __sk_buff *skb, __u32 at, struct packet *packet, bool inner)
{
    bool read = false;

    if (!packet)
        return false;
    if (skb->protocol == bpf_htons(ETH_P_IP))
        read = read_ipv4(skb, at, packet);
    else if (skb->protocol == bpf_htons(ETH_P_IPV6))
        read = read_ipv6(skb, at, packet);
    return read && read_transport(skb, packet, inner);
}

/* ---- Writing packets */

static __always_inline __u16 fold(__u32 sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

/* Source and destination as they stand in a packet. */
static __always_inline __u32 both_ports(const struct tuple *tuple)
{
    _Static_assert(offsetof(struct tuple, destination_port) == offsetof(struct tuple, source_port) + 2, "");
    return *(const __u32 *)&tuple->source_port;
}

/* What other addresses do to a checksum over them, as bpf_csum_diff() tells it. */
static __always_inline __u32 difference_of(const struct tuple *old, const struct tuple *new)
{
    __u64 sum = 0;

    for (int i = 0; i < 4; i++) {
        sum += (__u64)(__u32)~old->source.words[i] + new->source.words[i];
        sum += (__u64)(__u32)~old->destination.words[i] + new->destination.words[i];
    }
    sum = (sum & 0xffffffff) + (sum >> 32);
    return sum + (sum >> 32);
}

/* The packet's headers up to IP's, to be written in place; NULL if it has not so many bytes. */
static __always_inline struct ethhdr *head_of(struct __sk_buff *skb, __u32 bytes)
{
    if (skb->data + bytes > skb->data_end && bpf_skb_pull_data(skb, bytes))
        return NULL;
    if ((void *)(long)skb->data + bytes > (void *)(long)skb->data_end)
        return NULL;
    return (void *)(long)skb->data;
}

static __always_inline void write_link(struct ethhdr *ethernet, const struct bpf_fib_lookup *link)
{
    __u16 *to = (void *)ethernet;
    const __u16 *destination = (const void *)link->dmac, *source = (const void *)link->smac;

    for (int i = 0; i < ETH_ALEN / 2; i++) {
        to[i] = destination[i];
        to[ETH_ALEN / 2 + i] = source[i];
    }
}

/* Gives the packet the addresses and ports of `to`; with `link`, also what a hop changes: link addresses and
 * hop limit. */
__noinline int rewrite(struct __sk_buff *skb, const struct packet *packet, const struct tuple *to,
                       const struct bpf_fib_lookup *link, bool hop)
{
    __u32 checksum, ports, difference, flags = BPF_F_PSEUDO_HDR;
    struct ethhdr *ethernet;

    if (!packet || !to)
        return false;
    difference = difference_of(&packet->tuple, to);
    if (is_ipv6(packet)) {
        struct ipv6hdr *ip;

        ethernet = head_of(skb, ETH_HLEN + sizeof(*ip));
        if (!ethernet)
            return false;
        ip = (void *)(ethernet + 1);
        __builtin_memcpy(&ip->saddr, &to->source, sizeof(struct address));
        __builtin_memcpy(&ip->daddr, &to->destination, sizeof(struct address));
        ip->hop_limit -= hop;
    } else {
        struct iphdr *ip;
        __u32 sum;

        ethernet = head_of(skb, ETH_HLEN + sizeof(*ip));
        if (!ethernet)
            return false;
        ip = (void *)(ethernet + 1);
        sum = fold(difference) + (__u16)~ip->check;
        if (hop) {
            ip->ttl--;
            sum += (__u16)~bpf_htons(1 << 8);
        }
        ip->saddr = to->source.words[3];
        ip->daddr = to->destination.words[3];
        ip->check = ~fold(sum);
    }
    if (link)
        write_link(ethernet, link);
    if (packet->flags & PACKET_LATER || to->protocol == IPPROTO_ICMP)
        return true;
    checksum = packet->transport + 2; /* ICMPv6 */
    if (to->protocol == IPPROTO_TCP) {
        checksum = packet->transport + 16;
    } else if (to->protocol == IPPROTO_UDP) {
        checksum = packet->transport + 6;
        flags |= BPF_F_MARK_MANGLED_0;
    }
    if (bpf_l4_csum_replace(skb, checksum, 0, difference, flags))
        return false;
    ports = both_ports(to);
    if (to->protocol == IPPROTO_ICMPV6 || ports == both_ports(&packet->tuple))
        return true;
    flags = (flags & ~BPF_F_PSEUDO_HDR) | sizeof(ports);
    return !bpf_l4_csum_replace(skb, checksum, both_ports(&packet->tuple), ports, flags) &&
           !bpf_skb_store_bytes(skb, packet->transport, &ports, sizeof(ports), 0);
}

/* Answers with an ICMP error about the packet as it came; the packet itself is used up. */
__noinline int answer(struct __sk_buff *skb, const struct packet *packet, __u32 type_code, __u32 mtu)
{
    __u32 zero = 0, length;
    struct quotation *quoted = bpf_map_lookup_elem(&quotations, &zero);
    struct {
        __u8 type, code;
        __be16 checksum;
        __be32 mtu;
    } icmp = {.type = type_code >> 8, .code = type_code & 0xff, .mtu = bpf_htonl(mtu)};
    struct ethhdr ethernet;
    __u8 mac[ETH_ALEN];
    __u32 sum;

    if (!packet || packet->flags & (PACKET_LATER | PACKET_ICMP_ERROR) || !quoted)
        return drop(COUNT_DROP_REWRITE);
    length = packet->length;
    if (length > QUOTED)
        length = QUOTED;
    if (length < sizeof(struct iphdr) || skb->len < ETH_HLEN + length)
        return drop(COUNT_DROP_REWRITE);
    __builtin_memset(quoted, 0, sizeof(*quoted));
    /* A packet whose checksum is left to the device keeps that request with it: the quoted checksum may be
     * completed later on, which only a physical link would do. */
    if (bpf_skb_load_bytes(skb, 0, &ethernet, sizeof(ethernet)) ||
        bpf_skb_load_bytes(skb, ETH_HLEN, quoted->bytes, length) ||
        bpf_skb_change_tail(skb, ETH_HLEN + length, 0))
        return drop(COUNT_DROP_REWRITE);
    __builtin_memcpy(mac, ethernet.h_source, ETH_ALEN);
    __builtin_memcpy(ethernet.h_source, ethernet.h_dest, ETH_ALEN);
    __builtin_memcpy(ethernet.h_dest, mac, ETH_ALEN);
    sum = bpf_csum_diff(NULL, 0, (__be32 *)quoted, QUOTED, 0);
    sum = bpf_csum_diff(NULL, 0, (__be32 *)&icmp, sizeof(icmp), sum);
    if (is_ipv6(packet)) {
        struct {
            __u8 pad[2];
            struct ethhdr ethernet;
            struct ipv6hdr ip;
        } head = {.ethernet = ethernet};
        __be32 pseudo[2] = {bpf_htonl(sizeof(icmp) + length), bpf_htonl(IPPROTO_ICMPV6)};

        head.ip.version = 6;
        head.ip.payload_len = bpf_htons(sizeof(icmp) + length);
        head.ip.nexthdr = IPPROTO_ICMPV6;
        head.ip.hop_limit = 64;
        for (int i = 0; i < 4; i++) {
            head.ip.saddr.in6_u.u6_addr32[i] = node_ipv6.words[i];
            head.ip.daddr.in6_u.u6_addr32[i] = packet->tuple.source.words[i];
        }
        sum = bpf_csum_diff(NULL, 0, (__be32 *)&head.ip.saddr, 2 * sizeof(struct address), sum);
        icmp.checksum = ~fold(bpf_csum_diff(NULL, 0, pseudo, sizeof(pseudo), sum));
        if (bpf_skb_adjust_room(skb, sizeof(head.ip) + sizeof(icmp), BPF_ADJ_ROOM_MAC, 0) ||
            bpf_skb_store_bytes(skb, 0, &head.ethernet, ETH_HLEN + sizeof(head.ip), 0) ||
            bpf_skb_store_bytes(skb, ETH_HLEN + sizeof(head.ip), &icmp, sizeof(icmp), 0))
            return drop(COUNT_DROP_REWRITE);
    } else {
        struct {
            __u8 pad[2];
            struct ethhdr ethernet;
            struct iphdr ip;
        } head = {.ethernet = ethernet};

        head.ip.version = 4;
        head.ip.ihl = 5;
        head.ip.tot_len = bpf_htons(sizeof(head.ip) + sizeof(icmp) + length);
        head.ip.frag_off = bpf_htons(DONT_FRAGMENT);
        head.ip.ttl = 64;
        head.ip.protocol = IPPROTO_ICMP;
        head.ip.saddr = node_ipv4.words[3];
        head.ip.daddr = packet->tuple.source.words[3];
        head.ip.check = ~fold(bpf_csum_diff(NULL, 0, (__be32 *)&head.ip, sizeof(head.ip), 0));
        icmp.checksum = ~fold(sum);
        if (bpf_skb_adjust_room(skb, sizeof(head.ip) + sizeof(icmp), BPF_ADJ_ROOM_MAC, 0) ||
            bpf_skb_store_bytes(skb, 0, &head.ethernet, ETH_HLEN + sizeof(head.ip), 0) ||
            bpf_skb_store_bytes(skb, ETH_HLEN + sizeof(head.ip), &icmp, sizeof(icmp), 0))
            return drop(COUNT_DROP_REWRITE);
    }
    skb->mark = TRANSLATED;
    return bpf_redirect(skb->ifindex, 0);
}

#define ICMP_ANSWER(packet, type4, code4, type6, code6)                                                      \
    (is_ipv6(packet) ? (type6) << 8 | (code6) : (type4) << 8 | (code4))

static __always_inline int reject(struct __sk_buff *skb, const struct packet *packet)
{
    count(COUNT_REJECTED);
    return answer(skb, packet, ICMP_ANSWER(packet, 3, 3, 1, 4), 0);
}

/* ---- Sending packets on */

/* The largest packet that the link will see of this one. */
static __always_inline __u16 size_on_link(struct __sk_buff *skb, const struct packet *packet)
{
    __u8 words = 0;

    if (!skb->gso_size)
        return packet->length;
    if (packet->tuple.protocol != IPPROTO_TCP)
        return packet->transport - ETH_HLEN + 8 + skb->gso_size;
    if (bpf_skb_load_bytes(skb, packet->transport + 12, &words, 1))
        return packet->length;
    return packet->transport - ETH_HLEN + (words >> 4) * 4 + skb->gso_size;
}

static __always_inline int route(struct __sk_buff *skb, const struct packet *packet, const struct tuple *to,
                                 struct bpf_fib_lookup *link)
{
    __builtin_memset(link, 0, sizeof(*link));
    link->l4_protocol = to->protocol;
    link->sport = to->source_port;
    link->dport = to->destination_port;
    link->ifindex = skb->ifindex;
    link->tot_len = size_on_link(skb, packet);
    if (is_ipv6(packet)) {
        link->family = AF_INET6;
        __builtin_memcpy(link->ipv6_src, &to->source, sizeof(struct address));
        __builtin_memcpy(link->ipv6_dst, &to->destination, sizeof(struct address));
    } else {
        link->family = AF_INET;
        link->ipv4_src = to->source.words[3];
        link->ipv4_dst = to->destination.words[3];
    }
    return bpf_fib_lookup(skb, link, sizeof(*link), 0);
}

static __always_inline int to_stack(struct __sk_buff *skb, const struct packet *packet,
                                    const struct tuple *to)
{
    if (!rewrite(skb, packet, to, NULL, false))
        return drop(COUNT_DROP_REWRITE);
    count(COUNT_BY_STACK);
    return TC_ACT_UNSPEC;
}

static __always_inline int too_big(struct __sk_buff *skb, const struct packet *packet, const struct tuple *to,
                                   __u32 mtu, bool reply)
{
    if (packet->flags & PACKET_UNSPLIT) {
        count(COUNT_TOO_BIG);
        return answer(skb, packet, ICMP_ANSWER(packet, 3, 4, 2, 0), mtu);
    }
    /* The kernel must fragment it. A reply may only get its source where it leaves (see shortpath_out()). */
    if (reply && same_address(&packet->tuple.destination, &to->destination))
        return TC_ACT_UNSPEC;
    if (!reply && same_address(&packet->tuple.source, &to->source))
        return to_stack(skb, packet, to);
    return drop(COUNT_DROP_UNSPLIT);
}

/* Translates the packet and sends it on. */
__noinline int forward(struct __sk_buff *skb, const struct packet *packet, const struct tuple *to, bool reply)
{
    struct bpf_fib_lookup link;
    __u32 interface, *peer;
    int result;

    if (!packet || !to)
        return TC_ACT_SHOT;
    result = route(skb, packet, to, &link);
    interface = link.ifindex;
    if (result == BPF_FIB_LKUP_RET_FRAG_NEEDED && !(packet->flags & PACKET_ICMP_ERROR))
        return too_big(skb, packet, to, link.mtu_result, reply);
    if (result != BPF_FIB_LKUP_RET_SUCCESS && result != BPF_FIB_LKUP_RET_NO_NEIGH)
        return to_stack(skb, packet, to); /* to the node itself, or nowhere: the kernel's affair */
    if (packet->hop_limit <= 1) {
        count(COUNT_EXPIRED);
        return answer(skb, packet, ICMP_ANSWER(packet, 11, 0, 3, 0), 0);
    }
    if (!rewrite(skb, packet, to, result == BPF_FIB_LKUP_RET_SUCCESS ? &link : NULL, true))
        return drop(COUNT_DROP_REWRITE);
    peer = bpf_map_lookup_elem(&peers, &interface);
    if (result == BPF_FIB_LKUP_RET_SUCCESS && peer && *peer)
        return bpf_redirect_peer(interface, 0);
    skb->mark = TRANSLATED;
    if (result == BPF_FIB_LKUP_RET_NO_NEIGH)
        return bpf_redirect_neigh(interface, NULL, 0, 0);
    return bpf_redirect(interface, 0);
}

/* ---- Flows */

static __always_inline bool closed(__u32 flags)
{
    return flags & FLOW_RESET || (flags & (FLOW_FIN | FLOW_REPLY_FIN)) == (FLOW_FIN | FLOW_REPLY_FIN);
}

static __always_inline bool expired(const struct flow *flow, __u64 now)
{
    __u64 limit = TCP_ESTABLISHED;

    if (flow->to.protocol == IPPROTO_UDP)
        limit = flow->flags & FLOW_ANSWERED ? UDP_ANSWERED : UDP_UNANSWERED;
    else if (flow->flags & FLOW_RESET)
        limit = TCP_RESET;
    else if (flow->flags & (FLOW_FIN | FLOW_REPLY_FIN))
        limit = closed(flow->flags) ? TCP_CLOSED : TCP_ESTABLISHED;
    else if (!(flow->flags & FLOW_ANSWERED))
        limit = TCP_UNANSWERED;
    return now > flow->seen && now - flow->seen > limit + SECOND;
}

/* `key` is on the caller's stack: until Linux 6.1 a map's key cannot be what a function was given. */
static __always_inline void forget(const struct tuple *key, const struct tuple *to)
{
    struct tuple other;

    turn(to, &other);
    bpf_map_delete_elem(&flows, key);
    bpf_map_delete_elem(&flows, &other);
}

/* Both entries know the flow's state. Old ones may be evicted alone: the other brings it back. */
__noinline int note(const struct packet *packet, struct flow *flow, __u64 now)
{
    struct flow *other;
    struct tuple key;
    __u32 news;
    bool reply;

    if (!packet || !flow)
        return 0;
    reply = flow->flags & FLOW_REPLY;
    news = reply ? FLOW_ANSWERED : 0;
    if (packet->tcp & TCP_FIN)
        news |= reply ? FLOW_REPLY_FIN : FLOW_FIN;
    if (packet->tcp & TCP_RST)
        news |= FLOW_RESET;
    news &= ~flow->flags;
    if (!news && now - flow->seen < SECOND)
        return 0;
    if (news)
        __sync_fetch_and_or(&flow->flags, news);
    flow->seen = now;
    turn(&flow->to, &key);
    other = bpf_map_lookup_elem(&flows, &key);
    if (other) {
        if (news)
            __sync_fetch_and_or(&other->flags, news);
        other->seen = now;
    } else {
        struct flow again = {.seen = now, .service = flow->service, .flags = flow->flags ^ FLOW_REPLY};

        turn(&packet->tuple, &again.to);
        bpf_map_update_elem(&flows, &key, &again, BPF_NOEXIST);
    }
    return 0;
}

/* Files a new flow from `from` to `to`, whose source port is replaced where it is taken. */
__noinline int file(const struct tuple *from, struct tuple *to, __u32 service, __u64 now)
{
    struct flow flow = {.seen = now, .service = service, .flags = FLOW_REPLY};
    struct tuple key, there;
    bool masqueraded;
    int error = 0; /* 32 bits: until Linux 6.3 a map's update leaves the upper half undefined */

    if (!from || !to)
        return COUNT_DROP_FULL;
    masqueraded = !same_address(&from->source, &to->source);
    turn(from, &flow.to);
    turn(to, &key);
    for (int i = 0; i < PORT_TRIES; i++) {
        struct flow *taken;

        if (i || masqueraded) {
            __u32 random = bpf_get_prandom_u32();

            to->source_port = key.destination_port =
                bpf_htons(first_port + (((__u64)random * port_count) >> 32));
        }
        error = bpf_map_update_elem(&flows, &key, &flow, BPF_NOEXIST);
        if (error != -EEXIST)
            break;
        taken = bpf_map_lookup_elem(&flows, &key);
        if (!taken)
            continue;
        if (!same_tuple(&taken->to, &flow.to)) {
            if (!expired(taken, now) && !(closed(taken->flags) && (!masqueraded || i >= PORT_TRIES / 2)))
                continue;
            forget(&key, &taken->to);
        }
        error = bpf_map_update_elem(&flows, &key, &flow, BPF_ANY);
        break;
    }
    if (error)
        return error == -EEXIST ? COUNT_DROP_PORTS : COUNT_DROP_FULL;
    flow.to = *to;
    flow.flags = 0;
    there = *from;
    error = bpf_map_update_elem(&flows, &there, &flow, BPF_NOEXIST);
    if (error == -EEXIST) { /* another packet of this flow, on another CPU, was faster */
        struct flow *first = bpf_map_lookup_elem(&flows, &there);

        if (!first || !same_tuple(&first->to, to))
            bpf_map_delete_elem(&flows, &key);
        if (first)
            *to = first->to;
        error = 0;
    }
    if (error) {
        bpf_map_delete_elem(&flows, &key);
        return COUNT_DROP_FULL;
    }
    return -1;
}

/* ---- New flows */

static __always_inline struct frontend *find_frontend(const struct packet *packet, struct frontend_key *key)
{
    struct frontend *found;

    __builtin_memset(key, 0, sizeof(*key));
    key->address = packet->tuple.destination;
    key->port = packet->tuple.destination_port;
    key->protocol = packet->tuple.protocol;
    found = bpf_map_lookup_elem(&frontends, key);
    if (found || !bpf_map_lookup_elem(&node_addresses, &key->address))
        return found;
    __builtin_memset(&key->address, 0, sizeof(key->address));
    if (!is_ipv6(packet))
        key->address.words[2] = IPV4_PREFIX;
    key->node_port = 1;
    return bpf_map_lookup_elem(&frontends, key);
}

static __always_inline struct endpoint *endpoint_at(const struct frontend *frontend, __u32 slot)
{
    __u32 index = frontend->first + slot;
    struct endpoint *endpoint = bpf_map_lookup_elem(&endpoints, &index);

    return endpoint && endpoint->tag == frontend->tag ? endpoint : NULL;
}

#define AFFINITY_SCAN 128

/* The endpoint that this client had last, if that is not too long ago and it is still one of `count`. */
static __always_inline struct endpoint *
endpoint_of_client(const struct frontend *frontend, const struct affinity *last, __u32 count, __u64 now)
{
    struct endpoint *endpoint;

    if (now > last->seen && now - last->seen > frontend->affinity * SECOND)
        return NULL;
    if (last->slot < count) {
        endpoint = endpoint_at(frontend, last->slot);
        if (endpoint && endpoint->port == last->port && same_address(&endpoint->address, &last->address))
            return endpoint;
    }
    for (__u32 slot = 0; slot < AFFINITY_SCAN && slot < count; slot++) {
        endpoint = endpoint_at(frontend, slot);
        if (endpoint && endpoint->port == last->port && same_address(&endpoint->address, &last->address))
            return endpoint;
    }
    return NULL;
}

static __always_inline struct endpoint *
choose_endpoint(const struct packet *packet, const struct frontend *frontend, __u32 count, __u64 now)
{
    struct affinity_key key = {.client = packet->tuple.source, .service = frontend->service};
    struct endpoint *endpoint = NULL;
    struct affinity *last = NULL;
    __u32 slot = 0;

    if (frontend->affinity) {
        last = bpf_map_lookup_elem(&affinities, &key);
        if (last)
            endpoint = endpoint_of_client(frontend, last, count, now);
    }
    if (endpoint) {
        last->seen = now;
        return endpoint;
    }
    if (count > 1)
        slot = ((__u64)bpf_get_prandom_u32() * count) >> 32;
    endpoint = endpoint_at(frontend, slot);
    if (endpoint && frontend->affinity) {
        struct affinity value = {.address = endpoint->address, .seen = now, .slot = slot};

        value.port = endpoint->port;
        bpf_map_update_elem(&affinities, &key, &value, BPF_ANY);
    }
    return endpoint;
}

enum choice { CHOICE_NONE = 256, CHOICE_TRANSLATE, CHOICE_REJECT };

/* What to do with the first packet of a flow, as kube-proxy decides it (v1.34, pkg/proxy/iptables/proxier.go,
 * writeServiceToEndpointRules and the comments on KUBE-EXT): a choice, or a counter of the reason to drop. */
__noinline int choose(const struct packet *packet, struct tuple *to, __u64 now)
{
    struct frontend_key key;
    struct frontend *found;
    struct endpoint *endpoint = NULL;
    bool masquerade = false;
    struct frontend frontend = {};
    struct endpoint chosen;
    int failed;

    if (!packet || !to)
        return COUNT_DROP_REWRITE;
    found = find_frontend(packet, &key);
    if (!found)
        return CHOICE_NONE;
    if (packet->tcp & TCP_RST)
        return COUNT_DROP_INVALID;
    for (__u64 i = 0; i < 3 && !endpoint; i++) { /* 64 bits: Linux 5.15 forgets a spilled half */
        bool pod = from_pod(packet);
        __u32 count;

        if (i)
            found = bpf_map_lookup_elem(&frontends, &key);
        if (!found)
            return CHOICE_NONE;
        frontend = *found;
        count = frontend.count;
        if (!count)
            return CHOICE_REJECT;
        masquerade = !pod;
        if (frontend.flags & FRONTEND_NODE_PORT) {
            masquerade = true;
            if (frontend.flags & FRONTEND_LOCAL) {
                masquerade = false;
                if (!pod)
                    count = frontend.local;
                if (!count)
                    return COUNT_DROP_LOCAL;
            }
        }
        endpoint = choose_endpoint(packet, &frontend, count, now);
    }
    if (!endpoint)
        return COUNT_DROP_TORN;
    chosen = *endpoint;
    *to = packet->tuple;
    to->destination = chosen.address;
    to->destination_port = chosen.port;
    /* A pod that reaches itself would drop packets from its own address. */
    if (masquerade || same_address(&packet->tuple.source, &chosen.address)) {
        for (int i = 0; i < 4; i++)
            to->source.words[i] = is_ipv6(packet) ? node_ipv6.words[i] : node_ipv4.words[i];
    }
    failed = file(&packet->tuple, to, frontend.service, now);
    if (failed >= 0)
        return failed;
    if (to->protocol == IPPROTO_UDP) {
        /* User space changes the Service first and looks for UDP flows to forget afterwards: whoever files
         * one later than that sees the change. */
        found = bpf_map_lookup_elem(&frontends, &key);
        if (!found || found->tag != frontend.tag) {
            struct tuple from = packet->tuple;

            forget(&from, to);
        }
    }
    count(is_ipv6(packet) ? COUNT_FLOWS6 : COUNT_FLOWS4);
    return CHOICE_TRANSLATE;
}

static __always_inline void keep_ports(const struct packet *packet)
{
    struct ports ports = {packet->tuple.source_port, packet->tuple.destination_port};
    struct fragment_key key = {.id = packet->id, .protocol = packet->tuple.protocol};

    key.source = packet->tuple.source;
    key.destination = packet->tuple.destination;
    bpf_map_update_elem(&fragments, &key, &ports, BPF_ANY);
}

static __always_inline void count_packet(const struct packet *packet, bool reply)
{
    if (is_ipv6(packet))
        count(reply ? COUNT_REPLIES6 : COUNT_REQUESTS6);
    else
        count(reply ? COUNT_REPLIES4 : COUNT_REQUESTS4);
    if (packet->flags & PACKET_LATER)
        count(COUNT_FRAGMENTS);
}

/* ---- ICMP errors */

/* Replaces bytes within an ICMP message and keeps its checksum right. */
static __always_inline bool patch(struct __sk_buff *skb, __u32 checksum, __u32 at, const void *old,
                                  const void *new, __u32 size)
{
    __s64 difference = bpf_csum_diff((__be32 *)old, size, (__be32 *)new, size, 0);

    return !bpf_l4_csum_replace(skb, checksum, 0, difference, 0) &&
           !bpf_skb_store_bytes(skb, at, new, size, 0);
}

static __always_inline bool patch_sum(struct __sk_buff *skb, __u32 checksum, __u32 at, __u32 difference)
{
    __u16 old, new;

    if (bpf_skb_load_bytes(skb, at, &old, sizeof(old)))
        return true; /* cut off before it */
    new = ~fold(fold(difference) + (__u16)~old);
    return !bpf_l4_csum_replace(skb, checksum, old, new, sizeof(new)) &&
           !bpf_skb_store_bytes(skb, at, &new, sizeof(new), 0);
}

/* Gives the packet within the message at `at` the addresses and ports of `to`. */
__noinline int rewrite_quoted(struct __sk_buff *skb, __u32 checksum, __u32 at, const struct packet *quoted,
                              const struct tuple *to)
{
    struct ports old_ports, new_ports;
    __u32 difference, sum;
    __u16 udp = 0;

    if (!quoted || !to)
        return false;
    old_ports.source = quoted->tuple.source_port;
    old_ports.destination = quoted->tuple.destination_port;
    new_ports.source = to->source_port;
    new_ports.destination = to->destination_port;
    sum = quoted->transport + 6;
    if (is_ipv6(quoted)) {
        difference = bpf_csum_diff((__be32 *)&quoted->tuple.source, 32, (__be32 *)&to->source, 32, 0);
        if (!patch(skb, checksum, at + offsetof(struct ipv6hdr, saddr), &quoted->tuple.source, &to->source,
                   2 * sizeof(struct address)))
            return false;
    } else {
        __be32 old[2] = {quoted->tuple.source.words[3], quoted->tuple.destination.words[3]};
        __be32 new[2] = {to->source.words[3], to->destination.words[3]};

        difference = bpf_csum_diff(old, 8, new, 8, 0);
        if (!patch(skb, checksum, at + offsetof(struct iphdr, saddr), old, new, sizeof(old)) ||
            !patch_sum(skb, checksum, at + offsetof(struct iphdr, check), difference))
            return false;
    }
    difference = bpf_csum_diff((__be32 *)&old_ports, 4, (__be32 *)&new_ports, 4, difference);
    if (!patch(skb, checksum, quoted->transport, &old_ports, &new_ports, sizeof(old_ports)))
        return false;
    if (to->protocol == IPPROTO_TCP)
        sum = quoted->transport + 16;
    else if (bpf_skb_load_bytes(skb, sum, &udp, sizeof(udp)) || !udp)
        return true;
    return patch_sum(skb, checksum, sum, difference);
}

/* An error about a translated packet must speak of the packet that its sender knows. */
__noinline int icmp_error(struct __sk_buff *skb, const struct packet *packet, bool leaving)
{
    struct packet quoted = {};
    struct tuple tuple;
    struct flow *flow;
    bool from_end;
    __u32 at;

    if (!packet)
        return TC_ACT_UNSPEC;
    at = packet->transport + 8;
    if (!read_packet(skb, at, &quoted, true))
        return TC_ACT_UNSPEC;
    turn(&quoted.tuple, &tuple);
    flow = bpf_map_lookup_elem(&flows, &tuple);
    if (!flow)
        return TC_ACT_UNSPEC;
    turn(&flow->to, &tuple);
    if (!rewrite_quoted(skb, packet->transport + 2, at, &quoted, &tuple))
        return drop(COUNT_DROP_REWRITE);
    count(COUNT_ERRORS);
    /* Now the message itself: to the quoted packet's sender, and from whom that one was talking to if it is
     * from the other end and not from a router. */
    from_end = same_address(&packet->tuple.source, &quoted.tuple.destination);
    quoted.tuple = packet->tuple;
    quoted.tuple.destination = tuple.source;
    if (from_end)
        quoted.tuple.source = tuple.destination;
    if (!leaving)
        return forward(skb, packet, &quoted.tuple, true);
    return rewrite(skb, packet, &quoted.tuple, NULL, false) ? TC_ACT_UNSPEC : drop(COUNT_DROP_REWRITE);
}

/* ---- Programs */

/* Where packets enter the node. */
SEC("tc")
int shortpath_in(struct __sk_buff *skb)
{
    __u64 now = bpf_ktime_get_coarse_ns();
    struct packet packet = {};
    struct tuple to = {};
    struct flow *flow;
    bool reply = false;

    if (!read_packet(skb, ETH_HLEN, &packet, false))
        return TC_ACT_UNSPEC;
    if (packet.flags & PACKET_ICMP_ERROR)
        return icmp_error(skb, &packet, false);
    flow = bpf_map_lookup_elem(&flows, &packet.tuple);
    if (flow) {
        __u32 flags = flow->flags;
        bool again = (packet.tcp & (TCP_SYN | TCP_ACK)) == TCP_SYN && closed(flags);

        reply = flags & FLOW_REPLY;
        if (expired(flow, now) || (again && !reply)) {
            forget(&packet.tuple, &flow->to);
            flow = NULL;
            reply = false;
        }
    }
    if (flow) {
        to = flow->to;
        note(&packet, flow, now);
    } else {
        int choice = choose(&packet, &to, now);

        if (choice == CHOICE_NONE)
            return TC_ACT_UNSPEC;
        if (choice == CHOICE_REJECT)
            return reject(skb, &packet);
        if (choice != CHOICE_TRANSLATE)
            return drop(choice);
    }
    if (packet.flags & PACKET_FIRST)
        keep_ports(&packet);
    count_packet(&packet, reply);
    return forward(skb, &packet, &to, reply);
}

/* Where packets leave the node: what the kernel had to route or to say itself. */
SEC("tc")
int shortpath_out(struct __sk_buff *skb)
{
    struct packet packet = {};
    struct tuple to = {};
    struct flow *flow;

    if (skb->mark == TRANSLATED) {
        skb->mark = 0;
        return TC_ACT_UNSPEC;
    }
    if (!read_packet(skb, ETH_HLEN, &packet, false))
        return TC_ACT_UNSPEC;
    if (packet.flags & PACKET_ICMP_ERROR)
        return icmp_error(skb, &packet, true);
    flow = bpf_map_lookup_elem(&flows, &packet.tuple);
    if (!flow || !(flow->flags & FLOW_REPLY))
        return TC_ACT_UNSPEC;
    to = flow->to;
    if (!same_address(&to.destination, &packet.tuple.destination))
        return TC_ACT_UNSPEC;
    note(&packet, flow, bpf_ktime_get_coarse_ns());
    if (packet.flags & PACKET_FIRST)
        keep_ports(&packet);
    count_packet(&packet, true);
    return rewrite(skb, &packet, &to, NULL, false) ? TC_ACT_UNSPEC : drop(COUNT_DROP_REWRITE);
}

char LICENSE[] SEC("license") = "GPL";
