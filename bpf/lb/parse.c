// SPDX-License-Identifier: GPL-2.0
/* Lines of a request: "+ ID PROTOCOL IPV4 IPV6 PORT NODEPORT POLICY AFFINITY ENDPOINTS" and "- ID PROTOCOL".
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include "lb.h"

#define MAX_ID               400
#define MAX_AFFINITY_SECONDS 86400 /* as the API server allows */

static char *field(char **rest)
{
    char *start = *rest, *end;

    if (!start)
        return "";
    end = strchr(start, ' ');
    if (end)
        *end = 0;
    *rest = end ? end + 1 : NULL;
    return start;
}

static void fail(char *error, const char *what, const char *text, const char *wanted)
{
    snprintf(error, MAX_ERROR, "%s '%.60s': %s", what, text, wanted);
}

static bool number(const char *text, uint32_t lowest, uint32_t highest, uint32_t *value)
{
    uint64_t sum = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || sum > highest)
            return false;
        sum = sum * 10 + (*text - '0');
    }
    *value = sum;
    return sum >= lowest && sum <= highest;
}

static bool identity(const char *id, const char *protocol, char *error)
{
    size_t length = strlen(id);

    if (!length || length > MAX_ID) {
        fail(error, "identity", id, "must have 1 to 400 characters");
        return false;
    }
    for (const char *c = id; *c; c++) {
        if (*c <= ' ' || *c > '~') {
            fail(error, "identity", "", "has a character that is not printable ASCII");
            return false;
        }
    }
    if (strcmp(protocol, "tcp") && strcmp(protocol, "udp")) {
        fail(error, "protocol", protocol, "must be tcp or udp");
        return false;
    }
    return true;
}

/* IPV4/IPV6/PORT/l or r; '-' for an address that there is not. */
static bool parse_endpoint(char *text, struct service *service, char *error)
{
    char *parts[4] = {text}, *slash = text;
    uint32_t port;

    for (int i = 1; i < 4; i++) {
        slash = strchr(slash, '/');
        if (!slash)
            goto bad;
        *slash++ = 0;
        parts[i] = slash;
    }
    if (!number(parts[2], 1, 65535, &port) || (strcmp(parts[3], "l") && strcmp(parts[3], "r")))
        goto bad;
    for (int family = 0; family < FAMILIES; family++) {
        struct endpoint endpoint = {.port = htons(port), .tag = *parts[3] == 'l'};

        if (!strcmp(parts[family], "-"))
            continue;
        if (!parse_address(parts[family], family, &endpoint.address))
            goto bad;
        service->endpoints[family][service->count[family]++] = endpoint;
    }
    return true;
bad:
    for (int i = 1; i < 4 && parts[i]; i++)
        parts[i][-1] = '/';
    fail(error, "endpoint", text, "must be IPV4/IPV6/PORT/l or IPV4/IPV6/PORT/r");
    return false;
}

/* Those on this node first: their number says how many a Local Service has. Until then `tag` says local. */
static void locals_first(struct service *service, enum family family)
{
    struct endpoint *all = service->endpoints[family];

    for (uint32_t i = 0; i < service->count[family]; i++) {
        struct endpoint swap = all[i];

        if (!swap.tag)
            continue;
        all[i] = all[service->local[family]];
        all[service->local[family]++] = swap;
    }
}

static bool parse_endpoints(char *text, struct service *service, char *error)
{
    uint32_t room = 1;

    if (!strcmp(text, "-"))
        return true;
    for (const char *c = text; *c; c++)
        room += *c == ',';
    if (room > MAX_OF_SERVICE) {
        snprintf(error, MAX_ERROR, "more than %d endpoints", MAX_OF_SERVICE);
        return false;
    }
    for (int family = 0; family < FAMILIES; family++)
        if (!(service->endpoints[family] = malloc(room * sizeof(struct endpoint))))
            abort();
    while (text) {
        char *comma = strchr(text, ',');

        if (comma)
            *comma++ = 0;
        if (!parse_endpoint(text, service, error))
            return false;
        text = comma;
    }
    for (int family = 0; family < FAMILIES; family++)
        locals_first(service, family);
    return true;
}

static bool parse_frontend(char **rest, struct service *service, char *error)
{
    static const char *const what[] = {"IPv4 address", "IPv6 address"};
    uint32_t port, node_port;
    char *text;

    for (int family = 0; family < FAMILIES; family++) {
        text = field(rest);
        service->has[family] = strcmp(text, "-");
        if (service->has[family] && !parse_address(text, family, &service->addresses[family])) {
            fail(error, what[family], text, "must be one, or - for none");
            return false;
        }
    }
    text = field(rest);
    if (!number(text, 1, 65535, &port)) {
        fail(error, "port", text, "must be 1 to 65535");
        return false;
    }
    text = field(rest);
    if (!number(text, 0, 65535, &node_port)) {
        fail(error, "NodePort", text, "must be 1 to 65535, or 0 for none");
        return false;
    }
    service->port = port;
    service->node_port = node_port;
    text = field(rest);
    service->local_only = !strcmp(text, "local");
    if (!service->local_only && strcmp(text, "cluster")) {
        fail(error, "policy", text, "must be local or cluster");
        return false;
    }
    text = field(rest);
    if (!number(text, 0, MAX_AFFINITY_SECONDS, &service->affinity)) {
        fail(error, "affinity", text, "must be 0 to 86400 seconds");
        return false;
    }
    return true;
}

struct service *parse_service(char *line, char *error)
{
    struct service *service = calloc(1, sizeof(*service));
    char *rest = line, *id = field(&rest), *protocol = field(&rest), *endpoints;

    if (!service)
        abort();
    if (!identity(id, protocol, error) || !parse_frontend(&rest, service, error))
        goto bad;
    service->protocol = *protocol == 't' ? 6 : 17;
    endpoints = field(&rest);
    if (rest) {
        fail(error, "text after the endpoints", rest, "must not be there");
        goto bad;
    }
    if (!parse_endpoints(endpoints, service, error))
        goto bad;
    protocol[-1] = ' ';
    service->name = strdup(id);
    if (!service->name)
        abort();
    return service;
bad:
    service_free(service);
    return NULL;
}

bool parse_removal(char *line, const char **name, char *error)
{
    char *rest = line, *id = field(&rest), *protocol = field(&rest);

    if (rest) {
        fail(error, "text after the protocol", rest, "must not be there");
        return false;
    }
    if (!identity(id, protocol, error))
        return false;
    protocol[-1] = ' ';
    *name = id;
    return true;
}

void service_free(struct service *service)
{
    if (!service)
        return;
    for (int family = 0; family < FAMILIES; family++)
        free(service->endpoints[family]);
    free(service->name);
    free(service);
}
