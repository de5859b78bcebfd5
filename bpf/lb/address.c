// SPDX-License-Identifier: GPL-2.0
/* Addresses in text. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include "lb.h"

bool parse_address(const char *text, enum family family, struct address *address)
{
    memset(address, 0, sizeof(*address));
    if (family == IPV6)
        return inet_pton(AF_INET6, text, address) == 1 &&
               !(!address->words[0] && !address->words[1] && address->words[2] == htonl(0xffff));
    address->words[2] = htonl(0xffff);
    return inet_pton(AF_INET, text, &address->words[3]) == 1;
}

bool parse_prefix(const char *text, enum family family, struct address *prefix, struct address *mask)
{
    const char *slash = strchr(text, '/');
    char copy[INET6_ADDRSTRLEN + 1], *end;
    unsigned long length;

    if (!slash || slash - text >= (long)sizeof(copy) || slash[1] < '0' || slash[1] > '9')
        return false;
    memcpy(copy, text, slash - text);
    copy[slash - text] = 0;
    length = strtoul(slash + 1, &end, 10);
    if (*end || length > (family == IPV4 ? 32 : 128) || !parse_address(copy, family, prefix))
        return false;
    if (family == IPV4)
        length += 96;
    for (int i = 0; i < 4; i++) {
        int bits = (int)length - 32 * i;

        mask->words[i] = bits >= 32 ? ~0U : bits <= 0 ? 0 : htonl(~0U << (32 - bits));
        prefix->words[i] &= mask->words[i];
    }
    return true;
}
