/* SPDX-License-Identifier: MIT */
/* The descriptor table of a process: /proc/PID/fd and /proc/PID/fdinfo (proc_pid_fd(5)).
 *
 * Reads links, never reopens: opening /proc/PID/fd/N would add a reader or a writer to a
 * pipe, release a process that waits in a FIFO's open, and hide EOF and SIGPIPE. Nor does it ask
 * what may not answer: of paths on other machines' file systems, or on FUSE, the kernel says what it
 * remembers. */
#ifndef PROBE_DESCRIPTORS_H
#define PROBE_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum descriptor_kind {
	DESCRIPTOR_UNKNOWN,
	DESCRIPTOR_PIPE,   /* pipe:[inode] */
	DESCRIPTOR_FIFO,   /* a path that is a FIFO */
	DESCRIPTOR_SOCKET, /* socket:[inode] */
	DESCRIPTOR_ANON,   /* anon_inode:[eventfd] and so on; name holds "eventfd" */
	DESCRIPTOR_FILE,   /* a path that is a regular file */
	DESCRIPTOR_DEVICE, /* a path that is a character or block device */
	DESCRIPTOR_OTHER,  /* a folder, or a path that could not be looked at */
};

struct descriptor {
	int number;
	enum descriptor_kind kind;
	uint64_t inode, device; /* device is 0 for pipe: and socket: links */
	int flags;     /* O_ACCMODE, O_NONBLOCK, O_APPEND, O_CLOEXEC ...; -1 when not readable */
	int64_t offset;
	int64_t id;       /* what tells apart those of one inode: of an eventfd its number, of a pseudo-terminal N of
			     /dev/pts/N (fdinfo); -1 of others, or not told */
	bool master;      /* of a pseudo-terminal: this is its master's side */
	char name[256]; /* the link's text, or what is in its brackets for ANON; cut, terminated */
};

struct descriptors {
	struct descriptor *list; /* sorted by number */
	size_t count, room;
	int error; /* errno why the table could not be read, 0 when it could */
};

/* Parses a link's text. Returns false for text that makes no sense. Fills kind (FIFO, FILE
 * and DEVICE cannot be told from text alone: such paths are DESCRIPTOR_OTHER here), inode, name. */
bool descriptor_parse_link(const char *text, size_t length, struct descriptor *out);

/* Parses an fdinfo text for flags (octal) and pos. Returns false when neither is there. */
bool descriptor_parse_info(const char *text, size_t length, struct descriptor *out);

/* Reads the table of the process behind a folder of procfs_open, up to and without
 * descriptor `below` (INT_MAX for all): the stage's own control descriptors live high up.
 * Paths are looked at with statx through the link's target (which does not open).
 * Reuses out's memory. Returns 0 or -errno, also kept in out->error. */
int descriptors_read(int procdir, int below, struct descriptors *out);
void descriptors_free(struct descriptors *d);

#endif
