#include "rates.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

bool rates_on_cpu(uint64_t cpu)
{
    cpu_set_t set;
    if (cpu == NO_CPU)
        return true;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (!sched_setaffinity(0, sizeof set, &set))
        return true;
    fprintf(stderr, "rates: --cpu %llu: %s (%s)\n", (unsigned long long)cpu, strerrorname_np(errno),
            strerror(errno));
    return false;
}

void rates_head(const char *side, const struct rate_options *o, uint64_t start_ns)
{
    tool_print("# rates 1 side=%s protocol=%s size=%llu flows=%llu start_ns=%llu\n", side,
               o->udp ? "udp" : "tcp", (unsigned long long)o->size, (unsigned long long)o->flows,
               (unsigned long long)start_ns);
}

int rates_end(const struct rate_totals *t, const char *what, int error)
{
    tool_print("# end packets=%llu bytes=%llu duration_ns=%llu refused=%llu\n",
               (unsigned long long)t->packets, (unsigned long long)t->bytes,
               (unsigned long long)(t->end_ns - t->start_ns), (unsigned long long)t->refused);
    if (!tool_flush() && !error) {
        what = "writing to standard output";
        error = errno;
    }
    if (!error)
        return EXIT_DONE;
    fprintf(stderr, "rates: %s: %s (%s)\n", what, strerrorname_np(error), strerror(error));
    return EXIT_BROKEN;
}
