/* SPDX-License-Identifier: MIT */
/* TCP and UDP through the loopback, and the options of all sockets, made for real. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/call/calling.h"
#include "tests/probe/net.h"

/* What differs between IPv4 and IPv6. */
static const struct { int family; const char *name, *here; } both[] = {
	{ AF_INET, "AF_INET", "127.0.0.1" }, { AF_INET6, "AF_INET6", "::1" },
};

/* Skips where there is no such address here. */
static void needs(int family)
{
	union net_address a;
	int fd = net_socket(family, SOCK_DGRAM);

	net_bind(fd, family, &a);
	close(fd);
}

/* Bound to a port that the kernel chooses; its number goes to *port. */
static int bound(int i, const char *type, int *port)
{
	int fd = (int)calling_number("socket(%s, %s)", both[i].name, type);
	char as[64];

	ck_assert_str_eq(calling("bind(%d, \"%s\", 0)", fd, both[i].here), "0");
	calling_number("getsockname(%d)", fd);
	ck_assert_int_eq(calling_outcome()->n_values, 1);
	*port = (int)calling_outcome()->values[0];
	ck_assert_int_gt(*port, 0);
	snprintf(as, sizeof as, "0 {\"%s\", %d}", both[i].here, *port);
	ck_assert_str_eq(calling("getsockname(%d)", fd), as);
	return fd;
}

static int closed_port(int i, const char *type)
{
	int port, fd = bound(i, type, &port);

	close(fd);
	return port;
}

START_TEST(tcp)
{
	int port, server, client, served;
	char peer[64];

	needs(both[_i].family);
	server = bound(_i, "SOCK_STREAM", &port);
	ck_assert_str_eq(calling("listen(%d, 1)", server), "0");
	client = (int)calling_number("socket(%s, SOCK_STREAM)", both[_i].name);
	ck_assert_str_eq(calling("connect(%d, \"%s\", %d)", client, both[_i].here, port), "0");
	served = (int)calling_number("accept(%d)", server);
	snprintf(peer, sizeof peer, "0 {\"%s\", %d}", both[_i].here, port);
	ck_assert_str_eq(calling("getpeername(%d)", client), peer);
	ck_assert_str_eq(calling("send(%d, \"hello\")", client), "5");
	ck_assert_str_eq(calling("recv(%d, 5, MSG_WAITALL)", served), "5 \"hello\"");
	ck_assert_str_eq(calling("send(%d, \"!\", MSG_OOB)", client), "1");
	ck_assert_str_eq(calling("recv(%d, 1, MSG_OOB)", served), "1 \"!\"");
	ck_assert_str_eq(calling("shutdown(%d, SHUT_WR)", client), "0");
	ck_assert_str_eq(calling("recv(%d, 5, MSG_WAITALL)", served), "0"); /* urgent data is not in line */
	ck_assert_str_eq(calling("connect(%d, \"%s\", %d)", client, both[_i].here, port), "-1 EISCONN");
	ck_assert_str_eq(calling("bind(%d, \"%s\", %d)", (int)calling_number("socket(%s, SOCK_STREAM)", both[_i].name),
				 both[_i].here, port), "-1 EADDRINUSE");
}
END_TEST

START_TEST(nobody_listens)
{
	int fd;

	needs(both[_i].family);
	fd = (int)calling_number("socket(%s, SOCK_STREAM)", both[_i].name);
	ck_assert_str_eq(calling("connect(%d, \"%s\", %d)", fd, both[_i].here, closed_port(_i, "SOCK_STREAM")),
			 "-1 ECONNREFUSED");
	ck_assert_str_eq(calling("recv(%d, 1)", fd), "-1 ENOTCONN");
	ck_assert_str_eq(calling("shutdown(%d, SHUT_WR)", fd), "-1 ENOTCONN");
	ck_assert_str_eq(calling("send(%d, \"x\", MSG_NOSIGNAL)", fd), "-1 EPIPE");
}
END_TEST

START_TEST(udp)
{
	int port, to, from, from_port;
	char told[64];

	needs(both[_i].family);
	to = bound(_i, "SOCK_DGRAM", &port);
	from = bound(_i, "SOCK_DGRAM", &from_port);
	ck_assert_str_eq(calling("sendto(%d, \"hello\", \"%s\", %d)", from, both[_i].here, port), "5");
	snprintf(told, sizeof told, "5 \"hel\" [%d]", from_port);
	ck_assert_str_eq(calling("recvfrom(%d, 3, MSG_TRUNC)", to), told);
	ck_assert_str_eq(calling("sendto(%d, 2, \"%s\", %d, MSG_DONTWAIT)", from, both[_i].here, port), "2");
	snprintf(told, sizeof told, "2 \"aa\" [%d]", from_port);
	ck_assert_str_eq(calling("recvfrom(%d, 100)", to), told);
	ck_assert_str_eq(calling("recvfrom(%d, 100, MSG_DONTWAIT)", to), "-1 EAGAIN");
	ck_assert_str_eq(calling("send(%d, \"x\")", from), "-1 EDESTADDRREQ");
	ck_assert_str_eq(calling("sendto(%d, 64K, \"%s\", %d)", from, both[_i].here, port), "-1 EMSGSIZE");
	ck_assert_str_eq(calling("accept(%d)", to), "-1 EOPNOTSUPP");
	/* What came back from a port that nobody has is told by the next call. */
	ck_assert_str_eq(calling("connect(%d, \"%s\", %d)", from, both[_i].here, closed_port(_i, "SOCK_DGRAM")), "0");
	ck_assert_str_eq(calling("send(%d, \"x\")", from), "1");
	ck_assert_str_eq(calling("recv(%d, 1)", from), "-1 ECONNREFUSED");
}
END_TEST

START_TEST(no_addresses)
{
	static const char *const wrong[] = { "", "localhost", "127.0.0", "127.0.0.1.1", "@x", "f", "1::2::3" };
	int fd;

	needs(both[_i].family);
	fd = (int)calling_number("socket(%s, SOCK_DGRAM)", both[_i].name);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		ck_assert_str_eq(calling("bind(%d, \"%s\", 0)", fd, wrong[i]), "-1 EINVAL");
		ck_assert_str_eq(calling("connect(%d, \"%s\", 7)", fd, wrong[i]), "-1 EINVAL");
		ck_assert_str_eq(calling("sendto(%d, \"x\", \"%s\", 7)", fd, wrong[i]), "-1 EINVAL");
	}
	ck_assert_str_eq(calling("bind(%d, \"%s\", 65536)", fd, both[_i].here), "-1 EINVAL");
	ck_assert_str_eq(calling("bind(%d, \"%s\", -1)", fd, both[_i].here), "-1 EINVAL");
	/* addresses for documentation: nobody's */
	ck_assert_str_eq(calling("bind(%d, \"%s\", 0)", fd, _i ? "2001:db8::1" : "192.0.2.1"), "-1 EADDRNOTAVAIL");
}
END_TEST

START_TEST(waiting)
{
	struct caller c;
	int port, server, to, client;

	needs(both[_i].family);
	server = bound(_i, "SOCK_STREAM", &port);
	ck_assert_str_eq(calling("listen(%d, 1)", server), "0");
	calling_start(&c, "accept(%d)", server);
	client = (int)calling_number("socket(%s, SOCK_STREAM)", both[_i].name);
	ck_assert_str_eq(calling("connect(%d, \"%s\", %d)", client, both[_i].here, port), "0");
	ck_assert_int_gt(atoi(calling_ended(&c)), 2);
	to = bound(_i, "SOCK_DGRAM", &port);
	calling_start(&c, "recvfrom(%d, 10)", to);
	ck_assert_str_eq(calling("sendto(%d, \"x\", \"%s\", %d)", (int)calling_number("socket(%s, SOCK_DGRAM)", both[_i].name),
				 both[_i].here, port), "1");
	ck_assert_int_eq(strncmp(calling_ended(&c), "1 \"x\" [", 7), 0);
}
END_TEST

/* ---- options ----------------------------------------------------------------------------------- */

static void option_is(int fd, const char *option, const char *as)
{
	ck_assert_str_eq(calling("getsockopt(%d, %s)", fd, option), as);
}

static void option_becomes(int fd, const char *option, const char *value, const char *as)
{
	ck_assert_str_eq(calling("setsockopt(%d, %s, %s)", fd, option, value), "0");
	option_is(fd, option, as);
}

START_TEST(options_of_all_sockets)
{
	int fd = (int)calling_number("socket(AF_UNIX, SOCK_STREAM)");

	option_is(fd, "SOL_SOCKET, SO_TYPE", "0 [1]");
	option_is(fd, "SOL_SOCKET, SO_DOMAIN", "0 [1]");
	option_is(fd, "SOL_SOCKET, SO_ERROR", "0 [0]");
	option_is(fd, "SOL_SOCKET, SO_ACCEPTCONN", "0 [0]");
	option_becomes(fd, "SOL_SOCKET, SO_SNDBUF", "16K", "0 [32768]"); /* doubled: socket(7) */
	option_becomes(fd, "SOL_SOCKET, SO_RCVBUF", "16K", "0 [32768]");
	option_becomes(fd, "SOL_SOCKET, SO_PASSCRED", "1", "0 [1]");
	option_is(fd, "SOL_SOCKET, SO_LINGER", "0 [-1]");
	option_becomes(fd, "SOL_SOCKET, SO_LINGER", "5", "0 [5]");
	option_becomes(fd, "SOL_SOCKET, SO_LINGER", "0", "0 [0]");
	option_becomes(fd, "SOL_SOCKET, SO_LINGER", "-1", "0 [-1]");
	option_is(fd, "SOL_SOCKET, SO_RCVTIMEO", "0 [0]");
	option_becomes(fd, "SOL_SOCKET, SO_RCVTIMEO", "2500", "0 [2500]");
	option_becomes(fd, "SOL_SOCKET, SO_SNDTIMEO", "100", "0 [100]");
	ck_assert_str_eq(calling("setsockopt(%d, SOL_SOCKET, 9999, 1)", fd), "-1 ENOPROTOOPT");
	ck_assert_str_eq(calling("getsockopt(%d, SOL_SOCKET, 9999)", fd), "-1 ENOPROTOOPT");
	ck_assert_str_eq(calling("setsockopt(%d, IPPROTO_TCP, TCP_NODELAY, 1)", fd), "-1 EOPNOTSUPP");
}
END_TEST

START_TEST(a_limit_to_waiting)
{
	int fd;

	calling_number("socketpair(AF_UNIX, SOCK_STREAM)");
	fd = (int)calling_outcome()->values[0];
	ck_assert_str_eq(calling("setsockopt(%d, SOL_SOCKET, SO_RCVTIMEO, 1)", fd), "0");
	ck_assert_str_eq(calling("recv(%d, 1)", fd), "-1 EAGAIN");
}
END_TEST

START_TEST(options_of_tcp_and_ip)
{
	int fd;

	needs(AF_INET);
	fd = (int)calling_number("socket(AF_INET, SOCK_STREAM)");
	option_is(fd, "IPPROTO_TCP, TCP_NODELAY", "0 [0]");
	option_becomes(fd, "IPPROTO_TCP, TCP_NODELAY", "1", "0 [1]");
	option_becomes(fd, "IPPROTO_IP, IP_TTL", "7", "0 [7]");
	option_becomes(fd, "SOL_SOCKET, SO_REUSEADDR", "1", "0 [1]");
	option_becomes(fd, "SOL_SOCKET, SO_KEEPALIVE", "1", "0 [1]");
	ck_assert_str_eq(calling("setsockopt(%d, IPPROTO_IP, IP_TTL, 1000)", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("setsockopt(%d, IPPROTO_TCP, TCP_NODELAY, 1)", (int)calling_number("socket(AF_INET, SOCK_DGRAM)")),
			 "-1 ENOPROTOOPT");
	needs(AF_INET6);
	option_becomes((int)calling_number("socket(AF_INET6, SOCK_STREAM)"), "IPPROTO_IPV6, IPV6_V6ONLY", "1", "0 [1]");
}
END_TEST

/* TCP_NODELAY, IP_TOS and SO_DEBUG are all 1: what a number is called depends on the level. */
START_TEST(options_print_by_level)
{
	static const struct { int64_t level, option; const char *as; } rows[] = {
		{ SOL_SOCKET, SO_REUSEADDR, "getsockopt(3, SOL_SOCKET, SO_REUSEADDR)" },
		{ IPPROTO_TCP, 1, "getsockopt(3, IPPROTO_TCP, TCP_NODELAY)" },
		{ IPPROTO_IP, 1, "getsockopt(3, IPPROTO_IP, IP_TOS)" },
		{ IPPROTO_IPV6, 26, "getsockopt(3, IPPROTO_IPV6, IPV6_V6ONLY)" },
		{ SOL_SOCKET, 9999, "getsockopt(3, SOL_SOCKET, 9999)" },
		{ 4711, 1, "getsockopt(3, 4711, 1)" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct value a[] = { { .number = 3 }, { .number = rows[i].level }, { .number = rows[i].option } };
		struct text t = { 0 };

		call_print(&t, call_find("getsockopt"), a, 3, NULL);
		ck_assert_str_eq(text_string(&t), rows[i].as);
		text_free(&t);
	}
}
END_TEST

Suite *suite_call_inet(void)
{
	Suite *s = suite_create("call_inet");
	TCase *t = tcase_create("inet");
	int n = sizeof both / sizeof *both;

	calling_use(t);
	tcase_add_loop_test(t, tcp, 0, n);
	tcase_add_loop_test(t, nobody_listens, 0, n);
	tcase_add_loop_test(t, udp, 0, n);
	tcase_add_loop_test(t, no_addresses, 0, n);
	tcase_add_loop_test(t, waiting, 0, n);
	tcase_add_test(t, options_of_all_sockets);
	tcase_add_test(t, a_limit_to_waiting);
	tcase_add_test(t, options_of_tcp_and_ip);
	tcase_add_test(t, options_print_by_level);
	suite_add_tcase(s, t);
	return s;
}
