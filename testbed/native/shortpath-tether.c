// Runs a command at the end of a line that may break: when standard input ends, the command is ended.
//
// Kubernetes' exec carries no signals, and a command that was started by it goes on when the connection is
// gone. Under this program it ends with the connection, whichever end lets go, also when the other side was
// killed. As a container's first process (`hold`) it keeps the container and takes in orphans; `read` is
// there for images without any other program.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_FAILED = 125, EXIT_CANNOT_EXEC = 126, EXIT_NOT_FOUND = 127 };
enum { PATIENCE_MS = 1000 };

static const char USAGE[] =
    "usage: shortpath-tether run -- COMMAND [ARGUMENT...]\n"
    "       shortpath-tether hold\n"
    "       shortpath-tether read FILE\n"
    "  run    run the command; when a byte comes on standard input, or its end, or SIGTERM, the command "
    "gets\n"
    "         SIGTERM, and SIGKILL a second later\n"
    "  hold   wait for SIGTERM or SIGINT, taking in orphans: a container's first process\n"
    "  read   print a file\n"
    "exit: the command's own, 128 + n where signal n ended it; 2 bad options; 125 failed; 126 the command "
    "cannot\n"
    "      be executed; 127 there is no such command\n";

__attribute__((noreturn, format(printf, 2, 3))) static void fail(int code, const char *format, ...)
{
    va_list args;
    fputs("shortpath-tether: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(code);
}

static int end_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

__attribute__((noreturn)) static void become(char **command, const sigset_t *mask, pid_t parent)
{
    // Nobody else would end it if this program were killed.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_FAILED);
    int null = open("/dev/null", O_RDONLY);
    if (null > 0) {
        dup2(null, STDIN_FILENO);
        close(null);
    }
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(command[0], command);
    fail(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXEC, "cannot execute %s: %s", command[0],
         strerror(errno));
}

static int run(char **command)
{
    sigset_t ours, before;
    sigemptyset(&ours);
    sigaddset(&ours, SIGCHLD);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGINT);
    sigprocmask(SIG_BLOCK, &ours, &before);
    int signals = signalfd(-1, &ours, SFD_CLOEXEC);
    pid_t self = getpid();
    pid_t child = signals < 0 ? -1 : fork();
    if (child < 0)
        fail(EXIT_FAILED, "cannot start %s: %s", command[0], strerror(errno));
    if (child == 0)
        become(command, &before, self);

    struct pollfd line[] = {{.fd = signals, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    bool ending = false;
    for (;;) {
        int ready = poll(line, 2, ending ? PATIENCE_MS : -1);
        if (ready < 0 && errno != EINTR)
            fail(EXIT_FAILED, "poll: %s", strerror(errno));
        bool end = line[1].revents != 0;
        if (ready > 0 && line[0].revents) {
            struct signalfd_siginfo info;
            int status;
            if (read(signals, &info, sizeof info) == sizeof info)
                end = end || info.ssi_signo != SIGCHLD;
            if (waitpid(child, &status, WNOHANG) == child)
                return end_of(status);
        }
        if (ready == 0) {
            kill(child, SIGKILL);
        } else if (end && !ending) {
            ending = true;
            line[1].fd = -1; // poll leaves it out from now on
            kill(child, SIGTERM);
        }
    }
}

static int hold(void)
{
    sigset_t ends;
    int signal_number;
    signal(SIGCHLD, SIG_IGN); // the kernel reaps
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    return sigwait(&ends, &signal_number) ? EXIT_FAILED : 0;
}

static int print(const char *path)
{
    char buffer[1 << 14];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;
    if (file < 0)
        fail(EXIT_FAILED, "%s: %s", path, strerror(errno));
    while ((got = read(file, buffer, sizeof buffer)) > 0) {
        for (ssize_t put = 0; put < got;) {
            ssize_t written = write(STDOUT_FILENO, buffer + put, got - put);
            if (written < 0)
                fail(EXIT_FAILED, "standard output: %s", strerror(errno));
            put += written;
        }
    }
    if (got < 0)
        fail(EXIT_FAILED, "%s: %s", path, strerror(errno));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--help")) {
        fputs(USAGE, stdout);
        return 0;
    }
    if (argc > 3 && !strcmp(argv[1], "run") && !strcmp(argv[2], "--"))
        return run(argv + 3);
    if (argc == 2 && !strcmp(argv[1], "hold"))
        return hold();
    if (argc == 3 && !strcmp(argv[1], "read"))
        return print(argv[2]);
    fail(EXIT_USAGE, "unknown command or wrong arguments (see --help)");
}
