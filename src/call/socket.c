/* SPDX-License-Identifier: MIT */
/* Sockets: made, named, connected, shut down. What moves data is in socket_data.c, options in
 * socket_option.c. */
#include "call/socket.h"

#include <sys/syscall.h>

MAKE(make_socket)
{
	UNUSED(n), UNUSED(c);
	make_result(out, socket((int)a[0].number, (int)a[1].number, (int)a[2].number));
}

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

MAKE(make_bind)
{
	union socket_address address;
	socklen_t length;

	UNUSED(n);
	if (socket_address((int)a[0].number, &a[1], c, out, &address, &length))
		make_result(out, bind((int)a[0].number, &address.any, length));
}

MAKE(make_listen)
{
	UNUSED(n), UNUSED(c);
	make_result(out, listen((int)a[0].number, (int)a[1].number));
}

MAKE(make_accept)
{
	UNUSED(c);
	if (n > 1 && a[1].number)
		make_result(out, accept4((int)a[0].number, NULL, NULL, (int)a[1].number));
	else
		make_result(out, accept((int)a[0].number, NULL, NULL));
}

MAKE(make_connect)
{
	union socket_address address;
	socklen_t length;

	UNUSED(n);
	if (socket_address((int)a[0].number, &a[1], c, out, &address, &length))
		make_result(out, connect((int)a[0].number, &address.any, length));
}

MAKE(make_shutdown)
{
	UNUSED(n), UNUSED(c);
	make_result(out, shutdown((int)a[0].number, (int)a[1].number));
}

static void name_of(int (*call)(int, struct sockaddr *, socklen_t *), const struct value *a,
		    const struct call_context *c, struct outcome *out)
{
	union socket_address address;
	socklen_t length = sizeof address;
	int64_t port;

	make_result(out, call((int)a[0].number, &address.any, &length));
	if (out->result == -1)
		return;
	out->data_length = socket_text(&address, length, c, out->data, &port);
	out->n_values = port >= 0;
	out->values[0] = port;
}

/* glibc declares these with a union for an address under _GNU_SOURCE, so that they do not fit a
 * plain pointer to a function. */
static int own_name(int fd, struct sockaddr *address, socklen_t *length)
{
	return getsockname(fd, address, length);
}

static int peer_name(int fd, struct sockaddr *address, socklen_t *length)
{
	return getpeername(fd, address, length);
}

MAKE(make_getsockname)
{
	UNUSED(n);
	name_of(own_name, a, c, out);
}

MAKE(make_getpeername)
{
	UNUSED(n);
	name_of(peer_name, a, c, out);
}

#define FAMILY { "domain", ARGUMENT_SYMBOLS, &symbols_socket_family, false, 0 }, \
	       { "type", ARGUMENT_SYMBOLS, &symbols_socket_type, false, 0 }, \
	       { "protocol", ARGUMENT_NUMBER, NULL, true, 0 }

#ifdef SYS_accept
#define ACCEPTS { CALL_SLEEPS(SYS_accept), CALL_SLEEPS(SYS_accept4) }
#else
#define ACCEPTS { CALL_SLEEPS(SYS_accept4) }
#endif

const struct call calls_socket[] = {
	{ .name = "socketpair", .argument = { FAMILY }, .result = RESULT_PAIR, .make = make_socketpair,
	  .mechanism = "socket", .see = "socketpair(2)",
	  .summary = "two connected sockets: s = socketpair(AF_UNIX, SOCK_STREAM) names them s.a and s.b",
	  .offers = "s = socketpair(AF_UNIX, SOCK_STREAM)" },
	{ .name = "socket", .argument = { FAMILY }, .result = RESULT_DESCRIPTOR, .make = make_socket,
	  .mechanism = "socket", .see = "socket(2)", .summary = "a socket, not yet named nor connected",
	  .offers = "s = socket(AF_UNIX, SOCK_STREAM)|s = socket(AF_INET, SOCK_STREAM)|s = socket(AF_INET, SOCK_DGRAM)" },
	{ .name = "bind", .argument = { SOCKET_FD, SOCKET_ADDRESS }, .result = RESULT_ZERO, .make = make_bind,
	  .mechanism = "socket", .see = "bind(2)", .summary = "names it: \"path\", \"@abstract\", or \"127.0.0.1\" and a port" },
	{ .name = "listen", .argument = { SOCKET_FD, { "backlog", ARGUMENT_NUMBER, NULL, false, 0 } },
	  .result = RESULT_ZERO, .make = make_listen, .mechanism = "socket", .see = "listen(2)",
	  .summary = "takes connections from now on: so many may wait", .offers = "listen({s}, 1)" },
	{ .name = "accept",
	  .argument = { SOCKET_FD, { "flags", ARGUMENT_SYMBOLS, &symbols_accept, true, 0 } },
	  .result = RESULT_DESCRIPTOR, .sleeps_in = ACCEPTS, .make = make_accept, .mechanism = "socket",
	  .see = "accept(2)", .summary = "the next connection that waits, as a socket of its own",
	  .offers = "c = accept({s})" },
	{ .name = "connect", .argument = { SOCKET_FD, SOCKET_ADDRESS }, .result = RESULT_ZERO,
	  .sleeps_in = { CALL_SLEEPS(SYS_connect) }, .make = make_connect, .mechanism = "socket",
	  .see = "connect(2)", .summary = "connects to a listener; of datagrams: says where they go" },
	{ .name = "getsockname", .argument = { SOCKET_FD }, .result = RESULT_SOCKNAME, .make = make_getsockname,
	  .mechanism = "socket", .see = "getsockname(2)",
	  .summary = "its own address: port = getsockname(s) names the port", .offers = "getsockname({s})" },
	{ .name = "getpeername", .argument = { SOCKET_FD }, .result = RESULT_SOCKNAME, .make = make_getpeername,
	  .mechanism = "socket", .see = "getpeername(2)", .summary = "the address at the other end",
	  .offers = "getpeername({s})" },
	{ .name = "shutdown",
	  .argument = { SOCKET_FD, { "how", ARGUMENT_SYMBOLS, &symbols_shutdown, false, 0 } },
	  .result = RESULT_ZERO, .make = make_shutdown, .mechanism = "socket", .see = "shutdown(2)",
	  .summary = "ends one direction or both, whoever else has it open", .offers = "shutdown({s}, SHUT_WR)" },
	{ 0 },
};
