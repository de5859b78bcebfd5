#include "gate.h"

#include <string.h>

static inline uint64_t word_at(uint64_t seed, uint64_t index)
{
    uint64_t x = (index + seed) * 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93ULL;
    return x ^ (x >> 32);
}

static size_t until_word(uint64_t position, size_t size)
{
    size_t head = (size_t)(-position & 7);
    return head < size ? head : size;
}

void pattern_fill(uint64_t seed, uint64_t position, unsigned char *data, size_t size)
{
    size_t at = 0, head = until_word(position, size);
    for (; at < head; at++)
        data[at] = (unsigned char)(word_at(seed, (position + at) / 8) >> ((position + at) % 8 * 8));
    for (; at + 8 <= size; at += 8) {
        uint64_t word = word_at(seed, (position + at) / 8);
        memcpy(data + at, &word, 8); // little endian, as the bytes above and below
    }
    for (; at < size; at++)
        data[at] = (unsigned char)(word_at(seed, (position + at) / 8) >> ((position + at) % 8 * 8));
}

static size_t first_difference(uint64_t seed, uint64_t position, const unsigned char *data, size_t from,
                               size_t to)
{
    while (from < to &&
           data[from] == (unsigned char)(word_at(seed, (position + from) / 8) >> ((position + from) % 8 * 8)))
        from++;
    return from;
}

size_t pattern_check(uint64_t seed, uint64_t position, const unsigned char *data, size_t size)
{
    size_t head = until_word(position, size);
    size_t at = first_difference(seed, position, data, 0, head);
    if (at < head)
        return at;
    for (; at + 8 <= size; at += 8) {
        uint64_t word;
        memcpy(&word, data + at, 8);
        if (word != word_at(seed, (position + at) / 8))
            return first_difference(seed, position, data, at, size);
    }
    return first_difference(seed, position, data, at, size);
}

uint64_t random_next(uint64_t *state)
{
    return word_at(0x2545f4914f6cdd1dULL, (*state)++);
}

size_t random_size(uint64_t *state, size_t most)
{
    unsigned bits = 0;
    while (bits < 63 && (1ULL << bits) < most)
        bits++;
    uint64_t r = random_next(state);
    size_t size = 1 + (size_t)((r >> 8) & ((1ULL << ((r & 0xff) % (bits + 1))) - 1));
    return size > most ? most : size;
}
