#include "pingecho.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

// splitmix64: neighbouring sequence numbers give unrelated words, so a shifted or mixed-up reply cannot look
// right.
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

void message_fill(unsigned char *message, size_t size, uint64_t sequence)
{
    uint64_t word = htole64(sequence);
    uint64_t state = mix(sequence);
    for (size_t at = 0; at < size; at += sizeof word) {
        memcpy(message + at, &word, size - at < sizeof word ? size - at : sizeof word);
        state += 0x9e3779b97f4a7c15ULL;
        word = state ^ (state >> 29);
    }
}

bool message_check(const unsigned char *expected, const unsigned char *reply, size_t size, uint64_t sequence,
                   struct tally *tally)
{
    if (!memcmp(expected, reply, size))
        return true;
    size_t at = 0;
    while (expected[at] == reply[at])
        at++;
    if (size >= sizeof(uint64_t) && at < sizeof(uint64_t)) {
        uint64_t other;
        memcpy(&other, reply, sizeof other);
        snprintf(tally->error, sizeof tally->error,
                 "wrong reply: sequence number %llu where %llu was due (byte %zu differs)",
                 (unsigned long long)le64toh(other), (unsigned long long)sequence, at);
    } else {
        snprintf(tally->error, sizeof tally->error,
                 "wrong reply to message %llu: byte %zu is 0x%02x instead of 0x%02x",
                 (unsigned long long)sequence, at, reply[at], expected[at]);
    }
    return false;
}
