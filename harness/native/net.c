#include "tool.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

bool parse_inet(const char *text, struct endpoint *endpoint)
{
    char host[128];
    const char *colon = strrchr(text, ':');
    if (!colon)
        return false;
    const char *from = text, *to = colon;
    bool bracketed = text[0] == '[' && colon > text && colon[-1] == ']';
    if (bracketed) {
        from++;
        to--;
    } else if (memchr(text, ':', (size_t)(colon - text))) {
        return false; // an IPv6 address needs its brackets
    }
    if (to <= from || (size_t)(to - from) >= sizeof host || !colon[1])
        return false;
    memcpy(host, from, (size_t)(to - from));
    host[to - from] = 0;
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                             .ai_family = bracketed ? AF_INET6 : AF_INET,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (getaddrinfo(host, colon + 1, &hints, &found))
        return false;
    memset(endpoint, 0, sizeof *endpoint);
    memcpy(&endpoint->address, found->ai_addr, found->ai_addrlen);
    endpoint->length = found->ai_addrlen;
    freeaddrinfo(found);
    describe(endpoint);
    return true;
}

bool parse_unix(const char *path, struct endpoint *endpoint)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&endpoint->address;
    // The header line is split at blanks.
    if (!*path || strlen(path) >= sizeof un->sun_path || strpbrk(path, " \t\r\n"))
        return false;
    memset(endpoint, 0, sizeof *endpoint);
    un->sun_family = AF_UNIX;
    strcpy(un->sun_path, path);
    endpoint->length = sizeof *un;
    describe(endpoint);
    return true;
}

void describe(struct endpoint *endpoint)
{
    char host[INET6_ADDRSTRLEN] = "";
    const struct sockaddr *address = (const struct sockaddr *)&endpoint->address;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof host);
        snprintf(endpoint->text, sizeof endpoint->text, "%s:%u", host, ntohs(in->sin_port));
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
        inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof host);
        snprintf(endpoint->text, sizeof endpoint->text, "[%s]:%u", host, ntohs(in6->sin6_port));
    } else if (address->sa_family == AF_UNIX && ((const struct sockaddr_un *)address)->sun_path[0]) {
        snprintf(endpoint->text, sizeof endpoint->text, "%s",
                 ((const struct sockaddr_un *)address)->sun_path);
    } else {
        strcpy(endpoint->text, "-");
    }
}

const char *family_name(int family)
{
    return family == AF_INET ? "ipv4" : family == AF_INET6 ? "ipv6" : "unix";
}

void set_nodelay(int fd, int family)
{
    if (family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}
