/* SPDX-License-Identifier: MIT */
/* The conversation with the kernel over NETLINK_SOCK_DIAG (sock_diag(7)), for probe/socket.c and
 * probe/socket_dump.c. */
#ifndef PROBE_DIAG_H
#define PROBE_DIAG_H

#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

struct diag {
	int fd;
	uint32_t sequence;
	const char *at;       /* messages not handed out yet */
	size_t left;
	_Alignas(struct nlmsghdr) char buf[32768]; /* the kernel fills no more at once */
};

/* A socket of the network namespace `netns`, -1 for one's own; see socket_query_open. The descriptor or
 * -errno. */
int diag_open(int netns);

/* Sends a request after its header. The kernel answers before send returns. 0 or -errno. */
int diag_ask(struct diag *q, int flags, const void *request, size_t size);

/* The next message of the answer: 1 with its data, 0 at a dump's end, -errno. */
int diag_answer(struct diag *q, const char **data, size_t *length);

#endif
