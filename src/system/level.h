/* SPDX-License-Identifier: MIT */
/* Inside of system_levels: what is read through lent descriptors (level.c), and what is not (level_asked.c). */
#ifndef SYSTEM_LEVEL_H
#define SYSTEM_LEVEL_H

#include "probe/posix.h"
#include "system/private.h"

struct system_reading level_number(int64_t n);
/* why: static text. */
struct system_reading level_unknown(const char *why);
void level_set_unknown(struct system_object *o, const char *why);
/* For a negative errno. */
const char *level_why_not(int error);

/* A POSIX queue as it was read. */
void level_take_queue(struct system_object *o, const struct posix_queue *queue);

/* By what system_join or refreshing found. */
void level_socket(struct system_object *o);
/* By IPC_STAT; not readable: as the list showed it. */
void level_sysv(struct system_object *o);
/* Of a POSIX queue that nobody has open: it tells one who opens its file, which nobody notices. */
void level_queue_by_name(struct system_object *o);
/* Of named memory and semaphores, by the files of their names. */
void level_named(struct system_object *o);

#endif
