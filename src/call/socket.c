/* SPDX-License-Identifier: MIT */
/* Sockets, as far as passing a descriptor needs them. */
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "call/make.h"

union descriptor_message {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

MAKE(make_socketpair)
{
	int fd[2];

	UNUSED(n), UNUSED(c);
	make_result(out, socketpair((int)a[0].number, (int)a[1].number, (int)a[2].number, fd));
	if (out->result == 0) {
		out->n_values = 2;
		out->values[0] = fd[0];
		out->values[1] = fd[1];
	}
}

MAKE(make_sendmsg)
{
	union descriptor_message control;
	const void *data;
	size_t length;
	struct iovec iov;
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fd = (int)a[2].number;

	UNUSED(n);
	if (!make_data(&a[1], c, out, &data, &length))
		return;
	iov = (struct iovec){ (void *)(uintptr_t)data, length };
	if (fd >= 0) {
		struct cmsghdr *h;

		memset(&control, 0, sizeof control);
		m.msg_control = &control;
		m.msg_controllen = sizeof control.bytes;
		h = CMSG_FIRSTHDR(&m);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(h), &fd, sizeof fd);
	}
	make_result(out, sendmsg((int)a[0].number, &m, 0));
}

MAKE(make_recvmsg)
{
	union descriptor_message control;
	struct iovec iov;
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = sizeof control.bytes };
	ssize_t got;

	UNUSED(n);
	if (!make_room(&a[1], out))
		return;
	c->filled = 0;
	iov = (struct iovec){ c->buffer, (size_t)a[1].number };
	got = recvmsg((int)a[0].number, &m, 0);
	make_result(out, got);
	if (got > 0)
		make_told(c, out, c->buffer, (size_t)got);
	for (struct cmsghdr *h = got >= 0 ? CMSG_FIRSTHDR(&m) : NULL; h; h = CMSG_NXTHDR(&m, h))
		if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS) {
			int fd;

			memcpy(&fd, CMSG_DATA(h), sizeof fd);
			out->n_values = 1;
			out->values[0] = fd;
		}
}

#define FD { "sockfd", ARGUMENT_DESCRIPTOR, NULL, false, 0 }

const struct call calls_socket[] = {
	{ .name = "socketpair",
	  .argument = { { "domain", ARGUMENT_SYMBOLS, &symbols_socket_family, false, 0 },
			{ "type", ARGUMENT_SYMBOLS, &symbols_socket_type, false, 0 },
			{ "protocol", ARGUMENT_NUMBER, NULL, true, 0 } },
	  .result = RESULT_PAIR, .make = make_socketpair, .mechanism = "socket", .see = "socketpair(2)",
	  .summary = "two connected sockets: s = socketpair(AF_UNIX, SOCK_STREAM) names them s.a and s.b",
	  .offers = "s = socketpair(AF_UNIX, SOCK_STREAM)" },
	{ .name = "sendmsg",
	  .argument = { FD, { "data", ARGUMENT_DATA, NULL, false, 0 },
			{ "descriptor", ARGUMENT_DESCRIPTOR, NULL, true, -1 } },
	  .result = RESULT_COUNT, .sleeps_in = { CALL_SLEEPS(SYS_sendmsg) }, .make = make_sendmsg, .mechanism = "socket",
	  .see = "sendmsg(2)", .summary = "sends bytes and, if told, a descriptor (SCM_RIGHTS)" },
	{ .name = "recvmsg", .argument = { FD, { "count", ARGUMENT_SIZE, NULL, false, 0 } },
	  .result = RESULT_DATA, .sleeps_in = { CALL_SLEEPS(SYS_recvmsg) }, .make = make_recvmsg, .mechanism = "socket",
	  .see = "recvmsg(2)", .summary = "receives bytes and a descriptor, if one came: 1 \"x\" [5]",
	  .offers = "recvmsg({s}, 1)" },
	{ 0 },
};
