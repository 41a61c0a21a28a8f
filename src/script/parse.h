/* SPDX-License-Identifier: MIT */
/* From text to a lesson. flex scans, bison parses, both re-entrant; a mistake ends its line,
 * not the reading, so that every mistake of a file is found in one pass. */
#ifndef SCRIPT_PARSE_H
#define SCRIPT_PARSE_H

#include "script/lesson.h"
#include "script/mistake.h"

/* Parses `length` bytes, any bytes whatever. `file` is for messages. Always returns a lesson
 * (for the caller to free) holding what could be understood; mistakes are added to m. */
struct lesson *parse_lesson(const char *file, const char *text, size_t length, struct mistakes *m);

/* Reads a file and parses it. NULL with e when it cannot be read (a folder, over 1 MiB,
 * not permitted). */
struct lesson *parse_file(const char *path, struct mistakes *m, struct error *e);

#endif
