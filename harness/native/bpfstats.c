// bpfstats: what the kernel's BPF programs have run, counted only while somebody asks for it.
//
// The count costs each run of a program two looks at the clock, so it is on only as long as a process holds
// it (BPF_ENABLE_STATS, kernel/bpf/syscall.c): unlike the sysctl kernel.bpf_stats_enabled, it cannot stay
// behind.
#include "tool.h"

#include <errno.h>
#include <linux/bpf.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *tool_name = "bpfstats";

static const char USAGE[] =
    "usage: bpfstats hold    count, until SIGTERM or SIGINT or until nobody reads standard output any more;\n"
    "                        prints `counting` when it is on\n"
    "       bpfstats list    print a line for each BPF program of this machine, then `# end programs=N`:\n"
    "    ID TYPE NAME RUN_TIME_NS RUNS   TYPE is the number of enum bpf_prog_type; the counts are since the\n"
    "                                    program was loaded, of the times at which somebody held them\n"
    "exit: 0 done; 2 bad options; 3 not permitted, or output not writable\n";

static int bpf(int command, union bpf_attr *attributes)
{
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static int broken(const char *what)
{
    fprintf(stderr, "bpfstats: %s: %s (%s)\n", what, strerrorname_np(errno), strerror(errno));
    return EXIT_BROKEN;
}

static int hold(void)
{
    union bpf_attr a;
    memset(&a, 0, sizeof a);
    a.enable_stats.type = BPF_STATS_RUN_TIME;
    if (bpf(BPF_ENABLE_STATS, &a) < 0)
        return broken("BPF_ENABLE_STATS, which needs CAP_SYS_ADMIN and Linux 5.8");
    tool_signals(0);
    tool_print("counting\n");
    if (!tool_flush())
        return broken("writing to standard output");
    while (!tool_signal) {
        struct pollfd out = {.fd = STDOUT_FILENO}; // an error is always reported: the reader is gone
        if (poll(&out, 1, -1) > 0)
            break;
    }
    return EXIT_DONE;
}

// False: it went away meanwhile, which is no error.
static bool print_program(uint32_t id)
{
    union bpf_attr a;
    memset(&a, 0, sizeof a);
    a.prog_id = id;
    int fd = bpf(BPF_PROG_GET_FD_BY_ID, &a);
    if (fd < 0)
        return false;
    struct bpf_prog_info info;
    memset(&info, 0, sizeof info);
    memset(&a, 0, sizeof a);
    a.info.bpf_fd = (uint32_t)fd;
    a.info.info_len = sizeof info;
    a.info.info = (uint64_t)(uintptr_t)&info;
    int error = bpf(BPF_OBJ_GET_INFO_BY_FD, &a);
    close(fd);
    if (error)
        return false;
    // The verifier takes only letters, digits, _ and . in names.
    tool_print("%u %u %.*s %llu %llu\n", info.id, info.type, BPF_OBJ_NAME_LEN, *info.name ? info.name : "-",
               (unsigned long long)info.run_time_ns, (unsigned long long)info.run_cnt);
    return true;
}

static int list(void)
{
    union bpf_attr a;
    size_t programs = 0;
    uint32_t id = 0;
    for (;;) {
        memset(&a, 0, sizeof a);
        a.start_id = id;
        if (bpf(BPF_PROG_GET_NEXT_ID, &a) < 0)
            break;
        id = a.next_id;
        programs += print_program(id);
        if (!tool_flush_if_due(now_ns()))
            return broken("writing to standard output");
    }
    if (errno != ENOENT)
        return broken("BPF_PROG_GET_NEXT_ID, which needs CAP_SYS_ADMIN");
    tool_print("# end programs=%zu\n", programs);
    return tool_flush() ? EXIT_DONE : broken("writing to standard output");
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--help"))
        return fputs(USAGE, stdout) < 0;
    if (argc == 2 && !strcmp(argv[1], "hold"))
        return hold();
    if (argc == 2 && !strcmp(argv[1], "list"))
        return list();
    fprintf(stderr, "bpfstats: say `bpfstats hold` or `bpfstats list`; see bpfstats --help\n");
    return EXIT_USAGE;
}
