// SPDX-License-Identifier: GPL-2.0
/* The command line. */
#include <stdlib.h>
#include <string.h>
#include "lb.h"

#define MAX_NUMBER 16777216

static bool parse_number(const char *option, const char *text, uint32_t *value)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end || number < 1 || number > MAX_NUMBER) {
        complain("%s %s: not a number from 1 to %d", option, text, MAX_NUMBER);
        return false;
    }
    *value = number;
    return true;
}

static bool parse_node(const char *option, const char *text, enum family family, struct options *options)
{
    if (parse_address(text, family, &options->node[family]))
        return true;
    complain("%s %s: not an %s address", option, text, family == IPV4 ? "IPv4" : "IPv6");
    return false;
}

static bool parse_cidr(const char *option, const char *text, enum family family, struct options *options)
{
    if (parse_prefix(text, family, &options->pods_prefix[family], &options->pods_mask[family]))
        return true;
    complain("%s %s: not an %s prefix such as %s", option, text, family == IPV4 ? "IPv4" : "IPv6",
             family == IPV4 ? "10.244.0.0/16" : "fd00:10:244::/56");
    return false;
}

static bool parse_interface(const char *option, const char *text)
{
    if (*text && strlen(text) < IF_NAMESIZE)
        return true;
    complain("%s %s: not the name of an interface", option, text);
    return false;
}

static bool parse_option(const char *option, const char *text, struct options *options)
{
    if (!strcmp(option, "--uplink"))
        return parse_interface(option, text) && strcpy(options->uplink, text);
    if (!strcmp(option, "--pod")) {
        if (options->pod_count == MAX_PODS) {
            complain("more than %d times --pod", MAX_PODS);
            return false;
        }
        options->pods[options->pod_count++] = text;
        return parse_interface(option, text);
    }
    if (!strcmp(option, "--node4"))
        return parse_node(option, text, IPV4, options);
    if (!strcmp(option, "--node6"))
        return parse_node(option, text, IPV6, options);
    if (!strcmp(option, "--pod-cidr4"))
        return parse_cidr(option, text, IPV4, options);
    if (!strcmp(option, "--pod-cidr6"))
        return parse_cidr(option, text, IPV6, options);
    if (!strcmp(option, "--max-services"))
        return parse_number(option, text, &options->max_services);
    if (!strcmp(option, "--max-endpoints"))
        return parse_number(option, text, &options->max_endpoints);
    if (!strcmp(option, "--max-flows"))
        return parse_number(option, text, &options->max_flows);
    if (!strcmp(option, "--socket")) {
        options->socket = text;
        return true;
    }
    if (!strcmp(option, "--attach")) {
        options->tcx_allowed = strcmp(text, "tc");
        options->tcx_required = !strcmp(text, "tcx");
        if (!options->tcx_allowed || options->tcx_required || !strcmp(text, "auto"))
            return true;
        complain("--attach %s: must be auto, tcx or tc", text);
        return false;
    }
    if (!strcmp(option, "--to-pods")) {
        options->peers = !strcmp(text, "peer");
        if (options->peers || !strcmp(text, "link"))
            return true;
        complain("--to-pods %s: must be peer or link", text);
        return false;
    }
    complain("unknown option '%s'; see --help", option);
    return false;
}

bool parse_options(int argc, char **argv, struct options *options)
{
    static const struct address none;

    memset(options, 0, sizeof(*options));
    options->max_services = DEFAULT_SERVICES;
    options->max_endpoints = DEFAULT_ENDPOINTS;
    options->max_flows = DEFAULT_FLOWS;
    options->tcx_allowed = options->peers = true;
    for (int i = 0; i < argc; i += 2) {
        if (i + 1 == argc) {
            complain("%s needs a value; see --help", argv[i]);
            return false;
        }
        if (!parse_option(argv[i], argv[i + 1], options))
            return false;
    }
    if (!*options->uplink || !memcmp(&options->node[IPV4], &none, sizeof(none)) ||
        !memcmp(&options->node[IPV6], &none, sizeof(none))) {
        complain("--uplink, --node4 and --node6 are needed; see --help");
        return false;
    }
    if (!memcmp(&options->pods_prefix[IPV4], &none, sizeof(none)) ||
        !memcmp(&options->pods_prefix[IPV6], &none, sizeof(none))) {
        complain("--pod-cidr4 and --pod-cidr6 are needed: they say whose address is masqueraded");
        return false;
    }
    return true;
}
