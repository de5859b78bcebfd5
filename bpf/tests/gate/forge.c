// What an attacker with raw sockets could try, to show that it does not draw a stranger's messages.
//
//   sniff      reads the sequence numbers of a handshake off an interface (what only the two ends should
//   know) repair     makes an established socket out of nothing (TCP_REPAIR) with any sequence numbers, and
//   waits for data handshake  speaks TCP over a raw socket with an initial sequence number of its own choice,
//   and waits for data
//
// Each prints one JSON object. IPv4 and IPv6, but for handshake, which is IPv4 alone.
#include "gate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { KEPT = 256, MAX_GUESSES = 10000, REPAIR_OFF_NO_PROBE = -1 };

static const char USAGE[] =
    "usage: gate forge sniff --port P [--iface IF] [--wait-ms M]\n"
    "           the first handshake to that server port: both ends' next sequence numbers\n"
    "       gate forge repair --local ADDR:PORT --remote ADDR:PORT [--snd N --rcv N] [--guesses N] [--send "
    "TEXT]\n"
    "           an established socket by TCP_REPAIR with these next sequence numbers (default: random "
    "ones);\n"
    "           --guesses makes N of them, with the ports from PORT on\n"
    "       gate forge handshake --local ADDR:PORT --remote ADDR:PORT [--snd N] [--rcv N] [--send TEXT]\n"
    "           SYN, ACK and data from a raw socket; with --rcv the ACK goes out blindly, without having "
    "seen the\n"
    "           server's number. The local address must be routed here and must not be one of this host's "
    "own, or\n"
    "           the kernel resets the connection\n"
    "  --wait-ms M   how long to wait for what is drawn (default 2000)\n"
    "exit: 0 done, whatever was drawn (see \"received\"); 2 bad usage; 3 could not be tried\n";

struct plan {
    struct address local, remote;
    uint32_t snd, rcv;
    bool has_snd, has_rcv;
    unsigned port, wait_ms, guesses, interface;
    const char *send;
};

static uint32_t random32(void)
{
    uint32_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        cannot_run("getrandom: %s", strerror(errno));
    return number;
}

static void print_hex(const unsigned char *data, size_t size)
{
    putchar('"');
    for (size_t i = 0; i < size; i++)
        printf("%02x", data[i]);
    putchar('"');
}

// ---- TCP_REPAIR ----

static void set_repair(int fd, int option, int value)
{
    if (setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value))
        cannot_run("TCP_REPAIR: %s; it needs CAP_NET_ADMIN", strerror(errno));
}

static int open_repaired(const struct plan *p, unsigned offset)
{
    int family = p->local.storage.ss_family;
    struct sockaddr_storage from = p->local.storage;
    in_port_t *port = &((struct sockaddr_in *)&from)->sin_port;
    *port = htons((uint16_t)(ntohs(*port) + offset));
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    // A stranger's address may be claimed, too.
    if (family == AF_INET)
        setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &(int){1}, sizeof(int));
    else
        setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &(int){1}, sizeof(int));
    set_repair(fd, TCP_REPAIR, 1);
    if (bind(fd, (struct sockaddr *)&from, p->local.length))
        cannot_run("cannot bind %s: %s", p->local.text, strerror(errno));
    set_repair(fd, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
    set_repair(fd, TCP_QUEUE_SEQ, (int)(p->has_snd ? p->snd : random32()));
    set_repair(fd, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE);
    uint32_t rcv = p->has_rcv ? p->rcv : random32();
    set_repair(fd, TCP_QUEUE_SEQ, (int)rcv);
    if (connect(fd, (const struct sockaddr *)&p->remote.storage, p->remote.length))
        cannot_run("cannot pretend a connection from %s to %s: %s", p->local.text, p->remote.text,
                   strerror(errno));
    // Without a window nothing could be sent, and asking for one with a probe would be noticed.
    struct tcp_repair_window window = {
        .snd_wl1 = rcv, .snd_wnd = 65535, .max_window = 65535, .rcv_wnd = 65535, .rcv_wup = rcv};
    if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, &window, sizeof window))
        cannot_run("TCP_REPAIR_WINDOW: %s", strerror(errno));
    set_repair(fd, TCP_REPAIR, REPAIR_OFF_NO_PROBE);
    return fd;
}

static int repair(const struct plan *p)
{
    static int fds[MAX_GUESSES];
    unsigned char data[65536], kept[KEPT];
    uint64_t received = 0, sent = 0;
    size_t kept_size = 0;
    int last_error = 0;
    raise_file_limit();
    for (unsigned i = 0; i < p->guesses; i++) {
        fds[i] = open_repaired(p, i);
        if (fds[i] < 0)
            cannot_run("socket: %s", strerror(errno));
        if (p->send) {
            ssize_t n = send(fds[i], p->send, strlen(p->send), MSG_NOSIGNAL);
            sent += n > 0 ? (uint64_t)n : 0;
        }
    }
    printf("{\"opened\":%u}\n", p->guesses); // the caller may now let the victim speak
    fflush(stdout);
    uint64_t end = now_ns() + p->wait_ms * 1000000ULL;
    do {
        for (unsigned i = 0; i < p->guesses; i++) {
            ssize_t n = recv(fds[i], data, sizeof data, 0);
            if (n < 0 && errno != EAGAIN)
                last_error = errno;
            for (ssize_t at = 0; at < n && kept_size < KEPT; at++)
                kept[kept_size++] = data[at];
            received += n > 0 ? (uint64_t)n : 0;
        }
        pause_ms(20);
    } while (now_ns() < end);
    // Closed in repair mode nothing goes out, and the addresses are free again.
    for (unsigned i = 0; i < p->guesses; i++) {
        set_repair(fds[i], TCP_REPAIR, 1);
        close(fds[i]);
    }
    printf("{\"forge\":\"repair\",\"opened\":%u,\"sent\":%llu,\"received\":%llu,\"data\":", p->guesses,
           (unsigned long long)sent, (unsigned long long)received);
    print_hex(kept, kept_size);
    printf(",\"error\":\"%s\"}\n", last_error ? errno_name(last_error) : "");
    return EXIT_OK;
}

// ---- reading packets ----

struct packet {
    struct address source, destination;
    struct tcphdr tcp;
    const unsigned char *payload;
    size_t payload_size;
};

static int open_capture(const struct plan *p)
{
    int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL));
    struct sockaddr_ll link = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)p->interface};
    if (fd < 0 || (p->interface && bind(fd, (struct sockaddr *)&link, sizeof link)))
        cannot_run("cannot capture packets: %s; it needs CAP_NET_RAW", strerror(errno));
    return fd;
}

static void set_address(struct address *a, int family, const void *host, in_port_t port)
{
    memset(a, 0, sizeof *a);
    a->storage.ss_family = (sa_family_t)family;
    ((struct sockaddr_in *)&a->storage)->sin_port = port;
    if (family == AF_INET)
        memcpy(&((struct sockaddr_in *)&a->storage)->sin_addr, host, 4);
    else
        memcpy(&((struct sockaddr_in6 *)&a->storage)->sin6_addr, host, 16);
    describe(a);
}

static bool parse_packet(const unsigned char *data, size_t size, struct packet *out)
{
    size_t header, total;
    const void *source, *destination;
    int family;
    if (size >= sizeof(struct iphdr) && data[0] >> 4 == 4) {
        const struct iphdr *ip = (const struct iphdr *)data;
        header = (size_t)ip->ihl * 4;
        total = ntohs(ip->tot_len);
        if (ip->protocol != IPPROTO_TCP)
            return false;
        family = AF_INET;
        source = &ip->saddr;
        destination = &ip->daddr;
    } else if (size >= sizeof(struct ip6_hdr) && data[0] >> 4 == 6) {
        const struct ip6_hdr *ip = (const struct ip6_hdr *)data;
        header = sizeof *ip;
        total = header + ntohs(ip->ip6_plen);
        if (ip->ip6_nxt != IPPROTO_TCP)
            return false;
        family = AF_INET6;
        source = &ip->ip6_src;
        destination = &ip->ip6_dst;
    } else {
        return false;
    }
    if (total > size)
        total = size;
    if (total < header + sizeof out->tcp)
        return false;
    memcpy(&out->tcp, data + header, sizeof out->tcp);
    header += (size_t)out->tcp.doff * 4;
    if (header > total)
        return false;
    out->payload = data + header;
    out->payload_size = total - header;
    set_address(&out->source, family, source, out->tcp.source);
    set_address(&out->destination, family, destination, out->tcp.dest);
    return true;
}

// The next TCP packet before the deadline.
static bool next_packet(int fd, uint64_t deadline, struct packet *out)
{
    static unsigned char data[65536];
    for (uint64_t now; (now = now_ns()) < deadline;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, (int)((deadline - now) / 1000000) + 1) <= 0)
            continue;
        ssize_t n = recv(fd, data, sizeof data, MSG_DONTWAIT);
        if (n > 0 && parse_packet(data, (size_t)n, out))
            return true;
    }
    return false;
}

static int sniff(const struct plan *p)
{
    int fd = open_capture(p);
    uint64_t deadline = now_ns() + p->wait_ms * 1000000ULL;
    struct packet packet;
    printf("{\"listening\":true}\n");
    fflush(stdout);
    while (next_packet(fd, deadline, &packet)) {
        if (!packet.tcp.syn || !packet.tcp.ack || packet.tcp.source != htons((uint16_t)p->port))
            continue;
        printf("{\"forge\":\"sniff\",\"client\":\"%s\",\"server\":\"%s\",\"client_next\":%u,\"server_next\":%"
               "u}\n",
               packet.destination.text, packet.source.text, ntohl(packet.tcp.ack_seq),
               ntohl(packet.tcp.seq) + 1);
        return EXIT_OK;
    }
    cannot_run("no handshake to port %u within %u ms", p->port, p->wait_ms);
}

// ---- a handshake from a raw socket ----

static uint32_t add_up(uint32_t sum, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i + 1 < size; i += 2)
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    if (size & 1)
        sum += (uint32_t)bytes[size - 1] << 8;
    return sum;
}

static void send_segment(int raw, const struct plan *p, uint32_t seq, uint32_t ack, bool syn, bool rst,
                         const char *payload)
{
    const struct sockaddr_in *from = (const struct sockaddr_in *)&p->local.storage;
    const struct sockaddr_in *to = (const struct sockaddr_in *)&p->remote.storage;
    struct {
        struct iphdr ip;
        struct tcphdr tcp;
        char payload[512];
    } packet = {0};
    size_t size = payload ? strlen(payload) : 0, segment = sizeof packet.tcp + size;
    packet.ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP};
    packet.ip.tot_len = htons((uint16_t)(sizeof packet.ip + segment));
    packet.ip.saddr = from->sin_addr.s_addr;
    packet.ip.daddr = to->sin_addr.s_addr;
    packet.tcp.source = from->sin_port;
    packet.tcp.dest = to->sin_port;
    packet.tcp.seq = htonl(seq);
    packet.tcp.ack_seq = htonl(ack);
    packet.tcp.doff = 5;
    packet.tcp.syn = syn;
    packet.tcp.rst = rst;
    packet.tcp.ack = !syn;
    packet.tcp.psh = size > 0;
    packet.tcp.window = htons(65535);
    if (size)
        memcpy(packet.payload, payload, size);
    uint32_t sum = add_up(0, &packet.ip.saddr, 8) + IPPROTO_TCP + (uint32_t)segment;
    sum = add_up(sum, &packet.tcp, segment);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    packet.tcp.check = htons((uint16_t)~sum);
    if (sendto(raw, &packet, sizeof packet.ip + segment, 0, (const struct sockaddr *)to, sizeof *to) < 0)
        cannot_run("cannot send a raw packet: %s", strerror(errno));
}

static bool is_reply(const struct plan *p, const struct packet *packet)
{
    return !strcmp(packet->source.text, p->remote.text) && !strcmp(packet->destination.text, p->local.text);
}

static int handshake(const struct plan *p)
{
    if (p->local.storage.ss_family != AF_INET || p->remote.storage.ss_family != AF_INET) {
        fprintf(stderr, "gate: forge handshake: IPv4 addresses are needed\n");
        return EXIT_USAGE;
    }
    int raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    if (raw < 0)
        cannot_run("raw socket: %s; it needs CAP_NET_RAW", strerror(errno));
    int capture = open_capture(p);
    uint32_t isn = p->has_snd ? p->snd - 1 : random32(), rcv = p->rcv;
    bool answered = false, reset = false;
    uint64_t deadline = now_ns() + p->wait_ms * 1000000ULL, received = 0;
    unsigned char kept[KEPT];
    size_t kept_size = 0, sent = p->send ? strlen(p->send) : 0;
    struct packet packet;
    send_segment(raw, p, isn, 0, true, false, NULL);
    while (!p->has_rcv && !answered && !reset && next_packet(capture, deadline, &packet)) {
        if (!is_reply(p, &packet))
            continue;
        reset = packet.tcp.rst;
        answered = packet.tcp.syn && packet.tcp.ack;
        rcv = ntohl(packet.tcp.seq) + 1;
    }
    if (answered || p->has_rcv) {
        if (p->has_rcv)
            pause_ms(50);
        send_segment(raw, p, isn + 1, rcv, false, false, NULL);
        if (p->send)
            send_segment(raw, p, isn + 1, rcv, false, false, p->send);
        deadline = now_ns() + p->wait_ms * 1000000ULL;
        uint32_t next = rcv;
        while (!reset && next_packet(capture, deadline, &packet)) {
            if (!is_reply(p, &packet))
                continue;
            reset = packet.tcp.rst;
            answered |= packet.tcp.syn && packet.tcp.ack;
            if (!packet.payload_size || ntohl(packet.tcp.seq) != next)
                continue;
            for (size_t at = 0; at < packet.payload_size && kept_size < KEPT; at++)
                kept[kept_size++] = packet.payload[at];
            received += packet.payload_size;
            next += (uint32_t)packet.payload_size;
            send_segment(raw, p, isn + 1 + (uint32_t)sent, next, false, false, NULL);
        }
        if (!reset)
            send_segment(raw, p, isn + 1 + (uint32_t)sent, next, false, true, NULL);
    }
    printf("{\"forge\":\"handshake\",\"answered\":%s,\"reset\":%s,\"client_next\":%u,\"server_next\":%u,"
           "\"received\":%llu,\"data\":",
           answered ? "true" : "false", reset ? "true" : "false", isn + 1, rcv, (unsigned long long)received);
    print_hex(kept, kept_size);
    printf("}\n");
    return EXIT_OK;
}

// ---- options ----

static bool parse_u32(const char *text, unsigned long most, uint32_t *value)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    *value = (uint32_t)number;
    return *text >= '0' && *text <= '9' && !*end && !errno && number <= most;
}

int forge_main(int argc, char **argv)
{
    struct plan p = {.wait_ms = 2000, .guesses = 1};
    const char *what = argc ? argv[0] : "";
    if (!strcmp(what, "--help"))
        return fputs(USAGE, stdout) < 0;
    for (int i = 1; i < argc; i += 2) {
        const char *key = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        bool good = false;
        if (!strcmp(key, "--local"))
            good = parse_address(value, &p.local);
        else if (!strcmp(key, "--remote"))
            good = parse_address(value, &p.remote);
        else if (!strcmp(key, "--snd"))
            good = p.has_snd = parse_u32(value, UINT32_MAX, &p.snd);
        else if (!strcmp(key, "--rcv"))
            good = p.has_rcv = parse_u32(value, UINT32_MAX, &p.rcv);
        else if (!strcmp(key, "--port"))
            good = parse_u32(value, 65535, &p.port);
        else if (!strcmp(key, "--wait-ms"))
            good = parse_u32(value, 600000, &p.wait_ms);
        else if (!strcmp(key, "--guesses"))
            good = parse_u32(value, MAX_GUESSES, &p.guesses) && p.guesses;
        else if (!strcmp(key, "--iface"))
            good = (p.interface = if_nametoindex(value)) != 0;
        else if (!strcmp(key, "--send"))
            good = strlen(p.send = value) <= 512 && *value;
        if (!good) {
            fprintf(stderr, "gate: forge: %s %s: unknown option or bad value (see gate forge --help)\n", key,
                    value);
            return EXIT_USAGE;
        }
    }
    bool both = p.local.length && p.remote.length && p.local.storage.ss_family == p.remote.storage.ss_family;
    if (!strcmp(what, "sniff") && p.port)
        return sniff(&p);
    if (!strcmp(what, "repair") && both)
        return repair(&p);
    if (!strcmp(what, "handshake") && both)
        return handshake(&p);
    fprintf(stderr,
            "gate: forge %s: unknown, or --port, --local or --remote is missing (see gate forge --help)\n",
            what);
    return EXIT_USAGE;
}
