/* SPDX-License-Identifier: MIT */
/* Options of sockets: socket(7), tcp(7), ip(7), ipv6(7). Most hold an int; those that hold more are
 * told by one number here. */
#include "call/socket.h"

#include <sys/time.h>

/* Seconds; below 0: off. */
static struct linger linger_of(int64_t seconds)
{
	return (struct linger){ .l_onoff = seconds >= 0, .l_linger = seconds >= 0 ? (int)seconds : 0 };
}

static bool is(const struct value *a, int option)
{
	return a[1].number == SOL_SOCKET && a[2].number == option;
}

static bool is_timeout(const struct value *a)
{
	return is(a, SO_RCVTIMEO) || is(a, SO_SNDTIMEO);
}

MAKE(make_setsockopt)
{
	int fd = (int)a[0].number, level = (int)a[1].number, option = (int)a[2].number;
	int plain = (int)a[3].number;
	struct linger linger = linger_of(a[3].number);
	struct timeval time = { .tv_sec = (time_t)(a[3].number / 1000),
				.tv_usec = (suseconds_t)(a[3].number % 1000 * 1000) };

	UNUSED(n), UNUSED(c);
	if (is(a, SO_LINGER))
		make_result(out, setsockopt(fd, level, option, &linger, sizeof linger));
	else if (is_timeout(a))
		make_result(out, setsockopt(fd, level, option, &time, sizeof time));
	else
		make_result(out, setsockopt(fd, level, option, &plain, sizeof plain));
}

MAKE(make_getsockopt)
{
	union {
		int plain;
		struct linger linger;
		struct timeval time;
		struct ucred who;
	} value = { .time = { 0, 0 } };
	socklen_t size = is(a, SO_LINGER) ? sizeof value.linger : is_timeout(a) ? sizeof value.time :
			 is(a, SO_PEERCRED) ? sizeof value.who : sizeof value.plain;

	UNUSED(n), UNUSED(c);
	make_result(out, getsockopt((int)a[0].number, (int)a[1].number, (int)a[2].number, &value, &size));
	if (out->result == -1)
		return;
	if (is(a, SO_PEERCRED)) {
		socket_credentials(&value.who, out);
		return;
	}
	out->n_values = 1;
	if (is(a, SO_LINGER))
		out->values[0] = value.linger.l_onoff ? value.linger.l_linger : -1;
	else if (is_timeout(a))
		out->values[0] = value.time.tv_sec * INT64_C(1000) + value.time.tv_usec / 1000;
	else
		out->values[0] = value.plain;
}

#define OPTION { "level", ARGUMENT_SYMBOLS, &symbols_socket_level, false, 0 }, \
	       { "optname", ARGUMENT_OPTION, NULL, false, 0 }

const struct call calls_socket_option[] = {
	{ .name = "setsockopt", .argument = { SOCKET_FD, OPTION, { "optval", ARGUMENT_NUMBER, NULL, false, 0 } },
	  .result = RESULT_ZERO, .make = make_setsockopt, .mechanism = "socket", .see = "setsockopt(2)",
	  .summary = "sets an option; SO_LINGER in s, -1: off; SO_RCVTIMEO in ms",
	  .offers = "setsockopt({s}, SOL_SOCKET, SO_SNDBUF, 4096)" },
	{ .name = "getsockopt", .argument = { SOCKET_FD, OPTION }, .result = RESULT_VALUE, .make = make_getsockopt,
	  .mechanism = "socket", .see = "getsockopt(2)",
	  .summary = "reads an option: 0 [212992]; of SO_PEERCRED who the other end is",
	  .offers = "getsockopt({s}, SOL_SOCKET, SO_SNDBUF)" },
	{ 0 },
};
