/* SPDX-License-Identifier: GPL-2.0 */
/* The few kernel structures that the programs look at. CO-RE finds the real offsets when the programs are
 * loaded, so only names and types matter here, and the build does not depend on the builder's kernel. */
#ifndef SHORTPATH_KERNEL_H
#define SHORTPATH_KERNEL_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define SPLICE_X86     275 /* system call numbers */
#define SPLICE_ARM64   76
#define EPOLLET        (1U << 31)
#define EPOLLRDHUP     0x2000
#define O_NONBLOCK     00004000
#define RCV_SHUTDOWN   1
#define SEND_SHUTDOWN  2
#define USER_DATA_MASK (~7ULL) /* sk_user_data carries flags in its low bits */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
    struct list_head *next;
};

struct sk_msg_sg {
    __u32 size;
};

struct sk_msg {
    struct sk_msg_sg sg;
    struct list_head list;
};

struct wait_queue_head {
    struct list_head head;
};

struct wait_queue_entry {
    struct list_head entry;
};

struct socket_wq {
    struct wait_queue_head wait;
};

struct epoll_event {
    __u32 events;
};

struct epitem {
    struct eppoll_entry *pwqlist;
    struct epoll_event event;
};

struct eppoll_entry {
    struct epitem *base;
    struct wait_queue_entry wait;
};

struct refcount_struct {
    struct {
        int counter;
    } refs;
};

struct sk_psock {
    struct list_head ingress_msg;
    struct refcount_struct refcnt;
};

struct file {
    unsigned int f_flags;
};

struct socket {
    struct file *file;
};

struct sock_common {
    unsigned char skc_state;
    unsigned long skc_flags;
};

struct sock {
    struct sock_common __sk_common;
    __u8 sk_shutdown;
    int sk_rcvlowat;
    int sk_peek_off;
    __u32 sk_tsflags;
    struct socket *sk_socket;
    struct socket_wq *sk_wq;
    void *sk_user_data;
};

struct inet_connection_sock {
    const void *icsk_ulp_ops;
};

struct tcp_sock {
    __u32 copied_seq;
    __u32 write_seq;
    __u8 repair : 1;
    __u8 recvmsg_inq : 1;
    bool is_mptcp;
};

/* Where an architecture keeps the number of the system call under way. */
struct pt_regs___x86 {
    unsigned long orig_ax;
};

struct pt_regs___arm64 {
    int syscallno;
};

struct task_struct;

#pragma clang attribute pop

enum sock_flags { SOCK_RCVTSTAMP = 11, SOCK_ZEROCOPY = 18 };

extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym __weak;

/* Two ways to look at kernel memory, chosen by the compile-time constant `cast`: bpf_rdonly_cast (Linux 6.2,
 * the only way under lockdown=confidentiality) or bpf_probe_read_kernel. With either, a bad address reads as
 * 0. */
#define KERNEL_PTR(cast, type, address)                                                                      \
    ((cast) ? (type *)bpf_rdonly_cast((const void *)(address), bpf_core_type_id_kernel(type))                \
            : (type *)(address))

#define KERNEL_READ(cast, pointer, field)                                                                    \
    ({                                                                                                       \
        typeof((pointer)->field) value_ = 0;                                                                 \
        if (cast)                                                                                            \
            value_ = (pointer)->field;                                                                       \
        else                                                                                                 \
            bpf_core_read(&value_, sizeof(value_), &(pointer)->field);                                       \
        value_;                                                                                              \
    })

/* For bit fields and for fields whose width differs between kernels. */
#define KERNEL_READ_BITS(cast, pointer, field)                                                               \
    ((cast) ? BPF_CORE_READ_BITFIELD(pointer, field) : BPF_CORE_READ_BITFIELD_PROBED(pointer, field))

#endif
