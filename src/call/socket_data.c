/* SPDX-License-Identifier: MIT */
/* Data through sockets, and what travels beside it: descriptors and credentials, cmsg(3). */
#include "call/socket.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

union socket_control {
	char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
	struct cmsghdr align;
};

/* With MSG_TRUNC a datagram's whole length comes back, and more than was received. */
static void received(ssize_t got, const struct value *count, struct call_context *c, struct outcome *out)
{
	make_result(out, got);
	if (got > 0)
		make_told(c, out, c->buffer, (size_t)(got < count->number ? got : count->number));
}

MAKE(make_send)
{
	const void *data;
	size_t length;

	UNUSED(n);
	if (make_data(&a[1], c, out, &data, &length))
		make_result(out, send((int)a[0].number, data, length, (int)a[2].number));
}

MAKE(make_recv)
{
	UNUSED(n);
	if (!make_room(&a[1], out))
		return;
	c->filled = 0;
	received(recv((int)a[0].number, c->buffer, (size_t)a[1].number, (int)a[2].number), &a[1], c, out);
}

MAKE(make_sendto)
{
	union socket_address address;
	socklen_t size;
	const void *data;
	size_t length;

	UNUSED(n);
	if (make_data(&a[1], c, out, &data, &length) &&
	    socket_address((int)a[0].number, &a[2], c, out, &address, &size))
		make_result(out, sendto((int)a[0].number, data, length, (int)a[4].number, &address.any, size));
}

MAKE(make_recvfrom)
{
	union socket_address from;
	socklen_t size = sizeof from;
	uint8_t text[CALL_DATA_SHOWN];
	int64_t port;

	UNUSED(n);
	if (!make_room(&a[1], out))
		return;
	c->filled = 0;
	received(recvfrom((int)a[0].number, c->buffer, (size_t)a[1].number, (int)a[2].number, &from.any, &size),
		 &a[1], c, out);
	if (out->result == -1)
		return;
	socket_text(&from, size, c, text, &port);
	out->n_values = port >= 0;
	out->values[0] = port;
}

MAKE(make_sendmsg)
{
	union socket_control control;
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
		m.msg_controllen = CMSG_SPACE(sizeof fd);
		h = CMSG_FIRSTHDR(&m);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(h), &fd, sizeof fd);
	}
	make_result(out, sendmsg((int)a[0].number, &m, (int)a[3].number));
}

/* A descriptor that came is told, and else who sent it, which comes when SO_PASSCRED asks. */
static void came_along(struct msghdr *m, struct outcome *out)
{
	for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
		struct ucred who;
		int fd;

		if (h->cmsg_level != SOL_SOCKET)
			continue;
		if (h->cmsg_type == SCM_RIGHTS) {
			memcpy(&fd, CMSG_DATA(h), sizeof fd);
			out->n_values = 1;
			out->values[0] = fd;
			return;
		}
		if (h->cmsg_type == SCM_CREDENTIALS) {
			memcpy(&who, CMSG_DATA(h), sizeof who);
			socket_credentials(&who, out);
		}
	}
}

MAKE(make_recvmsg)
{
	union socket_control control;
	struct iovec iov;
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = sizeof control.bytes };

	UNUSED(n);
	if (!make_room(&a[1], out))
		return;
	c->filled = 0;
	iov = (struct iovec){ c->buffer, (size_t)a[1].number };
	received(recvmsg((int)a[0].number, &m, (int)a[2].number), &a[1], c, out);
	if (out->result != -1)
		came_along(&m, out);
}

#define DATA { "data", ARGUMENT_DATA, NULL, false, 0 }
#define COUNT { "count", ARGUMENT_SIZE, NULL, false, 0 }

const struct call calls_socket_data[] = {
	{ .name = "send", .argument = { SOCKET_FD, DATA, SOCKET_FLAGS }, .result = RESULT_COUNT,
	  .sleeps_in = { CALL_SLEEPS(SYS_sendto) }, .make = make_send, .mechanism = "socket", .see = "send(2)",
	  .summary = "writes to a socket; MSG_NOSIGNAL: no SIGPIPE", .offers = "send({s}, \"hello\")|send({s}, 4096)" },
	{ .name = "recv", .argument = { SOCKET_FD, COUNT, SOCKET_FLAGS }, .result = RESULT_DATA,
	  .sleeps_in = { CALL_SLEEPS(SYS_recvfrom) }, .make = make_recv, .mechanism = "socket", .see = "recv(2)",
	  .summary = "takes up to that many bytes; MSG_PEEK leaves them there", .offers = "recv({s}, 4096)" },
	{ .name = "sendto", .argument = { SOCKET_FD, DATA, SOCKET_ADDRESS, SOCKET_FLAGS }, .result = RESULT_COUNT,
	  .sleeps_in = { CALL_SLEEPS(SYS_sendto) }, .make = make_sendto, .mechanism = "socket", .see = "sendto(2)",
	  .summary = "one datagram to an address: sendto(u, \"hi\", \"127.0.0.1\", port)" },
	{ .name = "recvfrom", .argument = { SOCKET_FD, COUNT, SOCKET_FLAGS }, .result = RESULT_DATA,
	  .beside = RESULT_SOCKNAME, .sleeps_in = { CALL_SLEEPS(SYS_recvfrom) }, .make = make_recvfrom, .mechanism = "socket",
	  .see = "recvfrom(2)", .summary = "one datagram, and the port that it came from: 5 \"hello\" [4711]" },
	{ .name = "sendmsg",
	  .argument = { SOCKET_FD, DATA, { "descriptor", ARGUMENT_DESCRIPTOR, NULL, true, -1 }, SOCKET_FLAGS },
	  .result = RESULT_COUNT, .sleeps_in = { CALL_SLEEPS(SYS_sendmsg) }, .make = make_sendmsg,
	  .mechanism = "socket", .see = "sendmsg(2)", .summary = "sends bytes and, if told, a descriptor (SCM_RIGHTS)" },
	{ .name = "recvmsg", .argument = { SOCKET_FD, COUNT, SOCKET_FLAGS }, .result = RESULT_DATA,
	  .sleeps_in = { CALL_SLEEPS(SYS_recvmsg) }, .make = make_recvmsg, .mechanism = "socket", .see = "recvmsg(2)",
	  .summary = "receives bytes and a descriptor, if one came: 1 \"x\" [5]", .offers = "recvmsg({s}, 1)" },
	{ 0 },
};
