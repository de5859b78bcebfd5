// SPDX-License-Identifier: GPL-2.0
/* Shortpath's socket redirection: messages go from socket to socket where a connection has both ends on this
 * kernel and nobody can tell the difference; else they take the stack. See README.md. */
#include "kernel.h"
#include "sockredir.h"
#include <bpf/bpf_endian.h>

enum tcp_state { ESTABLISHED = 1, FIN_WAIT1 = 4, FIN_WAIT2 = 5, CLOSED = 7, CLOSE_WAIT = 8 };

struct {
    __uint(type, BPF_MAP_TYPE_SOCKHASH);
    __uint(max_entries, 2 * DEFAULT_CONNECTIONS);
    __type(key, struct end_key);
    __type(value, __u64);
} sockets SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, DEFAULT_CONNECTIONS);
    __type(key, struct connection_key);
    __type(value, struct connection);
} connections SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct socket_state);
} states SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, MAX_HOPS);
    __type(key, __u32);
    __type(value, struct hop);
} hops SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct counters);
} counts SEC(".maps");

/* Options, set before loading. */
const volatile __u32 unread_limit = DEFAULT_UNREAD_LIMIT;
const volatile __u32 edge_limit = DEFAULT_EDGE_LIMIT;
const volatile __u32 large_message = DEFAULT_LARGE;
const volatile bool redirect_to_blocking = false;
const volatile bool ports_restricted = false;
const volatile bool syscalls_visible = false; /* the kernel has bpf_task_pt_regs for sk_msg */
const volatile __u64 ports_listed[1024] = {};
const volatile __u64 ports_excluded[1024] = {};

/* Set by user space when it detaches: from then on every message takes the stack, which keeps the order. */
volatile __u32 detaching = 0;

static __always_inline void count(enum event event)
{
    __u32 zero = 0;
    struct counters *counters = bpf_map_lookup_elem(&counts, &zero);

    if (counters)
        counters->events[event]++;
}

static __always_inline bool port_in(const volatile __u64 *set, __u32 port)
{
    return set[(port >> 6) & 1023] >> (port & 63) & 1;
}

static __always_inline bool both_unexcluded(__u16 local, __u16 remote)
{
    return !port_in(ports_excluded, local) && !port_in(ports_excluded, remote);
}

/* ---- What a socket looks like
 * ------------------------------------------------------------------------------ */

enum file_mode { FILE_UNKNOWN, FILE_KERNEL, FILE_BLOCKING, FILE_NONBLOCKING };

/* A process may make its socket (non-)blocking at any time, so this is asked again for every message. */
static __always_inline enum file_mode file_mode(const bool cast, __u64 address)
{
    struct sock *sk = KERNEL_PTR(cast, struct sock, address);
    struct socket *socket = KERNEL_READ(cast, sk, sk_socket);
    struct file *file;

    if (!socket)
        return FILE_UNKNOWN; /* not accepted yet, or closed */
    file = KERNEL_READ(cast, socket, file);
    if (!file)
        return FILE_KERNEL;
    return KERNEL_READ(cast, file, f_flags) & O_NONBLOCK ? FILE_NONBLOCKING : FILE_BLOCKING;
}

/* The kernel's receive path for sockets in a SOCKHASH waits once and ignores SO_RCVLOWAT, so a blocking recv
 * can end with EAGAIN: such readers belong on plain TCP. */
static __always_inline bool needs_plain_tcp(const bool cast, __u64 address)
{
    struct sock *sk = KERNEL_PTR(cast, struct sock, address);
    enum file_mode mode = file_mode(cast, address);

    if (KERNEL_READ(cast, sk, sk_rcvlowat) > 1)
        return true;
    return !redirect_to_blocking && (mode == FILE_BLOCKING || mode == FILE_KERNEL);
}

static __always_inline __u64 psock_of(const bool cast, __u64 address)
{
    struct sock *sk = KERNEL_PTR(cast, struct sock, address);

    return (__u64)KERNEL_READ(cast, sk, sk_user_data) & USER_DATA_MASK;
}

static __always_inline bool queue_empty(const bool cast, __u64 psock_address)
{
    struct sk_psock *psock = KERNEL_PTR(cast, struct sk_psock, psock_address);
    __u64 head = psock_address + bpf_core_field_offset(struct sk_psock, ingress_msg);

    return (__u64)KERNEL_READ(cast, psock, ingress_msg.next) == head;
}

/* ---- Messages
 * ---------------------------------------------------------------------------------------------- */

static __always_inline enum verdict check_writer(const bool cast, struct end *own)
{
    struct sock *sk = KERNEL_PTR(cast, struct sock, own->socket);
    struct inet_connection_sock *icsk = KERNEL_PTR(cast, struct inet_connection_sock, own->socket);
    __u8 state = KERNEL_READ(cast, sk, __sk_common.skc_state);

    /* tcp_bpf_sendmsg does not look at these; the stack answers EPIPE. */
    if ((state != ESTABLISHED && state != CLOSE_WAIT) || KERNEL_READ(cast, sk, sk_shutdown) & SEND_SHUTDOWN)
        return VERDICT_SHUTDOWN;
    if (KERNEL_READ(cast, icsk, icsk_ulp_ops))
        return VERDICT_ULP;
    if (KERNEL_READ(cast, sk, __sk_common.skc_flags) >> bpf_core_enum_value(enum sock_flags, SOCK_ZEROCOPY) &
            1 ||
        KERNEL_READ_BITS(cast, sk, sk_tsflags))
        return VERDICT_WRITER_OPTION;
    return VERDICT_REDIRECTED;
}

static __always_inline enum verdict check_reader(const bool cast, struct end *reader)
{
    struct sock *sk = KERNEL_PTR(cast, struct sock, reader->socket);
    struct inet_connection_sock *icsk = KERNEL_PTR(cast, struct inet_connection_sock, reader->socket);
    struct tcp_sock *tp = KERNEL_PTR(cast, struct tcp_sock, reader->socket);
    __u8 state = KERNEL_READ(cast, sk, __sk_common.skc_state);
    enum file_mode mode = file_mode(cast, reader->socket);

    if ((state != ESTABLISHED && state != FIN_WAIT1 && state != FIN_WAIT2) ||
        KERNEL_READ(cast, sk, sk_shutdown) & RCV_SHUTDOWN)
        return VERDICT_SHUTDOWN;
    if (mode == FILE_UNKNOWN)
        return VERDICT_NOT_ACCEPTED;
    if (mode == FILE_KERNEL || (mode == FILE_BLOCKING && !redirect_to_blocking))
        return VERDICT_BLOCKING_READER;
    if (KERNEL_READ(cast, icsk, icsk_ulp_ops))
        return VERDICT_ULP;
    if (KERNEL_READ(cast, sk, sk_rcvlowat) > 1 || KERNEL_READ(cast, sk, sk_peek_off) >= 0 ||
        KERNEL_READ_BITS(cast, tp, recvmsg_inq) ||
        KERNEL_READ(cast, sk, __sk_common.skc_flags) >> bpf_core_enum_value(enum sock_flags, SOCK_RCVTSTAMP) &
            1 ||
        KERNEL_READ_BITS(cast, sk, sk_tsflags))
        return VERDICT_READER_OPTION;
    return VERDICT_REDIRECTED;
}

/* A socket's receive call empties the redirected queue before the TCP queue. So going from redirect to stack
 * never changes the order; going from stack to redirect does not once the reader has consumed all that the
 * stack took. */
static __always_inline bool drained(const bool cast, struct end *own, struct end *reader)
{
    struct tcp_sock *from = KERNEL_PTR(cast, struct tcp_sock, own->socket);
    struct tcp_sock *to = KERNEL_PTR(cast, struct tcp_sock, reader->socket);

    return KERNEL_READ(cast, from, write_seq) == KERNEL_READ(cast, to, copied_seq);
}

#define MAX_WALK    1024
#define MAX_MESSAGE (1 << 20) /* larger sizes are not real: the message was freed while we looked */

/* Bytes and overheads in the queue; where more messages wait than can be walked over, `charged`, which is
 * never less. The reader may take messages meanwhile: an estimate. */
static __always_inline __u32 measure_queue(const bool cast, __u64 psock, __u32 charged)
{
    __u64 head = psock + bpf_core_field_offset(struct sk_psock, ingress_msg), at = head;
    __u32 sum = 0;

    for (__u64 i = 0; i < MAX_WALK; i++) { /* 64 bits: Linux 5.15 forgets a spilled half */
        struct list_head *link = KERNEL_PTR(cast, struct list_head, at);
        struct sk_msg *queued;
        __u32 size;

        at = (__u64)KERNEL_READ(cast, link, next);
        if (!at || at == head)
            return sum;
        queued = KERNEL_PTR(cast, struct sk_msg, at - bpf_core_field_offset(struct sk_msg, list));
        size = KERNEL_READ(cast, queued, sg.size);
        if (size > MAX_MESSAGE)
            return sum;
        sum += size + MESSAGE_OVERHEAD;
    }
    return charged;
}

/* A program may take a read shorter than its buffer as the sign that nothing is left: on edge-triggered epoll
 * it waits for the next edge then (epoll(7)), and where EPOLLRDHUP was told, as HAProxy asks for, it takes
 * the stream for ended. A receive call ends short where the redirected queue ends, though the TCP queue may
 * hold more, and the end may have been told already. So for such readers the stack must not be taken while
 * messages are queued. Other programs on level-triggered epoll, poll and select are told again; whoever is
 * unknown counts as one who trusts. */
static __always_inline bool trusts_short_reads(const bool cast, __u64 address)
{
    struct sock *sk = KERNEL_PTR(cast, struct sock, address);
    struct socket_wq *queue = KERNEL_READ(cast, sk, sk_wq);
    __u64 head = (__u64)queue + bpf_core_field_offset(struct socket_wq, wait) +
                 bpf_core_field_offset(struct wait_queue_head, head);
    __u64 at = head;

    for (__u64 i = 0; i < 4; i++) {
        struct list_head *link = KERNEL_PTR(cast, struct list_head, at);
        struct eppoll_entry *waiter;
        struct epitem *item;
        __u64 waiter_address;

        at = (__u64)KERNEL_READ(cast, link, next);
        if (at == head)
            return false;
        waiter_address = at - bpf_core_field_offset(struct eppoll_entry, wait) -
                         bpf_core_field_offset(struct wait_queue_entry, entry);
        waiter = KERNEL_PTR(cast, struct eppoll_entry, waiter_address);
        item = KERNEL_READ(cast, waiter, base);
        if ((__u64)KERNEL_READ(cast, item, pwqlist) != waiter_address)
            return true;
        if (KERNEL_READ(cast, item, event.events) & (EPOLLET | EPOLLRDHUP))
            return true;
    }
    return true;
}

/* Whether this message may, must or must not take the stack. Messages that are redirected already pile up
 * only so far: the stack's own window stops the sender beyond it. */
static __always_inline enum verdict choose_by_queue(const bool cast, const struct end *own,
                                                    struct end *reader, __u32 size)
{
    __u64 psock = psock_of(cast, reader->socket);
    enum verdict wish = VERDICT_REDIRECTED;
    __u32 cost = size + MESSAGE_OVERHEAD;
    bool empty;

    if (!psock)
        return VERDICT_LOOKUP_FAILED;
    empty = queue_empty(cast, psock);
    if (empty)
        reader->charged = 0;
    else if (reader->charged + cost > unread_limit)
        reader->charged = measure_queue(cast, psock, reader->charged);
    if (detaching)
        wish = VERDICT_DETACHING;
    else if (needs_plain_tcp(cast, own->socket))
        wish = VERDICT_BLOCKING_WRITER;
    else if (size > large_message)
        wish = VERDICT_TOO_LARGE;
    else if (reader->charged + cost > unread_limit)
        wish = VERDICT_UNREAD_LIMIT;
    if (wish == VERDICT_REDIRECTED || empty || !trusts_short_reads(cast, reader->socket))
        return wish;
    if (reader->charged + cost <= edge_limit)
        return VERDICT_REDIRECTED;
    /* Once is enough: a stream that outruns its reader this far stays on the stack. */
    __sync_fetch_and_or(&reader->flags, END_OUTRUN);
    return VERDICT_EDGE_LIMIT;
}

static __always_inline enum verdict choose(const bool cast, struct end *own, struct end *reader, __u32 size,
                                           bool all_read)
{
    enum verdict verdict;

    if (reader->flags & END_GONE)
        return VERDICT_SHUTDOWN;
    if (reader->flags & END_LEAVING)
        return VERDICT_HANDED_BACK;
    verdict = check_writer(cast, own);
    if (verdict != VERDICT_REDIRECTED)
        return verdict;
    verdict = check_reader(cast, reader);
    if (verdict != VERDICT_REDIRECTED)
        return verdict;
    /* splice() from a socket sees the TCP queue only, and nothing tells a reader that splices from one that
     * receives. But a relay that splices does so both ways, if not with its first message then with its
     * second. */
    if (reader->flags & END_SPLICES)
        return VERDICT_READER_SPLICES;
    if (!(reader->flags & END_TALKS))
        return VERDICT_READER_SILENT;
    if (reader->flags & END_OUTRUN)
        return VERDICT_EDGE_LIMIT;
    if (!all_read)
        return VERDICT_NOT_DRAINED;
    return choose_by_queue(cast, own, reader, size);
}

/* The kernel's sending path for sockets in a SOCKHASH is slower than plain TCP for streams. */
static __always_inline void watch_for_bulk(struct end *own, struct end *reader, __u32 cost)
{
    own->stack_run += cost;
    if (own->stack_run < BULK_RUN || own->flags & END_BULK)
        return;
    __sync_fetch_and_or(&reader->flags, END_BULK);
    if (!(__sync_fetch_and_or(&own->flags, END_BULK) & END_BULK))
        count(EVENT_BULK);
}

/* Whether the message comes from splice(): the program runs within the sender's system call. */
static __always_inline bool in_splice(void)
{
    struct pt_regs___arm64 *arm64;
    struct pt_regs___x86 *x86;

    if (!syscalls_visible)
        return false;
    x86 = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
    arm64 = (void *)x86;
    if (bpf_core_field_exists(x86->orig_ax))
        return x86->orig_ax == SPLICE_X86;
    if (bpf_core_field_exists(arm64->syscallno))
        return arm64->syscallno == SPLICE_ARM64;
    return false;
}

static __always_inline void note_how_it_writes(struct end *own)
{
    if (!(own->flags & END_WROTE))
        __sync_fetch_and_or(&own->flags, END_WROTE);
    else if (!(own->flags & END_TALKS))
        __sync_fetch_and_or(&own->flags, END_TALKS);
    if (!(own->flags & END_SPLICES) && in_splice())
        __sync_fetch_and_or(&own->flags, END_SPLICES);
}

static __always_inline enum verdict decide(const bool cast, struct sk_msg_md *msg, struct end *own,
                                           struct end *reader, const struct end_key *reader_key)
{
    __u32 size = msg->size, cost = size + MESSAGE_OVERHEAD;
    enum verdict verdict;
    bool all_read;

    note_how_it_writes(own);
    if (!(reader->flags & END_FILED))
        return VERDICT_NO_PARTNER;
    all_read = drained(cast, own, reader);
    verdict = choose(cast, own, reader, size, all_read);
    if (verdict != VERDICT_REDIRECTED) {
        watch_for_bulk(own, reader, cost);
        return verdict;
    }
    own->stack_run = 0;
    /* The other half of this handshake stands in leave(): atomic operations are full barriers, so that
     * whoever comes second sees the first. */
    if (!(reader->flags & END_STARTED))
        __sync_fetch_and_or(&reader->flags, END_STARTED);
    __sync_fetch_and_add(&reader->charged, cost);
    if (*(volatile __u32 *)&reader->flags & END_LEAVING)
        return VERDICT_HANDED_BACK;
    if (bpf_msg_redirect_hash(msg, &sockets, (void *)reader_key, BPF_F_INGRESS) != SK_PASS)
        return VERDICT_LOOKUP_FAILED;
    return VERDICT_REDIRECTED;
}

static __always_inline void move_early(struct connection *connection, struct hop *hop)
{
    __sync_fetch_and_add(&hop->early.messages, __sync_lock_test_and_set(&connection->early.messages, 0));
    __sync_fetch_and_add(&hop->early.bytes, __sync_lock_test_and_set(&connection->early.bytes, 0));
}

/* Whoever comes second, this or count_pair(), sees what the other did. An addition whose result is used is a
 * full barrier; the result here is never that. */
static __always_inline void count_early(struct connection *connection, __u32 size)
{
    struct hop *hop;
    __u32 port;

    __sync_fetch_and_add(&connection->early.bytes, size);
    if (__sync_fetch_and_add(&connection->early.messages, 1) == ~0ULL)
        return;
    port = *(volatile __u16 *)&connection->ends[SIDE_PASSIVE].local_port;
    hop = bpf_map_lookup_elem(&hops, &port);
    if (hop)
        move_early(connection, hop);
}

static __always_inline void count_message(enum verdict verdict, __u32 size)
{
    __u32 zero = 0;
    struct counters *counters = bpf_map_lookup_elem(&counts, &zero);

    if (!counters || verdict >= VERDICT_COUNT)
        return;
    counters->messages[verdict]++;
    counters->bytes[verdict] += size;
}

static __always_inline void count_on_hop(struct connection *connection, enum verdict verdict, __u32 size,
                                         bool to_server)
{
    __u32 port = connection->ends[SIDE_PASSIVE].local_port;
    struct hop *hop = bpf_map_lookup_elem(&hops, &port);
    struct hop_direction *direction;

    if (!hop) {
        if (to_server)
            count_early(connection, size);
        return;
    }
    direction = to_server ? &hop->to_server : &hop->to_client;
    if (verdict == VERDICT_REDIRECTED) {
        direction->redirected++;
        direction->redirected_bytes += size;
    } else {
        direction->stack++;
        direction->stack_bytes += size;
    }
}

static __always_inline int on_message(const bool cast, struct sk_msg_md *msg)
{
    struct bpf_sock *sk = msg->sk;
    struct socket_state *state = sk ? bpf_sk_storage_get(&states, sk, 0, 0) : NULL;
    struct connection *connection = state ? bpf_map_lookup_elem(&connections, &state->key) : NULL;
    enum verdict verdict = VERDICT_NO_PARTNER;
    __u32 size = msg->size;
    bool to_server = false;

    if (connection) {
        struct end_key reader_key = {
            .client_seq = state->key.client_seq,
            .server_seq = state->key.server_seq,
            .side = state->side == SIDE_ACTIVE ? SIDE_PASSIVE : SIDE_ACTIVE,
        };
        to_server = state->side == SIDE_ACTIVE;
        if (to_server)
            verdict = decide(cast, msg, &connection->ends[SIDE_ACTIVE], &connection->ends[SIDE_PASSIVE],
                             &reader_key);
        else
            verdict = decide(cast, msg, &connection->ends[SIDE_PASSIVE], &connection->ends[SIDE_ACTIVE],
                             &reader_key);
    }
    count_message(verdict, size);
    if (connection)
        count_on_hop(connection, verdict, size, to_server);
    return SK_PASS; /* redirected, or else by the stack */
}

/* ---- Connections: going back to plain TCP
 * ------------------------------------------------------------------ */

static __always_inline bool inactive(const struct end *end)
{
    return !(end->flags & END_FILED) || end->flags & (END_LEFT | END_GONE);
}

static __always_inline void forget_when_over(const struct connection_key *key, struct connection *connection)
{
    bool paired = connection->ends[SIDE_ACTIVE].flags & connection->ends[SIDE_PASSIVE].flags & END_FILED;

    if (!inactive(&connection->ends[SIDE_ACTIVE]) || !inactive(&connection->ends[SIDE_PASSIVE]))
        return;
    if (bpf_map_delete_elem(&connections, key))
        return; /* the other end was faster */
    count(EVENT_RECORDS_DELETED);
    if (paired)
        count(EVENT_PAIRS_CLOSED);
}

static __always_inline void take_out(const struct connection_key *key, __u32 side)
{
    struct end_key end_key = {.client_seq = key->client_seq, .server_seq = key->server_seq, .side = side};

    bpf_map_delete_elem(&sockets, &end_key);
}

/* Whether no send call of this socket is under way: each holds a reference to the psock, and so does the
 * SOCKHASH. */
static __always_inline bool no_send_under_way(const bool cast, const struct end *writer)
{
    __u64 address = psock_of(cast, writer->socket);
    struct sk_psock *psock = KERNEL_PTR(cast, struct sk_psock, address);
    int references = KERNEL_READ(cast, psock, refcnt.refs.counter);

    return !address || (references == 1 && !(*(volatile __u32 *)&writer->flags & END_LEFT));
}

static __always_inline bool nothing_queued(const bool cast, const struct end *end, const struct end *writer)
{
    __u64 psock = psock_of(cast, end->socket);

    return !(writer->flags & END_GONE) && no_send_under_way(cast, writer) && psock &&
           queue_empty(cast, psock);
}

/* Taking a socket out of the SOCKHASH gives it its plain TCP calls back, and loses what is in its queue. So
 * first no new message may be redirected to it (END_LEAVING), then none may be on its way, then the queue
 * must be empty. Where that cannot be seen yet, the next callback tries again. */
static __always_inline bool leave(const bool cast, const struct connection_key *key, struct end *end,
                                  const struct end *writer, __u32 side)
{
    __u32 before;

    if (end->flags & END_STARTED && !nothing_queued(cast, end, writer))
        return false;
    before = __sync_fetch_and_or(&end->flags, END_LEAVING);
    if (before & END_STARTED && !nothing_queued(cast, end, writer)) {
        if (!(before & END_LEAVING)) /* a message came in between: the stack must not overtake it */
            __sync_fetch_and_and(&end->flags, ~END_LEAVING);
        return false;
    }
    if (__sync_fetch_and_or(&end->flags, END_LEFT) & END_LEFT)
        return false;
    take_out(key, side);
    return true;
}

static __always_inline void settle_end(const bool cast, const struct connection_key *key, struct end *end,
                                       const struct end *other, __u32 side)
{
    if (inactive(end))
        return;
    if (!(other->flags & END_FILED)) {
        if (leave(cast, key, end, other, side))
            count(EVENT_UNPAIRED_ACTIVE);
    } else if (end->flags & END_BULK || other->flags & END_LEAVING || needs_plain_tcp(cast, end->socket)) {
        if (leave(cast, key, end, other, side))
            count(EVENT_HANDED_BACK_ENDS);
    }
}

/* Called when the other end has answered something, so that a partner on this kernel would be on record. */
static __always_inline void settle(const bool cast, const struct connection_key *key,
                                   struct connection *connection)
{
    struct end *active = &connection->ends[SIDE_ACTIVE], *passive = &connection->ends[SIDE_PASSIVE];

    settle_end(cast, key, active, passive, SIDE_ACTIVE);
    settle_end(cast, key, passive, active, SIDE_PASSIVE);
    settle_end(cast, key, active, passive, SIDE_ACTIVE);
    forget_when_over(key, connection);
}

/* ---- Connections: filing
 * ----------------------------------------------------------------------------------- */

static __always_inline void callbacks_on(struct bpf_sock_ops *ops, struct socket_state *state)
{
    __u32 before = ops->bpf_sock_ops_cb_flags;

    state->callbacks = (BPF_SOCK_OPS_RTT_CB_FLAG | BPF_SOCK_OPS_STATE_CB_FLAG) & ~before;
    bpf_sock_ops_cb_flags_set(ops, before | state->callbacks);
}

static __always_inline void callbacks_off(struct bpf_sock_ops *ops, struct bpf_sock *sk,
                                          struct socket_state *state)
{
    bpf_sock_ops_cb_flags_set(ops, ops->bpf_sock_ops_cb_flags & ~state->callbacks);
    bpf_sk_storage_delete(&states, sk);
}

/* Sequence numbers are a name only if the kernel drew them. */
static __always_inline bool refused(const bool cast, struct bpf_sock_ops *ops, __u64 address)
{
    struct tcp_sock *tp = KERNEL_PTR(cast, struct tcp_sock, address);

    if (!ops->skb_len || KERNEL_READ_BITS(cast, tp, repair)) {
        count(EVENT_REFUSED_REPAIR);
        return true;
    }
    if (bpf_core_field_exists(tp->is_mptcp) && KERNEL_READ(cast, tp, is_mptcp)) {
        count(EVENT_REFUSED_MPTCP);
        return true;
    }
    return false;
}

static __always_inline bool file_socket(struct bpf_sock_ops *ops, struct bpf_sock *sk,
                                        const struct connection_key *key, __u32 side, struct end *end)
{
    struct end_key end_key = {.client_seq = key->client_seq, .server_seq = key->server_seq, .side = side};
    struct socket_state *state = bpf_sk_storage_get(&states, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    long error;

    if (!state) {
        count(EVENT_FAILED_FILING);
        return false;
    }
    state->key = *key;
    state->side = side;
    error = bpf_sock_hash_update(ops, &sockets, &end_key, BPF_NOEXIST);
    if (error) {
        count(error == -7 /* E2BIG */ ? EVENT_FAILED_FULL : EVENT_FAILED_FILING);
        bpf_sk_storage_delete(&states, sk);
        return false;
    }
    callbacks_on(ops, state);
    __sync_fetch_and_or(&end->flags, END_FILED);
    return true;
}

static __always_inline void on_active(const bool cast, struct bpf_sock_ops *ops, struct bpf_sock *sk,
                                      __u64 address)
{
    struct connection_key key = {.client_seq = ops->snd_nxt, .server_seq = ops->rcv_nxt};
    struct connection fresh = {}, *connection;
    enum file_mode mode = file_mode(cast, address);
    int error; /* 32 bits: until Linux 6.3 a map's update leaves the upper half undefined */

    count(EVENT_ACTIVE);
    if (refused(cast, ops, address))
        return;
    if (mode == FILE_KERNEL || mode == FILE_UNKNOWN) {
        count(EVENT_REFUSED_KERNEL);
        return;
    }
    if (mode == FILE_BLOCKING && !redirect_to_blocking) {
        count(EVENT_REFUSED_BLOCKING);
        return;
    }
    fresh.ends[SIDE_ACTIVE].socket = address;
    fresh.ends[SIDE_ACTIVE].local_port = ops->local_port;
    fresh.ends[SIDE_ACTIVE].remote_port = bpf_ntohl(ops->remote_port);
    if (!both_unexcluded(fresh.ends[SIDE_ACTIVE].local_port, fresh.ends[SIDE_ACTIVE].remote_port)) {
        count(EVENT_REFUSED_PORT);
        return;
    }
    error = bpf_map_update_elem(&connections, &key, &fresh, BPF_NOEXIST);
    if (error) {
        count(error == -17 /* EEXIST */ ? EVENT_REFUSED_CONFLICT : EVENT_FAILED_FULL);
        return;
    }
    count(EVENT_RECORDS_CREATED);
    connection = bpf_map_lookup_elem(&connections, &key);
    if (!connection)
        return;
    if (!file_socket(ops, sk, &key, SIDE_ACTIVE, &connection->ends[SIDE_ACTIVE]))
        forget_when_over(&key, connection);
}

static __always_inline void count_pair(struct connection *connection, __u32 port)
{
    struct hop *hop = bpf_map_lookup_elem(&hops, &port);

    count(EVENT_PAIRED);
    if (!hop) {
        static const struct hop fresh = {};

        bpf_map_update_elem(&hops, &port, &fresh, BPF_NOEXIST);
        hop = bpf_map_lookup_elem(&hops, &port);
    }
    if (!hop) {
        count(EVENT_HOPS_OVERFLOW);
        return;
    }
    hop->pairs++;
    move_early(connection, hop);
}

static __always_inline bool port_allowed(const struct end *active, const struct end *passive)
{
    if (!both_unexcluded(passive->local_port, passive->remote_port))
        return false;
    return !ports_restricted || port_in(ports_listed, passive->local_port) ||
           port_in(ports_listed, active->remote_port);
}

static __always_inline void on_passive(const bool cast, struct bpf_sock_ops *ops, struct bpf_sock *sk,
                                       __u64 address)
{
    struct connection_key key = {.client_seq = ops->rcv_nxt, .server_seq = ops->snd_nxt};
    struct connection *connection = bpf_map_lookup_elem(&connections, &key);
    struct end *passive;

    count(EVENT_PASSIVE);
    /* The active end is established first, so a partner on this kernel is on record by now. */
    if (!connection || inactive(&connection->ends[SIDE_ACTIVE])) {
        count(EVENT_UNPAIRED_PASSIVE);
        return;
    }
    if (refused(cast, ops, address))
        return;
    passive = &connection->ends[SIDE_PASSIVE];
    if (passive->socket) {
        count(EVENT_REFUSED_CONFLICT);
        return;
    }
    passive->local_port = ops->local_port;
    passive->remote_port = bpf_ntohl(ops->remote_port);
    if (!port_allowed(&connection->ends[SIDE_ACTIVE], passive)) {
        count(EVENT_REFUSED_PORT);
        return;
    }
    passive->socket = address;
    if (file_socket(ops, sk, &key, SIDE_PASSIVE, passive))
        count_pair(connection, passive->local_port);
}

/* ---- Connections: while they live
 * -------------------------------------------------------------------------- */

static __always_inline void on_closed(const bool cast, const struct connection_key *key, struct end *end,
                                      __u32 side)
{
    __u64 psock = psock_of(cast, end->socket);

    __sync_fetch_and_or(&end->flags, END_GONE);
    /* After a reset, plain TCP gives each error once. What is still queued must stay readable, though. */
    if (!(end->flags & END_LEFT) && psock && queue_empty(cast, psock))
        take_out(key, side);
}

static __always_inline void on_progress(const bool cast, struct bpf_sock_ops *ops, struct bpf_sock *sk,
                                        __u64 address)
{
    struct socket_state *state = bpf_sk_storage_get(&states, sk, 0, 0);
    bool closed = ops->op == BPF_SOCK_OPS_STATE_CB && ops->args[1] == CLOSED;
    struct connection *connection;
    struct connection_key key;
    struct end *own;
    __u32 first_seq;

    if (!state)
        return;
    key = state->key;
    connection = bpf_map_lookup_elem(&connections, &key);
    if (!connection) {
        callbacks_off(ops, sk, state);
        return;
    }
    own = state->side == SIDE_ACTIVE ? &connection->ends[SIDE_ACTIVE] : &connection->ends[SIDE_PASSIVE];
    if (own->socket != address) { /* the name is in use again, by others */
        callbacks_off(ops, sk, state);
        return;
    }
    if (closed) {
        on_closed(cast, &key, own, state->side);
        forget_when_over(&key, connection);
        return;
    }
    first_seq = state->side == SIDE_ACTIVE ? key.client_seq : key.server_seq;
    if (ops->snd_una == first_seq)
        return; /* nothing of ours acknowledged yet: the partner may still be on its way */
    settle(cast, &key, connection);
    if (own->flags & END_LEFT)
        callbacks_off(ops, sk, state);
}

static __always_inline int on_socket(const bool cast, struct bpf_sock_ops *ops)
{
    struct bpf_sock *sk = ops->sk;
    struct tcp_sock *tp;

    if (!sk || !ops->is_fullsock)
        return 1;
    tp = bpf_skc_to_tcp_sock(sk);
    if (!tp)
        return 1;
    switch (ops->op) {
    case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
        on_active(cast, ops, sk, (__u64)tp);
        break;
    case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
        on_passive(cast, ops, sk, (__u64)tp);
        break;
    case BPF_SOCK_OPS_RTT_CB:
    case BPF_SOCK_OPS_STATE_CB:
        on_progress(cast, ops, sk, (__u64)tp);
        break;
    }
    return 1;
}

/* ---- One pair of programs for each way to look at kernel memory; the loader takes the one that the kernel
 * has -- */

SEC("sockops")
int sockets_by_cast(struct bpf_sock_ops *ops)
{
    return on_socket(true, ops);
}

SEC("sk_msg")
int messages_by_cast(struct sk_msg_md *msg)
{
    return on_message(true, msg);
}

SEC("sockops")
int sockets_by_probe(struct bpf_sock_ops *ops)
{
    return on_socket(false, ops);
}

SEC("sk_msg")
int messages_by_probe(struct sk_msg_md *msg)
{
    return on_message(false, msg);
}

char _license[] SEC("license") = "GPL";
