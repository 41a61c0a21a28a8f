/* SPDX-License-Identifier: MIT */
/* The slots of a pipe, modelled: no interface of the kernel shows them (pipe(7), fs/pipe.c).
 *
 * A pipe is a ring of slots of one page. A write of n bytes first puts r = n modulo the
 * page size into the page last written, if the pipe is not empty, that page may take more
 * and r bytes fit behind what it holds; all else begins new pages. A slot is free again
 * only when its last byte was read. A packet (O_DIRECT) takes slots that take no more, but its
 * own first r bytes join an ordinary last page like any others.
 *
 * The model follows the writes and reads that the stage's own processes report and is
 * compared with what the kernel does tell (FIONREAD, POLLOUT); where they disagree it is
 * withheld, until the pipe is seen empty and it can begin anew. */
#ifndef STAGE_SLOTS_H
#define STAGE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLOTS_KEPT = 512 }; /* 2 MiB of 4 KiB pages: more than an ordinary user may set */

struct slots_one {
	uint32_t start, fill; /* where the unread bytes begin in the page; how many */
	bool packet;
};

struct slots {
	unsigned page, max;     /* bytes of a page; how many slots there are */
	unsigned count;         /* in use; more than max only until a read that was made is told */
	unsigned first;         /* the oldest, in `slot`, which is a ring */
	struct slots_one slot[SLOTS_KEPT];
	int64_t bytes;          /* unread, by the model */
	bool trusted;
	const char *why;        /* why not */
};

void slots_init(struct slots *s, unsigned page, int64_t capacity);

/* The capacity was changed (F_SETPIPE_SZ). */
void slots_resize(struct slots *s, int64_t capacity);

/* A write of n bytes begins: puts in what fits now and returns how many bytes that were. */
int64_t slots_write(struct slots *s, int64_t n, bool packet);

/* n more bytes of a write that had been waiting: they begin new pages. */
void slots_resume(struct slots *s, int64_t n, bool packet);

/* n bytes were read. A packet of which not all was taken is gone all the same: `packet_end`. */
void slots_read(struct slots *s, int64_t n, bool packets);

/* Compares with the kernel: bytes, and whether a slot is free where that is known. `settled`: no
 * call on this pipe is under way, so that a difference is a mistake of the model. */
void slots_check(struct slots *s, int64_t bytes, bool writable_known, bool writable, bool settled);

/* Somebody moves data whom the model does not hear: withheld until the pipe is seen empty. */
void slots_distrust(struct slots *s, const char *why);

/* The nth slot in use, oldest first. */
const struct slots_one *slots_at(const struct slots *s, unsigned n);

#endif
