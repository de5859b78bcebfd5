// SPDX-License-Identifier: GPL-2.0
/* The cgroup of a Kubernetes node's pods, found by the uid of one of them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include "agent.h"

/* A node may itself be a container: its own cgroup, then kubepods, a class of service, the pod. */
enum { DEPTH = 8 };

static bool is_cgroup2(const char *path)
{
    struct statfs fs;

    return !statfs(path, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* Whether a directory's name holds the uid; systemd's driver writes it with underscores. */
static bool names(const char *directory, const char *uid)
{
    size_t length = strlen(uid);

    for (; strlen(directory) >= length; directory++) {
        size_t i = 0;

        while (i < length && (directory[i] == uid[i] || (uid[i] == '-' && directory[i] == '_')))
            i++;
        if (i == length)
            return true;
    }
    return false;
}

/* Breadth does not matter, a pod's uid is in one place; links are not followed. */
static bool find(char *path, const char *uid, int depth)
{
    size_t end = strlen(path);
    DIR *directory = opendir(path);
    struct dirent *entry;
    bool found = false;

    if (!directory)
        return false;
    while (!found && (entry = readdir(directory))) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.' || end + 1 + strlen(entry->d_name) >= PATH_MAX)
            continue;
        path[end] = '/';
        strcpy(path + end + 1, entry->d_name);
        found = names(entry->d_name, uid) || (depth > 1 && find(path, uid, depth - 1));
        if (!found)
            path[end] = 0;
    }
    closedir(directory);
    return found;
}

static bool is_kubepods(const char *name, size_t length)
{
    static const char plain[] = "kubepods", slice[] = "kubepods.slice"; /* kind: kubelet-kubepods.slice */
    const size_t tail = sizeof(slice) - 1;

    return (length == sizeof(plain) - 1 && !strncmp(name, plain, length)) ||
           (length >= tail && !strncmp(name + length - tail, slice, tail));
}

/* Cuts a pod's path to the directory of all pods that it lies in: the last, where nodes are pods themselves.
 */
static bool cut(char *path)
{
    char *found = NULL;

    for (char *name = path, *end; (end = strchr(name, '/')); name = end + 1)
        if (is_kubepods(name, end - name))
            found = end;
    if (found)
        *found = 0;
    return found;
}

const char *pods_cgroup(const char *mount, const char *uid)
{
    static const char *const places[] = {"", "/unified"}; /* of hybrid hosts */
    static char path[PATH_MAX];

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        if (snprintf(path, sizeof(path), "%s%s", mount, places[i]) >= (int)sizeof(path))
            break;
        if (is_cgroup2(path) && find(path, uid, DEPTH) && cut(path))
            return path;
    }
    complain("--pod %s: no directory kubepods with this pod in a cgroup2 at %s", uid, mount);
    return NULL;
}
