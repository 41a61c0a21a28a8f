/* SPDX-License-Identifier: MIT */
/* Requests and answers of NETLINK_SOCK_DIAG. */
#include "probe/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sock_diag.h>

/* Whoever may not come back must not go: entering one's own namespace takes the same
 * permission and changes nothing. */
static int open_in(int netns)
{
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), fd = -1, error = 0;

	if (own < 0)
		return -errno;
	if (setns(own, CLONE_NEWNET) != 0 || setns(netns, CLONE_NEWNET) != 0) {
		error = errno;
	} else {
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
		if (fd < 0)
			error = errno;
		if (setns(own, CLONE_NEWNET) != 0)
			error = errno;
	}
	close(own);
	if (error && fd >= 0)
		close(fd);
	return error ? -error : fd;
}

int diag_open(int netns)
{
	int fd;

	if (netns >= 0)
		return open_in(netns);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	return fd < 0 ? -errno : fd;
}

int diag_ask(struct diag *q, int flags, const void *request, size_t size)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr head = {
		.nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
		.nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
		.nlmsg_seq = ++q->sequence,
	};
	struct iovec parts[] = { { &head, sizeof head }, { (void *)(uintptr_t)request, size } };
	struct msghdr message = {
		.msg_name = &kernel, .msg_namelen = sizeof kernel, .msg_iov = parts, .msg_iovlen = 2,
	};

	q->left = 0;
	while (sendmsg(q->fd, &message, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* Fills the buffer. Never waits: what is not there does not come. */
static int receive(struct diag *q)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t size = sizeof from;
		ssize_t n = recvfrom(q->fd, q->buf, sizeof q->buf, MSG_DONTWAIT | MSG_TRUNC,
				     (struct sockaddr *)&from, &size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -EIO : -errno;
		if (from.nl_pid != 0)
			continue; /* not from the kernel */
		if ((size_t)n > sizeof q->buf)
			return -EMSGSIZE;
		q->at = q->buf;
		q->left = (size_t)n;
		return 0;
	}
}

int diag_answer(struct diag *q, const char **data, size_t *length)
{
	for (;;) {
		struct nlmsghdr head;
		const char *at = q->at;
		size_t step;
		int code;

		if (q->left >= sizeof head)
			memcpy(&head, at, sizeof head);
		if (q->left < sizeof head || head.nlmsg_len < NLMSG_HDRLEN || head.nlmsg_len > q->left) {
			code = receive(q);
			if (code < 0)
				return code;
			continue;
		}
		step = NLMSG_ALIGN((size_t)head.nlmsg_len);
		step = step < q->left ? step : q->left;
		q->at += step;
		q->left -= step;
		if (head.nlmsg_seq != q->sequence)
			continue; /* of a request that was given up */
		*data = at + NLMSG_HDRLEN;
		*length = head.nlmsg_len - NLMSG_HDRLEN;
		if (head.nlmsg_type == SOCK_DIAG_BY_FAMILY)
			return 1;
		if (head.nlmsg_type == NLMSG_DONE || *length < sizeof code)
			return 0;
		memcpy(&code, *data, sizeof code); /* NLMSG_ERROR */
		return code;
	}
}
