// SPDX-License-Identifier: GPL-2.0
/* How the commands reach a running instance: an abstract Unix socket (nothing is left of it after kill -9).
 * It is bound to the network namespace in which the instance was started. A request is one word, the answer a
 * document. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include "agent.h"

static const char request_status[] = "status", request_detach[] = "detach";

static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;
    return offsetof(struct sockaddr_un, sun_path) + 1 +
           snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "shortpath-agent/%s", name);
}

int control_listen(const char *name)
{
    struct sockaddr_un address;
    socklen_t length = address_of(name, &address);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (listener >= 0 && !bind(listener, (struct sockaddr *)&address, length) && !listen(listener, 16))
        return listener;
    if (errno == EADDRINUSE)
        complain("an instance named '%s' is running already: detach it first, or choose another --name",
                 name);
    else
        complain("cannot listen for commands: %s", strerror(errno));
    if (listener >= 0)
        close(listener);
    return -1;
}

/* Anyone in this network namespace can connect; only root (or the agent's own user) is answered. */
static bool trusted(int client)
{
    struct ucred peer;
    socklen_t length = sizeof(peer);

    return !getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &length) &&
           (peer.uid == 0 || peer.uid == geteuid());
}

static void limit_waiting(int client)
{
    struct timeval second = {.tv_sec = 1};

    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
}

static void send_document(int client, const struct options *options, struct programs *programs)
{
    char *text = NULL;
    size_t size = 0, sent = 0;
    FILE *out = open_memstream(&text, &size);

    write_status(out, "status", options, programs);
    fclose(out);
    while (sent < size) {
        ssize_t count = send(client, text + sent, size - sent, MSG_NOSIGNAL);

        if (count <= 0)
            break;
        sent += count;
    }
    free(text);
}

bool control_serve(int listener, const struct options *options, struct programs *programs, int *waiting)
{
    char request[16] = "";
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (client < 0)
        return false;
    limit_waiting(client);
    if (trusted(client) && recv(client, request, sizeof(request) - 1, 0) > 0) {
        if (!strcmp(request, request_detach)) {
            *waiting = client;
            return true;
        }
        if (!strcmp(request, request_status))
            send_document(client, options, programs);
    }
    close(client);
    return false;
}

void control_detached(int waiting)
{
    if (waiting >= 0)
        send(waiting, "d", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int call_instance(const char *name, const char *request, pid_t *pid)
{
    struct sockaddr_un address;
    socklen_t length = address_of(name, &address), peer_length;
    struct ucred peer;
    int channel = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (channel < 0 || connect(channel, (struct sockaddr *)&address, length)) {
        complain("no instance named '%s' is running in this network namespace: start one by attach", name);
        goto failed;
    }
    peer_length = sizeof(peer);
    if (getsockopt(channel, SOL_SOCKET, SO_PEERCRED, &peer, &peer_length) ||
        (peer.uid && peer.uid != geteuid())) {
        complain("the socket of instance '%s' belongs to another user", name);
        goto failed;
    }
    *pid = peer.pid;
    if (send(channel, request, strlen(request), MSG_NOSIGNAL) < 0) {
        complain("instance '%s' does not listen: %s", name, strerror(errno));
        goto failed;
    }
    return channel;
failed:
    if (channel >= 0)
        close(channel);
    return -1;
}

int status_command(const char *name)
{
    char buffer[4096];
    bool any = false;
    ssize_t count;
    pid_t pid;
    int channel = call_instance(name, request_status, &pid);

    if (channel < 0)
        return EXIT_BAD_INPUT;
    while ((count = read(channel, buffer, sizeof(buffer))) > 0)
        any = fwrite(buffer, 1, count, stdout) > 0;
    close(channel);
    if (any)
        return 0;
    complain("instance '%s' did not answer: only root is answered", name);
    return EXIT_BAD_INPUT;
}

int detach_command(const char *name)
{
    pid_t pid;
    int channel = call_instance(name, request_detach, &pid), process, result = 0;
    struct pollfd answer = {.fd = channel, .events = POLLIN}, end = {.events = POLLIN};
    char detached;

    if (channel < 0)
        return EXIT_BAD_INPUT;
    process = syscall(SYS_pidfd_open, pid, 0); /* -1: it has ended already */
    end.fd = process;
    if (process >= 0 && (poll(&answer, 1, 10000) != 1 || poll(&end, 1, 2000) != 1)) {
        /* What it was asked for is done, even if its last document finds no reader. */
        if (recv(channel, &detached, 1, MSG_DONTWAIT) == 1)
            complain("instance '%s' (pid %d) is detached; it ends when its standard output is read", name,
                     pid);
        else {
            complain("instance '%s' (pid %d) did not detach within 10 s", name, pid);
            result = EXIT_FAILED;
        }
    }
    close(channel);
    return result;
}
