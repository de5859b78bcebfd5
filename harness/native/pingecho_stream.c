#include "pingecho.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 64, BUFFER_BYTES = 1 << 20 };

// Half of the second that a reader may rely on.
static const uint64_t FLUSH_EVERY_NS = NS_PER_S / 2;

static char buffer[BUFFER_BYTES];
static size_t used;
static uint64_t flushed_at;

static bool flush(uint64_t now)
{
    size_t done = 0;
    while (done < used) {
        ssize_t n = write(STDOUT_FILENO, buffer + done, used - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        done += (size_t)n;
    }
    used = 0;
    flushed_at = now;
    return true;
}

bool stream_header(const struct client_options *options, const struct endpoint *local, uint64_t start_ns)
{
    used += (size_t)snprintf(
        buffer + used, BUFFER_BYTES - used,
        "# pingecho 1 unit=ns size=%zu interval_us=%.6g warmup=%llu open_loop=%d family=%s local=%s "
        "remote=%s "
        "start_ns=%llu nodelay=%d blocking=%d\n",
        options->size, (double)options->interval_ns / 1e3, (unsigned long long)options->warmup,
        options->open_loop, family_name(options->remote.address.ss_family), local->text, options->remote.text,
        (unsigned long long)start_ns, options->nodelay, options->blocking);
    return flush(start_ns);
}

static void put(uint64_t number, char after)
{
    char digits[20];
    int n = 0;
    do
        digits[n++] = (char)('0' + number % 10);
    while (number /= 10);
    while (n)
        buffer[used++] = digits[--n];
    buffer[used++] = after;
}

void stream_sample(uint64_t sequence, uint64_t sent_ns, uint64_t latency_ns)
{
    put(sequence, ' ');
    put(sent_ns, ' ');
    put(latency_ns, '\n');
}

bool stream_flush_if_due(uint64_t now)
{
    if (now - flushed_at < FLUSH_EVERY_NS && used < BUFFER_BYTES - 2 * LINE_MAX_BYTES)
        return true;
    return flush(now);
}

bool stream_end(const struct tally *tally, uint64_t now)
{
    if (!flush(now))
        return false;
    used = (size_t)snprintf(buffer, BUFFER_BYTES,
                            "# end sent=%llu received=%llu lost=%llu duration_ns=%llu samples=%llu\n",
                            (unsigned long long)tally->sent, (unsigned long long)tally->received,
                            (unsigned long long)(tally->sent - tally->received),
                            (unsigned long long)(tally->start_ns ? now - tally->start_ns : 0),
                            (unsigned long long)tally->samples);
    return flush(now);
}
