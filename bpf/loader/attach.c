// SPDX-License-Identifier: GPL-2.0
/* attach: one instance, in the foreground. */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include "agent.h"

static int catch_signals(void)
{
    sigset_t signals;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC);
}

static void announce(const struct options *options)
{
    printf("{\"event\":\"attached\",\"name\":\"%s\",\"pid\":%d,\"cgroups\":[", options->name, getpid());
    for (int i = 0; i < options->cgroup_count; i++) {
        fputs(i ? "," : "", stdout);
        write_json_string(stdout, options->cgroups[i]);
    }
    printf("]}\n");
    fflush(stdout);
}

/* Returns when a signal or a client (then `*waiting`) asks for the end. */
static void serve(int signals, int listener, const struct options *options, struct programs *programs,
                  int *waiting)
{
    struct pollfd events[] = {{.fd = signals, .events = POLLIN}, {.fd = listener, .events = POLLIN}};

    for (;;) {
        if (poll(events, 2, -1) < 0)
            continue;
        if (events[0].revents)
            return;
        if (events[1].revents && control_serve(listener, options, programs, waiting))
            return;
    }
}

int attach_command(struct options *options)
{
    struct programs *programs;
    struct kernel kernel;
    const char *missing;
    int signals, listener, waiting = -1;

    libbpf_set_print(NULL);
    look_at_kernel(&kernel);
    missing = what_is_missing(&kernel, options->cgroup_count > 0);
    if (missing) {
        complain("%s", missing);
        return EXIT_BAD_INPUT;
    }
    if (!options->cgroup_count)
        options->cgroups[options->cgroup_count++] = kernel.cgroup2;
    if (options->pod) {
        options->cgroups[0] = pods_cgroup(options->cgroups[0], options->pod);
        if (!options->cgroups[0])
            return EXIT_BAD_INPUT;
    }
    listener = control_listen(options->name);
    if (listener < 0)
        return EXIT_BAD_INPUT;
    signals = catch_signals();
    programs = programs_attach(options, &kernel);
    if (!programs)
        return EXIT_BAD_INPUT;
    announce(options);
    serve(signals, listener, options, programs, &waiting);
    programs_stop(programs);
    control_detached(waiting);
    write_status(stdout, "detached", options, programs);
    fflush(stdout);
    programs_free(programs);
    close(listener);
    return 0;
}
