// Puts itself into cgroups and a network namespace, drops privileges and becomes the command.
//
// `ip netns exec` remounts /sys for every command, needs a second program for the cgroup and a third one for
// the user. This does all of it in one exec, so that starting a program in a pod costs about as much as
// starting it.
//
// Order matters: cgroups first (sockets take their cgroup when they are created), then the namespace, then
// the mounts, then the user, because each step needs the privileges that the last one gives away.
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_CANNOT_ENTER = 125, EXIT_CANNOT_EXEC = 126, EXIT_NOT_FOUND = 127 };
enum { MAX_CGROUPS = 32 };

static const char NETNS_DIR[] = "/run/netns";

static const char USAGE[] =
    "usage: shortpath-enter [OPTION...] -- COMMAND [ARGUMENT...]\n"
    "  --cgroup DIR          join this cgroup directory; may be repeated, once for each hierarchy\n"
    "  --netns NAME|PATH     enter /run/netns/NAME, or the namespace at PATH\n"
    "  --new-netns NAME      make the namespace /run/netns/NAME (as `ip netns add` does) and enter it;\n"
    "                        without a command, only make it\n"
    "  --sys                 mount a sysfs of that namespace on /sys, seen by the command alone\n"
    "  --uid N --gid N       become this user and group, without supplementary groups\n"
    "  --chdir DIR           change to this directory\n"
    "exit: the command's own; 2 bad options; 125 a cgroup, namespace, user or directory cannot be entered;\n"
    "      126 the command cannot be executed; 127 there is no such command\n";

struct options {
    const char *cgroups[MAX_CGROUPS];
    int cgroup_count;
    const char *netns;
    const char *new_netns;
    const char *chdir;
    bool sys;
    bool drop;
    uid_t uid;
    gid_t gid;
    char **command;
};

__attribute__((noreturn, format(printf, 2, 3))) static void fail(int code, const char *format, ...)
{
    va_list args;
    fputs("shortpath-enter: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(code);
}

static unsigned parse_id(const char *option, const char *text)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    // (uid_t)-1 means "unchanged" to the kernel: it must not pass for an identity.
    if (errno || end == text || *end || *text == '-' || value >= UINT_MAX)
        fail(EXIT_USAGE, "%s %s: not a number from 0 to %u", option, text, UINT_MAX - 1);
    return (unsigned)value;
}

static void check_name(const char *name)
{
    if (!*name || strlen(name) > NAME_MAX || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
        fail(EXIT_USAGE, "--new-netns '%s': a name without '/' is needed", name);
}

static void parse(int argc, char **argv, struct options *o)
{
    bool has_uid = false, has_gid = false;
    int i = 1;
    for (; i < argc && strcmp(argv[i], "--"); i++) {
        const char *option = argv[i];
        if (!strcmp(option, "--help")) {
            fputs(USAGE, stdout);
            exit(0);
        }
        if (!strcmp(option, "--sys")) {
            o->sys = true;
            continue;
        }
        if (strncmp(option, "--", 2))
            fail(EXIT_USAGE, "%s: unknown option; the command follows after '--' (see --help)", option);
        const char *value = argv[i + 1];
        if (!value || !strcmp(value, "--"))
            fail(EXIT_USAGE, "%s: unknown option, or its value is missing (see --help)", option);
        i++;
        if (!strcmp(option, "--cgroup")) {
            if (o->cgroup_count == MAX_CGROUPS)
                fail(EXIT_USAGE, "--cgroup: more than %d given", MAX_CGROUPS);
            o->cgroups[o->cgroup_count++] = value;
        } else if (!strcmp(option, "--netns")) {
            o->netns = value;
        } else if (!strcmp(option, "--new-netns")) {
            check_name(value);
            o->new_netns = value;
        } else if (!strcmp(option, "--chdir")) {
            o->chdir = value;
        } else if (!strcmp(option, "--uid")) {
            o->uid = parse_id(option, value);
            has_uid = true;
        } else if (!strcmp(option, "--gid")) {
            o->gid = parse_id(option, value);
            has_gid = true;
        } else {
            fail(EXIT_USAGE, "%s: unknown option (see --help)", option);
        }
    }
    if (has_uid != has_gid)
        fail(EXIT_USAGE, "--uid and --gid are given together or not at all");
    if (o->netns && o->new_netns)
        fail(EXIT_USAGE, "--netns and --new-netns exclude each other");
    o->drop = has_uid;
    bool has_command = i + 1 < argc;
    if (!has_command && (!o->new_netns || o->cgroup_count || o->drop || o->sys || o->chdir))
        fail(EXIT_USAGE, "no command: give one after '--' (see --help)");
    o->command = has_command ? argv + i + 1 : NULL;
}

static void join_cgroup(const char *dir)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/cgroup.procs", dir) >= (int)sizeof path)
        fail(EXIT_CANNOT_ENTER, "cgroup %s: the path is too long", dir);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    // "0" is the writer itself, in whatever pid namespace it runs.
    if (fd < 0 || write(fd, "0", 1) != 1)
        fail(EXIT_CANNOT_ENTER, "cannot join cgroup %s: %s", dir, strerror(errno));
    close(fd);
}

static void enter_netns(const char *netns)
{
    char path[PATH_MAX];
    bool is_path = strchr(netns, '/');
    if (snprintf(path, sizeof path, "%s%s%s", is_path ? "" : NETNS_DIR, is_path ? "" : "/", netns) >=
        (int)sizeof path)
        fail(EXIT_CANNOT_ENTER, "network namespace %s: the path is too long", netns);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || setns(fd, CLONE_NEWNET))
        fail(EXIT_CANNOT_ENTER, "cannot enter network namespace %s: %s", path, strerror(errno));
    close(fd);
}

// A name in /run/netns is a bind mount that must reach every mount namespace, so the directory has to be a
// shared mount. iproute2 does the same under the same lock.
static void share_netns_dir(void)
{
    if (mkdir(NETNS_DIR, 0755) && errno != EEXIST)
        fail(EXIT_CANNOT_ENTER, "cannot make %s: %s", NETNS_DIR, strerror(errno));
    int lock = open(NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX))
        fail(EXIT_CANNOT_ENTER, "cannot lock %s: %s", NETNS_DIR, strerror(errno));
    if (mount("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL)) {
        if (errno != EINVAL || mount(NETNS_DIR, NETNS_DIR, "none", MS_BIND | MS_REC, NULL) ||
            mount("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL))
            fail(EXIT_CANNOT_ENTER, "cannot make %s a shared mount: %s", NETNS_DIR, strerror(errno));
    }
    close(lock);
}

static void make_netns(const char *name)
{
    char path[PATH_MAX];
    share_netns_dir();
    snprintf(path, sizeof path, "%s/%s", NETNS_DIR, name);
    int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
    if (fd < 0)
        fail(EXIT_CANNOT_ENTER, "cannot make network namespace %s: %s", path, strerror(errno));
    close(fd);
    if (unshare(CLONE_NEWNET) || mount("/proc/self/ns/net", path, "none", MS_BIND, NULL)) {
        int error = errno;
        unlink(path);
        fail(EXIT_CANNOT_ENTER, "cannot make network namespace %s: %s", path, strerror(error));
    }
}

static void mount_sys(void)
{
    // Slave, so that nothing mounted here is seen outside; the old /sys shows the old namespace's devices.
    if (unshare(CLONE_NEWNS) || mount("", "/", "none", MS_SLAVE | MS_REC, NULL) ||
        (umount2("/sys", MNT_DETACH) && errno != EINVAL) || mount("sysfs", "/sys", "sysfs", 0, NULL))
        fail(EXIT_CANNOT_ENTER, "cannot mount /sys of the network namespace: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    struct options o = {0};
    parse(argc, argv, &o);
    for (int i = 0; i < o.cgroup_count; i++)
        join_cgroup(o.cgroups[i]);
    if (o.new_netns)
        make_netns(o.new_netns);
    if (!o.command)
        return 0;
    // Ctrl-C on a terminal is for the harness, which then takes the command down: the same signal to the
    // command would make a failed attempt of an interruption.
    setpgid(0, 0);
    if (o.netns)
        enter_netns(o.netns);
    if (o.sys)
        mount_sys();
    // Looked up as the caller: the user may not be allowed to pass the directories above it.
    int program = o.drop && o.command[0][0] == '/' ? open(o.command[0], O_PATH | O_CLOEXEC) : -1;
    if (o.drop && (setgroups(0, NULL) || setresgid(o.gid, o.gid, o.gid) || setresuid(o.uid, o.uid, o.uid)))
        fail(EXIT_CANNOT_ENTER, "cannot become uid %u, gid %u: %s", o.uid, o.gid, strerror(errno));
    // As the new user, who may not be allowed there.
    if (o.chdir && chdir(o.chdir))
        fail(EXIT_CANNOT_ENTER, "cannot change to directory %s: %s", o.chdir, strerror(errno));
    if (program >= 0)
        execveat(program, "", o.command, environ, AT_EMPTY_PATH);
    // Also for a script, whose interpreter cannot open a descriptor that is closed by the exec.
    execvp(o.command[0], o.command);
    fail(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXEC, "cannot execute %s: %s", o.command[0],
         strerror(errno));
}
