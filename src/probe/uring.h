/* SPDX-License-Identifier: MIT */
/* What is under way in an io_uring (io_uring(7)): seen from outside, without disturbing.
 *
 * The kernel tells how many entries it took from the submission queue and how many completions it
 * posted, by the fdinfo of the ring (proc_pid_fdinfo(5), the counters from Linux 5.13 on) and in the ring
 * itself; and of requests that wait for their file to become ready which operation each is (PollList), not on
 * what. But the entries stay in the memory of the ring until others are written over them, and the
 * completions likewise: whose user_data stands among the completions is done, and what is left is under
 * way. That sum is checked against the counters; what does not come out is told as not known.
 *
 * The ring's memory is read through the process's mapping of it, which the kernel permits from 6.10 on; before
 * that through a mapping of one's own, of a duplicate that lives for that moment. How the ring lies in
 * its memory io_uring_setup(2) tells of a ring of one's own. */
#ifndef PROBE_URING_H
#define PROBE_URING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"

/* More than these are counted, not told. */
enum { URING_REQUESTS = 64, URING_ARMED = 256 };

/* What an operation waits for. */
enum uring_wants {
	URING_DATA,    /* data from a descriptor, or a connection */
	URING_ROOM,    /* room in one */
	URING_EVENTS,  /* what its entry says, as poll(2) */
	URING_BOTH,    /* data from one, room in the other: splice, tee */
	URING_CONNECT, /* the other side */
	URING_TIME,    /* a timer */
	URING_FILE,    /* a file or a disk */
	URING_OTHER,
};

struct uring_operation {
	const char *name; /* with its article: "a read" */
	enum uring_wants wants;
};

/* By the number of an operation (IORING_OP_...); of one that is not known "a request". Never NULL. */
const struct uring_operation *uring_operation(int number);

struct uring_request {
	int operation;     /* IORING_OP_...; -1 not known */
	bool known;        /* on what: else only the operation counts */
	bool fixed;        /* fd is an index among the registered files, see uring_file */
	bool behind;       /* linked behind another that is under way: not begun yet */
	int fd;            /* -1 none */
	int from;          /* URING_BOTH: the descriptor read from; else -1 */
	bool from_fixed;
	unsigned events;   /* URING_EVENTS: as poll(2)'s */
	uint64_t user_data;
};

/* What the fdinfo tells. */
struct uring_info {
	unsigned has;              /* URING_HAS_* */
	uint32_t taken, sq_tail;   /* entries that the kernel took, and that stand in the queue */
	uint32_t posted, cq_head;  /* completions posted, and seen by the process */
	uint64_t inode;            /* of the ring, to find its mappings; Linux 5.14 */
	pid_t poller;              /* of IORING_SETUP_SQPOLL: the kernel's thread that takes entries; else -1 */
	unsigned char armed[URING_ARMED]; /* the operations that wait for their file */
	size_t n_armed;            /* at most URING_ARMED are kept */
	bool overflown;            /* completions stand outside of the ring */
};

enum { URING_HAS_COUNTERS = 1, URING_HAS_ARMED = 2, URING_HAS_INODE = 4 };

/* Parses the text of such an fdinfo, any bytes whatever. */
void uring_parse(const char *text, size_t length, struct uring_info *out);

/* The name of a registered file in that text, as the kernel writes it ("pipe:[5]", a path with \040 for a
 * blank; before Linux 6.11 the last part of it alone), terminated and cut. False: there is none. */
bool uring_file(const char *text, size_t length, unsigned index, char *name, size_t size);

/* Copies of a ring's memory. */
struct uring_memory {
	uint32_t taken, posted;    /* the kernel's ends of both queues */
	uint32_t queued, seen;     /* the process's */
	uint32_t flags;            /* IORING_SQ_NEED_WAKEUP ... */
	uint32_t entries, completions; /* room of both, powers of two */
	const void *sqe;           /* `entries` entries of 64 bytes (io_uring_enter(2)) */
	const void *cqe;           /* `completions` completions of 16 */
	const uint32_t *order;     /* `entries` indexes of entries; NULL: as they stand */
};

/* What is under way, the oldest first. */
struct uring {
	struct uring_info info;
	struct uring_request request[URING_REQUESTS];
	size_t n;                  /* at most URING_REQUESTS of them are told */
	int64_t under_way;         /* how many there are; -1 not known */
	uint32_t ready;            /* completions that the process has not seen */
	uint32_t queued;           /* entries that the kernel has not taken */
	bool asleep;               /* the kernel's thread that takes them (info.poller) is, and wants to be woken */
	bool memory;               /* the ring's memory could be read: else requests are told by info alone */
	struct text text;          /* of the fdinfo, for uring_file */
};

/* Finds what is under way from what info and memory (NULL: it could not be read) tell: fills in request, n
 * and under_way. Changes no memory but out's. */
void uring_pending(const struct uring_memory *memory, struct uring *out);

/* Reads descriptor `fd` of a process through a folder of procfs_open: 60 us for a small ring. 0 or -errno: ENOENT
 * no such descriptor, EACCES not permitted, ESRCH gone, EINVAL it is no ring. uring_free frees what it took. */
int uring_read(int procdir, pid_t pid, int fd, struct uring *out);
void uring_free(struct uring *u);

/* The descriptor of the only ring that a process has one of; -1: none, or several. For who enters a ring by its
 * registered number (IORING_ENTER_REGISTERED_RING), of which the kernel does not tell which it stands for. */
int uring_only(int procdir);

#endif
