/* SPDX-License-Identifier: MIT */
/* What we assume of sockets: what queues and memory mean, when a writer waits, what a closed peer
 * does, what is lost. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/sock_diag.h>
#include <linux/sockios.h>

#include "tests/probe/child.h"
#include "tests/probe/net.h"
#include "tests/unit.h"

static char buf[4096];
static volatile sig_atomic_t sigpipes;

static void count_sigpipe(int number)
{
	(void)number;
	sigpipes++;
}

static void catch_sigpipe(void)
{
	struct sigaction action = { .sa_handler = count_sigpipe };

	ck_assert_int_eq(sigaction(SIGPIPE, &action, NULL), 0);
}

static void make(int type, int end[2])
{
	ck_assert_int_eq(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, end), 0);
}

/* Writes until the socket takes no more; returns how often it did. */
static int fill(int fd, size_t size)
{
	int times = 0;

	while (write(fd, buf, size) == (ssize_t)size)
		times++;
	ck_assert_int_eq(errno, EAGAIN);
	return times;
}

/* Every write costs the memory of a packet, hundreds of bytes for a byte: 278 fit. */
START_TEST(unix_writers_wait_for_memory_not_bytes)
{
	int end[2], times;

	make(SOCK_STREAM, end);
	times = fill(end[0], 1);
	ck_assert_int_eq(net_asked(end[1], SIOCINQ), times);
	ck_assert_int_ge(net_asked(end[0], SIOCOUTQ), net_option(end[0], SO_SNDBUF));
	ck_assert_int_lt(times, net_option(end[0], SO_SNDBUF) / 100);
	net_drain(end[1]);
	ck_assert_int_eq(net_asked(end[0], SIOCOUTQ), 0);
	net_close(end);
}
END_TEST

START_TEST(of_datagrams_only_the_first_is_told)
{
	struct socket_info s;
	int end[2];

	net_begin();
	make(SOCK_DGRAM, end);
	net_put(end[0], 5);
	net_put(end[0], 70);
	ck_assert_int_eq(net_asked(end[1], SIOCINQ), 5);
	net_must(end[1], &s);
	ck_assert_uint_eq(s.unread, 5);
	ck_assert_int_eq(read(end[1], buf, sizeof buf), 5);
	net_must(end[1], &s);
	ck_assert_uint_eq(s.unread, 70);
	net_close(end);
	make(SOCK_SEQPACKET, end);
	net_put(end[0], 5);
	net_put(end[0], 70);
	net_must(end[1], &s);
	ck_assert_uint_eq(s.unread, 75);
	net_close(end);
	net_end();
}
END_TEST

/* One-way datagrams: the receiver's queue is the limit, net.unix.max_dgram_qlen and one. */
START_TEST(datagram_queues_are_short)
{
	FILE *f = fopen("/proc/sys/net/unix/max_dgram_qlen", "re");
	struct sockaddr_un none = { .sun_family = AF_UNIX }, a;
	int limit, receiver, sender;
	socklen_t size = sizeof a;
	struct pollfd p;

	if (!f || fscanf(f, "%d", &limit) != 1)
		unit_skip("net.unix.max_dgram_qlen cannot be read");
	fclose(f);
	receiver = socket(AF_UNIX, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(receiver, (struct sockaddr *)&none, sizeof none.sun_family), 0);
	ck_assert_int_eq(getsockname(receiver, (struct sockaddr *)&a, &size), 0);
	sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(connect(sender, (struct sockaddr *)&a, size), 0);
	ck_assert_int_eq(fill(sender, 1), limit + 1);
	p = (struct pollfd){ .fd = sender, .events = POLLOUT };
	ck_assert_int_eq(poll(&p, 1, 0), 0);
	ck_assert_int_eq(read(receiver, buf, 1), 1);
	ck_assert_int_eq(poll(&p, 1, 0), 1);
	close(receiver);
	close(sender);
}
END_TEST

/* Who waits in a backlog has no peer yet, can write, and is named by the listener. */
START_TEST(connected_before_it_is_accepted)
{
	struct sockaddr_un none = { .sun_family = AF_UNIX }, a;
	struct socket_info s;
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0), bytes;
	socklen_t size = sizeof a;

	net_begin();
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&none, sizeof none.sun_family), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&a, &size), 0);
	ck_assert_int_eq(listen(listener, 0), 0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&a, size), 0);
	net_put(client, 3);
	net_must(client, &s);
	ck_assert_uint_eq(s.peer, 0);
	ck_assert_int_eq(s.state, SOCKET_CONNECTED);
	net_must(listener, &s);
	ck_assert_uint_eq(s.pending, 1);
	ck_assert_uint_eq(s.pending_from[0], net_inode(client));
	ck_assert_int_eq(ioctl(listener, SIOCINQ, &bytes), -1);
	ck_assert_int_eq(errno, EINVAL);
	close(listener);
	close(client);
	net_end();
}
END_TEST

/* What a write to a closed peer says, and whether SIGPIPE comes. */
static const struct { int type, error, signals; } closed[] = {
	{ SOCK_STREAM, EPIPE, 1 }, { SOCK_SEQPACKET, EPIPE, 0 }, { SOCK_DGRAM, ECONNREFUSED, 0 },
};

START_TEST(writing_to_a_closed_peer)
{
	int end[2];

	catch_sigpipe();
	make(closed[_i].type, end);
	close(end[1]);
	sigpipes = 0;
	ck_assert_int_eq(write(end[0], buf, 1), -1);
	ck_assert_int_eq(errno, closed[_i].error);
	/* Linux sent SIGPIPE for seqpacket sockets, too, some time: nobody relies on it. */
	if (closed[_i].type != SOCK_SEQPACKET)
		ck_assert_int_eq(sigpipes, closed[_i].signals);
	close(end[0]);
}
END_TEST

START_TEST(reading_from_a_closed_peer)
{
	int end[2];

	make(SOCK_STREAM, end);
	net_put(end[0], 1); /* which the peer never reads */
	close(end[1]);
	ck_assert_int_eq(read(end[0], buf, 1), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	ck_assert_int_eq(read(end[0], buf, 1), 0);
	close(end[0]);
	make(SOCK_DGRAM, end);
	close(end[1]);
	ck_assert_int_eq(read(end[0], buf, 1), -1);
	ck_assert_int_eq(errno, EAGAIN); /* no end of file */
	close(end[0]);
}
END_TEST

/* The first one after the peer's close goes out and brings a reset back. */
START_TEST(the_second_write_to_a_closed_tcp_peer_fails)
{
	struct pollfd p;
	int end[2];

	catch_sigpipe();
	net_tcp_pair(end);
	close(end[1]);
	sigpipes = 0;
	net_put(end[0], 1);
	p = (struct pollfd){ .fd = end[0] };
	ck_assert_int_eq(poll(&p, 1, 10000), 1);
	ck_assert_int_eq(write(end[0], buf, 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	ck_assert_int_eq(sigpipes, 1);
	close(end[0]);
}
END_TEST

/* Raw numbers of the diag, where SIOCINQ does not count the FIN: see socket_parse.c. */
START_TEST(tcp_siocinq_does_not_count_the_fin)
{
	struct pollfd p;
	int end[2];

	net_tcp_pair(end);
	net_put(end[0], 5);
	shutdown(end[0], SHUT_WR);
	p = (struct pollfd){ .fd = end[1], .events = POLLRDHUP };
	ck_assert_int_eq(poll(&p, 1, 10000), 1);
	ck_assert_int_eq(net_asked(end[1], SIOCINQ), 5);
	net_close(end);
}
END_TEST

/* What decides whether a TCP writer waits is memory, and how much is taken is far more than
 * the receiver's buffer. */
START_TEST(tcp_takes_much_before_it_blocks)
{
	struct socket_info s;
	struct pollfd p;
	int end[2];
	int64_t deadline = 0;

	net_begin();
	net_tcp_pair(end);
	ck_assert_int_eq(fcntl(end[0], F_SETFL, O_NONBLOCK), 0);
	p = (struct pollfd){ .fd = end[0], .events = POLLOUT };
	do {
		while (write(end[0], buf, sizeof buf) > 0)
			;
		net_must(end[0], &s);
	} while (!s.zero_window && child_wait(&deadline));
	ck_assert_int_eq(poll(&p, 1, 0), 0);
	ck_assert_uint_eq(s.in_flight, (unsigned)net_asked(end[0], SIOCOUTQ));
	ck_assert_uint_gt(s.in_flight + (unsigned)net_asked(end[1], SIOCINQ), 100000);
	ck_assert_uint_ge(s.send_memory, s.in_flight);
	net_close(end);
	net_end();
}
END_TEST

START_TEST(udp_senders_never_wait)
{
	enum { SENT = 1000, SIZE = 1000 };
	uint32_t memory[SK_MEMINFO_VARS];
	union net_address a;
	int receiver = net_socket(AF_INET, SOCK_DGRAM), sender = net_socket(AF_INET, SOCK_DGRAM);
	int came = 0, small = 4096;
	socklen_t size, room = sizeof memory;
	int64_t deadline = 0;

	ck_assert_int_eq(setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
	size = net_bind(receiver, AF_INET, &a);
	ck_assert_int_eq(connect(sender, &a.any, size), 0);
	for (int i = 0; i < SENT; i++)
		net_put(sender, SIZE);
	do {
		while (recv(receiver, buf, sizeof buf, MSG_DONTWAIT) == SIZE)
			came++;
		room = sizeof memory;
		ck_assert_int_eq(getsockopt(receiver, SOL_SOCKET, SO_MEMINFO, memory, &room), 0);
	} while (came + (int)memory[SK_MEMINFO_DROPS] < SENT && child_wait(&deadline));
	ck_assert_int_eq(came + (int)memory[SK_MEMINFO_DROPS], SENT);
	ck_assert_int_lt(came, 100);
	close(receiver);
	close(sender);
}
END_TEST

Suite *suite_kernel_socket(void)
{
	Suite *suite = suite_create("kernel_socket");
	TCase *tcase = tcase_create("kernel_socket");

	tcase_add_test(tcase, unix_writers_wait_for_memory_not_bytes);
	tcase_add_test(tcase, of_datagrams_only_the_first_is_told);
	tcase_add_test(tcase, datagram_queues_are_short);
	tcase_add_test(tcase, connected_before_it_is_accepted);
	tcase_add_loop_test(tcase, writing_to_a_closed_peer, 0, sizeof closed / sizeof *closed);
	tcase_add_test(tcase, reading_from_a_closed_peer);
	tcase_add_test(tcase, the_second_write_to_a_closed_tcp_peer_fails);
	tcase_add_test(tcase, tcp_siocinq_does_not_count_the_fin);
	tcase_add_test(tcase, tcp_takes_much_before_it_blocks);
	tcase_add_test(tcase, udp_senders_never_wait);
	suite_add_tcase(suite, tcase);
	return suite;
}
