// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include "output.h"

void complain(const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s: ", program_name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/* Length of the sequence that `text` starts with (RFC 3629, section 4); 0 if it starts with none. */
static int utf8_length(const unsigned char *text)
{
    unsigned char low = 0x80, high = 0xbf;
    int length;

    if (*text < 0x80)
        return 1;
    if (*text < 0xc2 || *text > 0xf4)
        return 0;
    length = *text < 0xe0 ? 2 : *text < 0xf0 ? 3 : 4;
    /* The second byte's range keeps out long forms, surrogates and what lies beyond U+10FFFF. */
    if (*text == 0xe0)
        low = 0xa0;
    else if (*text == 0xed)
        high = 0x9f;
    else if (*text == 0xf0)
        low = 0x90;
    else if (*text == 0xf4)
        high = 0x8f;
    for (int i = 1; i < length; i++, low = 0x80, high = 0xbf)
        if (text[i] < low || text[i] > high)
            return 0;
    return length;
}

void write_json_string(FILE *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    fputc('"', out);
    while (*at) {
        int length = utf8_length(at);

        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at < 0x20 || !length)
            fprintf(out, "\\u%04x", *at);
        else
            fwrite(at, 1, length, out);
        at += length ? length : 1;
    }
    fputc('"', out);
}
