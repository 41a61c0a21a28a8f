/* SPDX-License-Identifier: MIT */
#include "tests/stage/sockets.h"

#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/probe/net.h"
#include "tests/unit.h"

const struct kind socket_kinds[] = {
	{ "Unix stream", "socket(AF_UNIX, SOCK_STREAM)",
	  "parent bind(s, \"sock\") = 0\nparent listen(s, 3) = 0\n", "\"sock\"", AF_UNIX },
	{ "Unix seqpacket", "socket(AF_UNIX, SOCK_SEQPACKET)",
	  "parent bind(s, \"@sock\") = 0\nparent listen(s, 3) = 0\n", "\"@sock\"", AF_UNIX },
	{ "TCP", "socket(AF_INET, SOCK_STREAM)",
	  "parent bind(s, \"127.0.0.1\", 0) = 0\nparent port = getsockname(s)\n"
	  "parent listen(s, 3) = 0\n", "\"127.0.0.1\", port", AF_INET },
	{ "TCP", "socket(AF_INET6, SOCK_STREAM)",
	  "parent bind(s, \"::1\", 0) = 0\nparent port = getsockname(s)\n"
	  "parent listen(s, 3) = 0\n", "\"::1\", port", AF_INET6 },
};

_Static_assert(sizeof socket_kinds / sizeof *socket_kinds == KINDS, "one for each kind");

void socket_needs(int family)
{
	union net_address address;
	int fd = net_socket(family, SOCK_STREAM);

	net_bind(fd, family, &address);
	close(fd);
}

void socket_meet(struct play *p, const struct kind *k, const char *text)
{
	struct text t = { 0 };

	if (k->family != AF_UNIX)
		socket_needs(k->family);
	for (; *text; text++) {
		if (!strncmp(text, "SERVE", 5))
			text_addf(&t, "parent s = %s\n%s", k->socket, k->listens), text += 4;
		else if (!strncmp(text, "CLIENT", 6))
			text_addf(&t, "spawn client\nclient c = %s\n", k->socket), text += 5;
		else if (!strncmp(text, "CONNECT", 7))
			text_addf(&t, "client connect(c, %s)", k->connects), text += 6;
		else
			text_add_bytes(&t, text, 1);
	}
	part_open(p, text_string(&t));
	text_free(&t);
}

int socket_asked(int fd, unsigned long request)
{
	int n = -1;

	ck_assert_int_eq(ioctl(fd, request, &n), 0);
	return n;
}

static int option(int fd, int level, int name)
{
	socklen_t length = sizeof(int);
	int n = -1;

	ck_assert_int_eq(getsockopt(fd, level, name, &n, &length), 0);
	return n;
}

void socket_is_as_it_says(struct play *p, const char *process, const char *name)
{
	int fd = part_borrow(p, process, part_descriptor(p, process, name));

	part_is(p, name, "unread", socket_asked(fd, FIONREAD));
	part_is(p, name, "in_flight", socket_asked(fd, SIOCOUTQ));
	part_is(p, name, "send_buffer", option(fd, SOL_SOCKET, SO_SNDBUF));
	part_is(p, name, "receive_buffer", option(fd, SOL_SOCKET, SO_RCVBUF));
	part_is(p, name, "closed", 0);
	close(fd);
}

void socket_are_one(struct play *p, const char *a, const char *b)
{
	part_look(p, 1);
	ck_assert_msg(play_object(p, a) == play_object(p, b), "%s and %s are two", a, b);
	ck_assert(play_object(p, a)->socket.side[0].inode && play_object(p, a)->socket.side[1].inode);
}
