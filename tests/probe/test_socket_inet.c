/* SPDX-License-Identifier: MIT */
/* TCP and UDP sockets on the loopback: what the probe says of them against what they say
 * themselves. */
#include "probe/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/sock_diag.h>
#include <linux/sockios.h>

#include "tests/probe/child.h"
#include "tests/probe/net.h"
#include "tests/unit.h"

static char buf[65536];

static const int families[] = { AF_INET, AF_INET6 };

static const char *at_port(const union net_address *a, unsigned port)
{
	static char text[2][64];
	static int turn;

	turn = !turn;
	snprintf(text[turn], sizeof *text, "%s:%u", a->any.sa_family == AF_INET ? "127.0.0.1" : "[::1]", port);
	return text[turn];
}

START_TEST(tcp_from_making_to_closing)
{
	union net_address a;
	struct socket_info s;
	int listener, client, accepted;
	int64_t deadline = 0;
	socklen_t size;

	net_begin();
	listener = net_socket(families[_i], SOCK_STREAM);
	ck_assert(!net_find(listener, &s)); /* it has no port */
	size = net_bind(listener, families[_i], &a);
	socket_query_again(net_query);
	if (net_find(listener, &s)) { /* Linux 6.8 */
		ck_assert_int_eq(s.state, SOCKET_TCP_CLOSE);
		ck_assert_uint_eq(s.local_port, net_port(&a));
	}
	ck_assert_int_eq(listen(listener, 3), 0);
	socket_query_again(net_query);
	net_must(listener, &s);
	ck_assert_int_eq(s.state, SOCKET_TCP_LISTEN);
	ck_assert_int_eq(s.family, families[_i] == AF_INET ? SOCKET_INET : SOCKET_INET6);
	ck_assert_str_eq(s.local, at_port(&a, net_port(&a)));
	ck_assert_str_eq(s.remote, "");
	ck_assert(s.backlog_known && s.pending == 0 && s.pending_limit == 3);
	client = net_socket(families[_i], SOCK_STREAM);
	ck_assert_int_eq(connect(client, &a.any, size), 0);
	net_must(listener, &s);
	ck_assert_uint_eq(s.pending, 1);
	accepted = accept(listener, NULL, NULL);
	net_must(listener, &s);
	ck_assert_uint_eq(s.pending, 0);
	net_put(client, 5);
	do
		net_must(accepted, &s);
	while (s.unread < 5 && child_wait(&deadline));
	ck_assert_int_eq(s.state, SOCKET_TCP_ESTABLISHED);
	ck_assert_uint_eq(s.unread, 5);
	ck_assert_uint_eq(s.local_port, net_port(&a));
	ck_assert(s.tcp_known && !s.zero_window && s.window > 0 && s.congestion_window > 0);
	ck_assert_str_eq(s.local, at_port(&a, s.local_port));
	ck_assert_str_eq(s.remote, at_port(&a, s.remote_port));
	shutdown(client, SHUT_WR);
	do
		net_must(accepted, &s);
	while (s.state != SOCKET_TCP_CLOSE_WAIT && child_wait(&deadline));
	ck_assert_uint_eq(s.unread, 5); /* and a FIN */
	ck_assert_int_eq(net_asked(accepted, SIOCINQ), 5);
	ck_assert(s.shutdown_known && s.shut_read && !s.shut_write);
	net_must(client, &s);
	ck_assert(!s.shut_read && s.shut_write);
	close(listener);
	close(client);
	close(accepted);
	net_end();
}
END_TEST

START_TEST(tcp_window_closes_and_opens)
{
	struct socket_info s, reader;
	int64_t deadline = 0;
	int end[2];

	net_begin();
	net_tcp_pair(end);
	ck_assert_int_eq(fcntl(end[0], F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(fcntl(end[1], F_SETFL, O_NONBLOCK), 0);
	do {
		while (write(end[0], buf, sizeof buf) > 0)
			;
		net_must(end[0], &s);
	} while (!s.zero_window && child_wait(&deadline));
	ck_assert(s.zero_window);
	ck_assert_uint_eq(s.window, 0);
	net_must(end[1], &reader);
	ck_assert_uint_eq(reader.unread, (unsigned)net_asked(end[1], SIOCINQ));
	ck_assert_uint_gt(reader.unread, 10000);
	ck_assert_uint_eq(s.in_flight, (unsigned)net_asked(end[0], SIOCOUTQ));
	ck_assert_uint_gt(s.in_flight, 0);
	ck_assert_uint_ge(s.send_memory, s.in_flight);
	do {
		while (read(end[1], buf, sizeof buf) > 0)
			;
		net_must(end[0], &s);
	} while ((s.zero_window || s.in_flight) && child_wait(&deadline));
	ck_assert(!s.zero_window && s.window > 0);
	ck_assert_uint_eq(s.in_flight, 0);
	net_close(end);
	net_end();
}
END_TEST

START_TEST(udp_loses_and_says_how_many)
{
	union net_address a;
	struct socket_info s;
	int receiver, sender, memory_left[SK_MEMINFO_VARS];
	socklen_t size, room = sizeof memory_left;
	int64_t deadline = 0;

	net_begin();
	receiver = net_socket(families[_i], SOCK_DGRAM);
	ck_assert(!net_find(receiver, &s));
	size = net_bind(receiver, families[_i], &a);
	socket_query_again(net_query);
	net_must(receiver, &s);
	ck_assert_int_eq(s.state, SOCKET_UNCONNECTED);
	ck_assert_str_eq(s.local, at_port(&a, net_port(&a)));
	ck_assert_uint_eq(s.receive_memory, 0);
	sender = net_socket(families[_i], SOCK_DGRAM);
	ck_assert_int_eq(connect(sender, &a.any, size), 0);
	for (int i = 0; i < 2000; i++)
		net_put(sender, 100);
	/* The loopback's packets may be handed on by another thread of the kernel. */
	do
		net_must(receiver, &s);
	while (s.drops == 0 && child_wait(&deadline));
	ck_assert_int_eq(getsockopt(receiver, SOL_SOCKET, SO_MEMINFO, memory_left, &room), 0);
	ck_assert_uint_gt(s.drops, 100);
	ck_assert_uint_eq(s.drops, (unsigned)memory_left[SK_MEMINFO_DROPS]);
	ck_assert_uint_gt(s.receive_memory, s.receive_buffer / 2);
	net_must(sender, &s);
	ck_assert_int_eq(s.state, SOCKET_CONNECTED);
	ck_assert_str_eq(s.remote, at_port(&a, net_port(&a)));
	while (recv(receiver, buf, sizeof buf, MSG_DONTWAIT) > 0)
		;
	net_must(receiver, &s);
	ck_assert_uint_eq(s.receive_memory, 0);
	close(receiver);
	close(sender);
	net_end();
}
END_TEST

/* A port that was used before: the addresses are known, the socket is another. */
START_TEST(another_socket_at_the_same_address)
{
	union net_address a;
	struct socket_info s;
	int first, second, one = 1, type = _i ? SOCK_DGRAM : SOCK_STREAM;
	uint64_t inode;
	socklen_t size;

	net_begin();
	first = net_socket(AF_INET, type);
	ck_assert_int_eq(setsockopt(first, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one), 0);
	size = net_bind(first, AF_INET, &a);
	if (!_i)
		ck_assert_int_eq(listen(first, 1), 0);
	net_must(first, &s);
	inode = s.inode;
	close(first);
	second = net_socket(AF_INET, type);
	ck_assert_int_eq(setsockopt(second, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one), 0);
	ck_assert_int_eq(bind(second, &a.any, size), 0);
	if (!_i)
		ck_assert_int_eq(listen(second, 1), 0);
	ck_assert_int_eq(sockets_read(net_query, &inode, 1, &s), 0);
	ck_assert(!s.found);
	net_must(second, &s);
	ck_assert_uint_eq(s.local_port, net_port(&a));
	close(second);
	net_end();
}
END_TEST

Suite *suite_socket_inet(void)
{
	Suite *suite = suite_create("socket_inet");
	TCase *tcase = tcase_create("socket_inet");

	tcase_add_loop_test(tcase, tcp_from_making_to_closing, 0, 2);
	tcase_add_test(tcase, tcp_window_closes_and_opens);
	tcase_add_loop_test(tcase, udp_loses_and_says_how_many, 0, 2);
	tcase_add_loop_test(tcase, another_socket_at_the_same_address, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite;
}
