// SPDX-License-Identifier: GPL-2.0
/* Command line options. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "agent.h"

static bool parse_number(const char *option, const char *text, uint32_t low, uint32_t high, uint32_t *value)
{
    char *end;
    unsigned long long number;

    errno = 0;
    number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number < low || number > high) {
        complain("%s '%s': a whole number from %u to %u is needed", option, text, low, high);
        return false;
    }
    *value = number;
    return true;
}

/* Reads a port at *text and moves on behind it. */
static bool parse_port(const char **text, unsigned *port)
{
    char *end;

    if (**text < '0' || **text > '9')
        return false;
    *port = strtoul(*text, &end, 10);
    if (end - *text > 5 || *port < 1 || *port > 65535)
        return false;
    *text = end;
    return true;
}

static bool parse_ports(const char *option, const char *text, uint64_t *set)
{
    const char *at = text;
    unsigned first, last;

    do {
        if (!parse_port(&at, &first))
            goto bad;
        last = first;
        if (*at == '-') {
            at++;
            if (!parse_port(&at, &last) || last < first)
                goto bad;
        }
        for (unsigned port = first; port <= last; port++)
            set[port / 64] |= 1ULL << port % 64;
    } while (*at++ == ',');
    if (!at[-1])
        return true;
bad:
    complain("%s '%s': ports and ranges are needed, such as 80,443,15000-15010", option, text);
    return false;
}

static bool parse_name(const char *text, char *name)
{
    size_t length = strlen(text);

    if (length < 1 || length > MAX_NAME || strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != length) {
        complain("--name '%s': 1 to %d of a-z, 0-9 and - are needed", text, MAX_NAME);
        return false;
    }
    strcpy(name, text);
    return true;
}

/* As Kubernetes writes one; long enough not to be met by chance. */
static bool parse_uid(const char *text, const char **uid)
{
    size_t length = strlen(text);

    *uid = text;
    if (length >= 32 && length <= 36 && strspn(text, "0123456789abcdef-") == length)
        return true;
    complain("--pod '%s': the uid of a pod is needed", text);
    return false;
}

static bool parse_blocking(const char *text, bool *redirect)
{
    *redirect = !strcmp(text, "redirect");
    if (*redirect || !strcmp(text, "stack"))
        return true;
    complain("--blocking-readers '%s': stack or redirect is needed", text);
    return false;
}

static bool parse_attach_option(const char *option, const char *value, struct options *options)
{
    if (!strcmp(option, "--cgroup")) {
        if (options->cgroup_count == MAX_CGROUPS) {
            complain("--cgroup: at most %d are possible", MAX_CGROUPS);
            return false;
        }
        options->cgroups[options->cgroup_count++] = value;
        return true;
    }
    if (!strcmp(option, "--pod"))
        return parse_uid(value, &options->pod);
    if (!strcmp(option, "--ports")) {
        options->ports_restricted = true;
        options->ports_text = value;
        return parse_ports(option, value, options->ports);
    }
    if (!strcmp(option, "--exclude")) {
        options->exclude_text = value;
        return parse_ports(option, value, options->exclude);
    }
    if (!strcmp(option, "--max-connections"))
        return parse_number(option, value, 1, 1 << 22, &options->max_connections);
    if (!strcmp(option, "--unread-limit"))
        return parse_number(option, value, 4096, 1 << 30, &options->unread_limit);
    if (!strcmp(option, "--edge-limit"))
        return parse_number(option, value, 4096, 1 << 30, &options->edge_limit);
    if (!strcmp(option, "--large-message"))
        return parse_number(option, value, 1, 1 << 30, &options->large_message);
    if (!strcmp(option, "--blocking-readers"))
        return parse_blocking(value, &options->redirect_to_blocking);
    complain("unknown option '%s'; see --help", option);
    return false;
}

bool parse_options(int argc, char **argv, bool attaching, struct options *options)
{
    memset(options, 0, sizeof(*options));
    strcpy(options->name, "default");
    options->max_connections = DEFAULT_CONNECTIONS;
    options->unread_limit = DEFAULT_UNREAD_LIMIT;
    options->edge_limit = DEFAULT_EDGE_LIMIT;
    options->large_message = DEFAULT_LARGE;
    for (int i = 0; i < argc; i += 2) {
        const char *option = argv[i], *value = argv[i + 1];

        if (strncmp(option, "--", 2)) {
            complain("unexpected argument '%s'; see --help", option);
            return false;
        }
        if (!attaching && strcmp(option, "--name")) {
            complain("unknown option '%s' here; see --help", option);
            return false;
        }
        if (i + 1 >= argc) {
            complain("option '%s' needs a value; see --help", option);
            return false;
        }
        if (!strcmp(option, "--name")) {
            if (!parse_name(value, options->name))
                return false;
        } else if (!parse_attach_option(option, value, options)) {
            return false;
        }
    }
    if (options->pod && options->cgroup_count > 1) {
        complain("--pod goes with one --cgroup");
        return false;
    }
    return true;
}
