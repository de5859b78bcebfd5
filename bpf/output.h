/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs of this directory say, and with which codes they end. */
#ifndef SHORTPATH_OUTPUT_H
#define SHORTPATH_OUTPUT_H

#include <stdio.h>

#define EXIT_BAD_INPUT 2
#define EXIT_FAILED    3

extern const char program_name[]; /* each program's own */

/* One line on stderr, "program_name: ...". */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Text as a JSON string, whatever its bytes: one that belongs to no UTF-8 sequence is told by its number. */
void write_json_string(FILE *out, const char *text);

#endif
