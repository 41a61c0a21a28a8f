/* SPDX-License-Identifier: MIT */
/* Real sockets, made here: what the probe says of them against what they say themselves. */
#include "probe/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "base/memory.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/probe/net.h"
#include "tests/unit.h"

enum { STRANGER = 65534 };

static char buf[65536];

static const struct { int type; const char *name; } pairs[] = {
	{ SOCK_STREAM, "stream" }, { SOCK_SEQPACKET, "seqpacket" }, { SOCK_DGRAM, "datagram" },
};

START_TEST(a_pair_says_what_it_says_itself)
{
	unsigned seed = 1;
	int end[2];

	net_begin();
	ck_assert_int_eq(socketpair(AF_UNIX, pairs[_i].type | SOCK_NONBLOCK, 0, end), 0);
	for (int i = 0; i < 300; i++) {
		uint64_t inodes[2] = { net_inode(end[0]), net_inode(end[1]) };
		struct socket_info s[2];
		ssize_t n;

		seed = seed * 1103515245u + 12345u;
		if (seed >> 31)
			n = write(end[seed >> 30 & 1], buf, (seed >> 8) % 5000 + 1);
		else
			n = read(end[seed >> 30 & 1], buf, (seed >> 8) % 5000 + 1);
		ck_assert(n >= 0 || errno == EAGAIN);
		ck_assert_int_eq(sockets_read(net_query, inodes, 2, s), 0);
		for (int k = 0; k < 2; k++) {
			ck_assert(s[k].found && s[k].unread_known && s[k].in_flight_known && s[k].memory_known);
			ck_assert_int_eq(s[k].family, SOCKET_UNIX);
			ck_assert_str_eq(socket_type_name(s[k].type), pairs[_i].name);
			ck_assert_int_eq(s[k].state, SOCKET_CONNECTED);
			ck_assert_uint_eq(s[k].peer, inodes[!k]);
			ck_assert_uint_eq(s[k].unread, (unsigned)net_asked(end[k], SIOCINQ));
			ck_assert_int_eq(s[k].unread_first, pairs[_i].type == SOCK_DGRAM);
			ck_assert_uint_eq(s[k].in_flight, (unsigned)net_asked(end[k], SIOCOUTQ));
			ck_assert_uint_eq(s[k].send_memory, s[k].in_flight);
			ck_assert_uint_eq(s[k].send_buffer, (unsigned)net_option(end[k], SO_SNDBUF));
			ck_assert_uint_eq(s[k].receive_buffer, (unsigned)net_option(end[k], SO_RCVBUF));
			ck_assert_str_eq(s[k].local, "");
			ck_assert_str_eq(s[k].remote, "");
		}
	}
	net_close(end);
	net_end();
}
END_TEST

START_TEST(shutdown_is_seen)
{
	struct socket_info s;
	int end[2];

	net_begin();
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, end), 0);
	net_must(end[0], &s);
	ck_assert(s.shutdown_known && !s.shut_read && !s.shut_write);
	shutdown(end[0], SHUT_WR);
	net_must(end[0], &s);
	ck_assert(!s.shut_read && s.shut_write);
	net_must(end[1], &s);
	ck_assert(s.shut_read && !s.shut_write);
	close(end[0]);
	net_must(end[1], &s);
	ck_assert(s.shut_read && s.shut_write);
	ck_assert_uint_eq(s.peer, 0);
	close(end[1]);
	net_end();
}
END_TEST

static int unix_socket(int flags)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | flags, 0);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* The address of "@name" or of a path. */
static socklen_t unix_address(const char *name, struct sockaddr_un *u)
{
	size_t n = strlen(name);

	*u = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(u->sun_path, name, n);
	if (name[0] == '@')
		u->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

START_TEST(a_backlog_and_its_names)
{
	char name[100];
	struct sockaddr_un u;
	struct socket_info s, both[2];
	uint64_t inodes[2];
	socklen_t size;
	int listener, client, second, accepted;

	if (_i)
		snprintf(name, sizeof name, "@ipcscope-test-%ld", (long)getpid());
	else
		snprintf(name, sizeof name, "%s/socket", folder);
	net_begin();
	size = unix_address(name, &u);
	listener = unix_socket(0);
	net_must(listener, &s);
	ck_assert_int_eq(s.state, SOCKET_UNCONNECTED);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&u, size), 0);
	ck_assert_int_eq(listen(listener, 3), 0);
	net_must(listener, &s);
	ck_assert_int_eq(s.state, SOCKET_LISTENING);
	ck_assert_str_eq(s.local, name);
	ck_assert(s.backlog_known && !s.unread_known);
	ck_assert_uint_eq(s.pending, 0);
	ck_assert_uint_eq(s.pending_limit, 3);
	client = unix_socket(0);
	second = unix_socket(0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&u, size), 0);
	ck_assert_int_eq(connect(second, (struct sockaddr *)&u, size), 0);
	net_must(listener, &s);
	ck_assert_uint_eq(s.pending, 2);
	ck_assert_uint_eq(s.pending_named, 2);
	ck_assert_uint_eq(s.pending_from[0], net_inode(client));
	ck_assert_uint_eq(s.pending_from[1], net_inode(second));
	accepted = accept(listener, NULL, NULL);
	net_must(listener, &s);
	ck_assert_uint_eq(s.pending, 1);
	net_must(client, &s);
	ck_assert_uint_eq(s.peer, net_inode(accepted));
	ck_assert_str_eq(s.local, "");
	ck_assert_str_eq(s.remote, name);
	net_must(accepted, &s);
	ck_assert_uint_eq(s.peer, net_inode(client));
	ck_assert_str_eq(s.local, name);
	ck_assert_str_eq(s.remote, "");
	inodes[0] = net_inode(client);
	inodes[1] = net_inode(accepted);
	ck_assert_int_eq(sockets_read(net_query, inodes, 2, both), 0);
	ck_assert_str_eq(both[0].remote, name);
	ck_assert_str_eq(both[1].remote, "");
	close(listener);
	close(client);
	close(second);
	close(accepted);
	net_end();
}
END_TEST

/* Too many for the kernel's answer: it says how many, but not who. Each client has left again. */
START_TEST(a_backlog_of_thousands)
{
	enum { MANY = 4000 };
	struct sockaddr_un u;
	struct socket_info s;
	socklen_t size;
	char name[100];
	int listener, limit = 0;
	FILE *f = fopen("/proc/sys/net/core/somaxconn", "re");

	if (!f || fscanf(f, "%d", &limit) != 1)
		limit = 0;
	if (f)
		fclose(f);
	if (limit < MANY)
		unit_skip("needs net.core.somaxconn of 4000 and more");
	net_begin();
	snprintf(name, sizeof name, "@ipcscope-test-many-%ld", (long)getpid());
	size = unix_address(name, &u);
	listener = unix_socket(0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&u, size), 0);
	ck_assert_int_eq(listen(listener, MANY), 0);
	for (int i = 0; i < MANY; i++) {
		int client = unix_socket(SOCK_NONBLOCK);

		ck_assert_int_eq(connect(client, (struct sockaddr *)&u, size), 0);
		close(client);
	}
	net_must(listener, &s);
	ck_assert_uint_eq(s.pending, MANY);
	ck_assert_uint_eq(s.pending_limit, MANY);
	ck_assert_str_eq(s.local, name);
	ck_assert_uint_eq(s.pending_named, 0);
	close(listener);
	net_end();
}
END_TEST

/* All at once, twice over, in no order and with what is none: each answer in its place; and
 * the second time, when TCP and UDP are asked for by their addresses, the same. */
START_TEST(many_at_once)
{
	enum { PAIRS = 20, N = 4 * PAIRS + 6 };
	uint64_t inodes[N];
	struct socket_info *s = memory_new(N, sizeof *s);
	union net_address a;
	int tcp[PAIRS][2], pair[2], end[2];

	net_begin();
	for (int i = 0; i < PAIRS; i++) {
		net_tcp_pair(tcp[i]);
		inodes[4 * i] = inodes[4 * i + 2] = net_inode(tcp[i][0]);
		inodes[4 * i + 1] = net_inode(tcp[i][1]);
		inodes[4 * i + 3] = net_inode(socket(AF_UNIX, SOCK_DGRAM, 0));
	}
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ck_assert_int_eq(pipe(end), 0);
	inodes[N - 6] = 0;
	inodes[N - 5] = net_inode(end[0]);
	inodes[N - 4] = UINT64_C(0x100000000) + net_inode(pair[0]);
	inodes[N - 3] = net_inode(net_socket(AF_INET, SOCK_STREAM));
	inodes[N - 2] = net_inode(pair[0]);
	tcp[0][0] = net_socket(AF_INET, SOCK_DGRAM);
	net_bind(tcp[0][0], AF_INET, &a);
	inodes[N - 1] = net_inode(tcp[0][0]);
	for (int round = 0; round < 3; round++) {
		ck_assert_int_eq(sockets_read(net_query, inodes, N, s), 0);
		for (int i = 0; i < N; i++) {
			ck_assert_uint_eq(s[i].inode, inodes[i]);
			ck_assert_int_eq(s[i].found, i < 4 * PAIRS || i >= N - 2);
		}
		for (int i = 0; i < PAIRS; i++) {
			ck_assert_int_eq(s[4 * i].type, SOCK_STREAM);
			ck_assert_int_eq(s[4 * i].family, SOCKET_INET);
			ck_assert_uint_eq(s[4 * i].local_port, s[4 * i + 1].remote_port);
			ck_assert_uint_eq(s[4 * i].local_port, s[4 * i + 2].local_port);
			ck_assert_int_eq(s[4 * i + 3].family, SOCKET_UNIX);
		}
		ck_assert_uint_eq(s[N - 2].peer, net_inode(pair[1]));
		ck_assert_uint_eq(s[N - 1].local_port, net_port(&a));
	}
	ck_assert_int_eq(sockets_read(net_query, inodes, 0, s), 0);
	free(s);
	net_end();
}
END_TEST

START_TEST(closed_ones_are_gone)
{
	struct socket_info s;
	uint64_t inode;
	int end[2];

	net_begin();
	if (_i)
		net_tcp_pair(end);
	else
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, end), 0);
	inode = net_inode(end[0]);
	net_must(end[0], &s);
	net_close(end);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(sockets_read(net_query, &inode, 1, &s), 0);
		ck_assert(!s.found && !s.unread_known && !s.memory_known);
		ck_assert_uint_eq(s.inode, inode);
	}
	net_end();
}
END_TEST

static int64_t time_of(const uint64_t *inodes, bool again)
{
	static struct socket_info s;
	int64_t begin = clock_now();

	for (int i = 0; i < 200; i++) {
		if (again)
			socket_query_again(net_query);
		ck_assert_int_eq(sockets_read(net_query, inodes, 1, &s), 0);
	}
	return clock_now() - begin;
}

/* Dumps cost a hundred times as much as what is asked for by address, or not looked for. */
START_TEST(searches_are_rare)
{
	uint64_t missing, known;
	int64_t searching;
	int tcp[2];

	net_begin();
	net_tcp_pair(tcp);
	missing = net_inode(net_socket(AF_INET, SOCK_STREAM));
	known = net_inode(tcp[0]);
	searching = time_of(&missing, true);
	ck_assert_int_lt(time_of(&missing, false), searching / 2);
	ck_assert_int_lt(time_of(&known, false), searching / 2);
	net_close(tcp);
	net_end();
}
END_TEST

/* What was missed lately is not looked for again, unless a search is made for another one
 * anyway: that must not end it too early. */
START_TEST(found_by_the_way)
{
	union net_address a;
	struct socket_info s[2];
	uint64_t inodes[2];
	int udp, tcp[2];

	net_begin();
	udp = net_socket(AF_INET, SOCK_DGRAM);
	ck_assert(!net_find(udp, s));
	net_bind(udp, AF_INET, &a);
	net_tcp_pair(tcp);
	inodes[0] = net_inode(udp);
	inodes[1] = net_inode(tcp[1]);
	ck_assert_int_eq(sockets_read(net_query, inodes, 2, s), 0);
	ck_assert(s[0].found && s[1].found);
	net_close(tcp);
	close(udp);
	net_end();
}
END_TEST

/* For a forked process: whether it finds the sockets as somebody else. */
static int find_as_stranger(void *inodes)
{
	struct socket_query *q;
	struct socket_info s[2];
	int netns, error;

	if (setgid(STRANGER) || setuid(STRANGER) || socket_query_open(-1, &q))
		return 1;
	if (sockets_read(q, inodes, 2, s) || !s[0].found || !s[1].found)
		return 2;
	if (s[0].peer == 0 || s[0].unread != 7 || s[1].state != SOCKET_TCP_ESTABLISHED)
		return 3;
	socket_query_close(q);
	netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	error = socket_query_open(netns, &q);
	return error == -EPERM && !q ? 0 : 4;
}

START_TEST(strangers_see_them_too)
{
	struct child c;
	uint64_t inodes[2];
	int pair[2], tcp[2];

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	net_begin();
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	net_tcp_pair(tcp);
	net_put(pair[1], 7);
	inodes[0] = net_inode(pair[0]);
	inodes[1] = net_inode(tcp[0]);
	child_start(&c, find_as_stranger, inodes);
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
	net_end();
}
END_TEST

START_TEST(a_query_is_one_descriptor_that_exec_closes)
{
	int before = dup(0), after, error;

	close(before);
	net_begin();
	ck_assert_int_eq(fcntl(before, F_GETFD), FD_CLOEXEC);
	net_end();
	after = dup(0);
	ck_assert_int_eq(after, before);
	close(after);
	socket_query_close(NULL);
	error = socket_query_open(9999, &net_query); /* no descriptor, or not permitted */
	ck_assert(error == -EBADF || error == -EPERM);
	ck_assert_ptr_null(net_query);
}
END_TEST

Suite *suite_socket(void)
{
	Suite *suite = suite_create("socket");
	TCase *tcase = tcase_create("socket");

	folder_use(tcase);
	tcase_add_loop_test(tcase, a_pair_says_what_it_says_itself, 0, sizeof pairs / sizeof *pairs);
	tcase_add_test(tcase, shutdown_is_seen);
	tcase_add_loop_test(tcase, a_backlog_and_its_names, 0, 2);
	tcase_add_test(tcase, a_backlog_of_thousands);
	tcase_add_test(tcase, many_at_once);
	tcase_add_loop_test(tcase, closed_ones_are_gone, 0, 2);
	tcase_add_test(tcase, searches_are_rare);
	tcase_add_test(tcase, found_by_the_way);
	tcase_add_test(tcase, strangers_see_them_too);
	tcase_add_test(tcase, a_query_is_one_descriptor_that_exec_closes);
	suite_add_tcase(suite, tcase);
	return suite;
}
