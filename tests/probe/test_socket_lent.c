/* SPDX-License-Identifier: MIT */
/* Sockets through a duplicate that is lent for a moment, and sockets of other network
 * namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "tests/probe/child.h"
#include "tests/probe/net.h"
#include "tests/unit.h"

enum { STRANGER = 65534 };

/* A child that holds all that the test made before. */
static struct child holder;

static void begin(void)
{
	struct socket_info s;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), error;

	child_start(&holder, child_idle, NULL);
	error = socket_lent_read(holder.pidfd, fd, net_inode(fd), &s);
	if (error == -ENOSYS || error == -EPERM || holder.pidfd < 0) {
		child_stop(&holder);
		unit_skip("pidfd_getfd is not there or not permitted");
	}
	ck_assert_int_eq(error, 0);
	close(fd);
	net_begin();
}

static void end(void)
{
	net_end();
	child_stop(&holder);
}

static void lent(int fd, struct socket_info *s)
{
	ck_assert_int_eq(socket_lent_read(holder.pidfd, fd, net_inode(fd), s), 0);
	ck_assert(s->found);
	ck_assert_uint_eq(s->inode, net_inode(fd));
}

/* What both ways know must agree. */
static void same(int fd)
{
	struct socket_info a, b;

	net_must(fd, &a);
	lent(fd, &b);
	ck_assert_int_eq(a.family, b.family);
	ck_assert_int_eq(a.type, b.type);
	ck_assert_str_eq(socket_state_name(a.state), socket_state_name(b.state));
	ck_assert_str_eq(a.local, b.local);
	ck_assert_str_eq(a.remote, b.remote);
	ck_assert_uint_eq(a.local_port, b.local_port);
	ck_assert_uint_eq(a.remote_port, b.remote_port);
	if (a.unread_known && b.unread_known)
		ck_assert_uint_eq(a.unread, b.unread);
	ck_assert_int_eq(a.in_flight_known, b.in_flight_known);
	ck_assert_uint_eq(a.in_flight, b.in_flight);
	ck_assert_uint_eq(a.receive_buffer, b.memory_known ? b.receive_buffer : a.receive_buffer);
	ck_assert_uint_eq(a.send_buffer, b.memory_known ? b.send_buffer : a.send_buffer);
	ck_assert_int_eq(a.tcp_known, b.tcp_known);
	ck_assert_uint_eq(a.window, b.window);
	if (a.backlog_known && b.backlog_known) {
		ck_assert_uint_eq(a.pending, b.pending);
		ck_assert_uint_eq(a.pending_limit, b.pending_limit);
	}
	ck_assert(b.ready_known);
}

START_TEST(both_ways_agree)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	union net_address a;
	struct socket_info s;
	int unix_end[3][2], tcp[2], udp, listener, client;
	int64_t deadline = 0;
	socklen_t size;

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(socketpair(AF_UNIX, types[i], 0, unix_end[i]), 0);
	net_tcp_pair(tcp);
	listener = net_socket(AF_INET, SOCK_STREAM);
	size = net_bind(listener, AF_INET, &a);
	ck_assert_int_eq(listen(listener, 7), 0);
	client = net_socket(AF_INET, SOCK_STREAM);
	ck_assert_int_eq(connect(client, &a.any, size), 0);
	udp = net_socket(AF_INET, SOCK_DGRAM);
	size = net_bind(udp, AF_INET, &a);
	begin();
	ck_assert_int_eq(connect(udp, &a.any, size), 0);
	net_put(udp, 9);
	net_put(tcp[0], 12);
	for (int i = 0; i < 3; i++)
		net_put(unix_end[i][0], 5);
	do
		net_must(tcp[0], &s);
	while (s.in_flight && child_wait(&deadline));
	for (int i = 0; i < 2; i++) {
		for (int k = 0; k < 3; k++)
			same(unix_end[k][i]);
		same(tcp[i]);
	}
	same(listener);
	same(client);
	same(udp);
	lent(udp, &s);
	ck_assert(s.unread_known && s.unread_first && s.unread == 9);
	lent(tcp[1], &s);
	ck_assert(s.readable && s.writable && s.unread == 12);
	lent(tcp[0], &s);
	ck_assert(!s.readable && s.writable && s.unread == 0);
	lent(listener, &s);
	ck_assert(s.backlog_known && s.pending == 1 && s.pending_limit == 7 && s.readable);
	end();
}
END_TEST

/* What sock_diag does not find. */
START_TEST(sockets_without_a_port)
{
	struct socket_info s;
	int tcp = net_socket(AF_INET, SOCK_STREAM), udp = net_socket(AF_INET, SOCK_DGRAM);
	int other = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	begin();
	ck_assert(!net_find(tcp, &s));
	lent(tcp, &s);
	ck_assert_int_eq(s.family, SOCKET_INET);
	ck_assert_int_eq(s.state, SOCKET_TCP_CLOSE);
	ck_assert_str_eq(s.local, "");
	ck_assert(!s.zero_window);
	lent(udp, &s);
	ck_assert_int_eq(s.state, SOCKET_UNCONNECTED);
	ck_assert_int_eq(s.type, SOCK_DGRAM);
	lent(other, &s);
	ck_assert_int_eq(s.family, SOCKET_OTHER);
	ck_assert_int_eq(s.state, SOCKET_NO_STATE);
	end();
}
END_TEST

/* The connection is over, but what came before can still be read. */
START_TEST(a_reset_connection)
{
	struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	struct socket_info s;
	int tcp[2];
	int64_t deadline = 0;

	net_tcp_pair(tcp);
	begin();
	/* The child holds the other end, too. */
	kill(holder.pid, SIGKILL);
	child_reap(&holder);
	child_stop(&holder);
	ck_assert_int_eq(setsockopt(tcp[0], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
	close(tcp[0]);
	child_start(&holder, child_idle, NULL);
	do
		lent(tcp[1], &s);
	while (s.state == SOCKET_TCP_ESTABLISHED && child_wait(&deadline));
	ck_assert_int_eq(s.state, SOCKET_TCP_CLOSE);
	ck_assert(!net_find(tcp[1], &s));
	for (int i = 0; i < 10; i++)
		lent(tcp[1], &s);
	ck_assert_int_eq(net_option(tcp[1], SO_ERROR), ECONNRESET); /* still the owner's */
	end();
}
END_TEST

/* An error that waits for the owner stays there: ECONNREFUSED of a datagram before. */
START_TEST(errors_are_left_to_the_owner)
{
	union net_address a;
	struct socket_info s;
	struct pollfd p;
	int gone = net_socket(AF_INET, SOCK_DGRAM), udp = net_socket(AF_INET, SOCK_DGRAM);
	socklen_t size = net_bind(gone, AF_INET, &a);

	close(gone);
	ck_assert_int_eq(connect(udp, &a.any, size), 0);
	begin();
	net_put(udp, 1);
	p = (struct pollfd){ .fd = udp };
	ck_assert_int_eq(poll(&p, 1, 10000), 1);
	ck_assert(p.revents & POLLERR);
	for (int i = 0; i < 10; i++) {
		lent(udp, &s);
		net_must(udp, &s);
	}
	ck_assert_int_eq(net_option(udp, SO_ERROR), ECONNREFUSED);
	ck_assert_int_eq(net_option(udp, SO_ERROR), 0); /* so asking takes it */
	end();
}
END_TEST

START_TEST(what_is_no_longer_that_socket_is_said)
{
	struct socket_info s;
	int pair[2], null = open("/dev/null", O_RDWR);
	uint64_t inode;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	begin();
	inode = net_inode(pair[0]);
	ck_assert_int_eq(socket_lent_read(holder.pidfd, pair[1], inode, &s), -ESTALE);
	ck_assert_int_eq(socket_lent_read(holder.pidfd, null, net_inode(null), &s), -ESTALE);
	ck_assert(!s.found);
	ck_assert_int_eq(socket_lent_read(holder.pidfd, 1000, inode, &s), -EBADF);
	ck_assert_int_eq(socket_lent_read(-1, pair[0], inode, &s), -EBADF);
	kill(holder.pid, SIGKILL);
	child_reap(&holder);
	ck_assert_int_eq(socket_lent_read(holder.pidfd, pair[0], inode, &s), -ESRCH);
	end();
}
END_TEST

START_TEST(no_duplicate_stays_behind)
{
	struct socket_info s;
	int pair[2], before, after;
	char byte;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	begin();
	before = dup(0);
	close(before);
	for (int i = 0; i < 1000; i++) {
		lent(pair[1], &s);
		ck_assert_int_eq(socket_lent_read(holder.pidfd, pair[1], 1, &s), -ESTALE);
	}
	after = dup(0);
	close(after);
	ck_assert_int_eq(before, after);
	close(pair[1]);
	ck_assert_int_eq(read(pair[0], &byte, 1), -1);
	ck_assert_int_eq(errno, EAGAIN);
	kill(holder.pid, SIGKILL);
	child_reap(&holder);
	ck_assert_int_eq(read(pair[0], &byte, 1), 0);
	end();
}
END_TEST

START_TEST(strangers_are_not_permitted)
{
	struct socket_info s;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), status;
	pid_t pid;

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	begin();
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (setgid(STRANGER) || setuid(STRANGER))
			_exit(1);
		_exit(-socket_lent_read(holder.pidfd, fd, net_inode(fd), &s));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), EPERM);
	end();
}
END_TEST

/* For a child: goes to a network namespace of its own, makes sockets there, tells them. */
struct abroad {
	int unix_fd, udp_fd, error;
	uint64_t unix_inode, udp_inode;
};

static int go_abroad(void *pipe_end)
{
	struct abroad a = { 0 };
	struct sockaddr_in any = { .sin_family = AF_INET };
	struct stat st;

	if (unshare(CLONE_NEWNET) != 0) {
		a.error = errno;
	} else {
		a.unix_fd = socket(AF_UNIX, SOCK_STREAM, 0);
		a.udp_fd = socket(AF_INET, SOCK_DGRAM, 0);
		if (bind(a.udp_fd, (struct sockaddr *)&any, sizeof any) != 0)
			a.error = errno;
		a.unix_inode = fstat(a.unix_fd, &st) == 0 ? st.st_ino : 0;
		a.udp_inode = fstat(a.udp_fd, &st) == 0 ? st.st_ino : 0;
	}
	return write(*(int *)pipe_end, &a, sizeof a) != sizeof a || child_idle(NULL);
}

static uint64_t own_namespace(void)
{
	struct stat st;

	ck_assert_int_eq(stat("/proc/self/ns/net", &st), 0);
	return st.st_ino;
}

START_TEST(another_network_namespace)
{
	struct socket_query *there;
	struct socket_info s[2];
	struct abroad a;
	uint64_t inodes[2], here = own_namespace(), cookie, cookie_there;
	int pipe_end[2], netns, error;

	ck_assert_int_eq(pipe(pipe_end), 0);
	child_start(&holder, go_abroad, &pipe_end[1]);
	ck_assert_int_eq(read(pipe_end[0], &a, sizeof a), sizeof a);
	if (a.error) {
		child_stop(&holder);
		unit_skip("a network namespace may not be made: run as root");
	}
	net_begin();
	inodes[0] = a.unix_inode;
	inodes[1] = a.udp_inode;
	ck_assert_int_eq(sockets_read(net_query, inodes, 2, s), 0);
	ck_assert(!s[0].found && !s[1].found);
	netns = openat(holder.procdir, "ns/net", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(socket_query_open(netns, &there), 0);
	close(netns);
	ck_assert_uint_eq(own_namespace(), here);
	ck_assert_int_eq(sockets_read(there, inodes, 2, s), 0);
	ck_assert(s[0].found && s[1].found);
	ck_assert_int_eq(s[0].family, SOCKET_UNIX);
	ck_assert_int_eq(s[1].family, SOCKET_INET);
	if (socket_query_netns(net_query, &cookie) && socket_query_netns(there, &cookie_there)) {
		ck_assert_uint_ne(cookie, cookie_there);
		error = socket_lent_read(holder.pidfd, a.udp_fd, a.udp_inode, &s[0]);
		if (error != -ENOSYS) { /* as under valgrind */
			ck_assert_int_eq(error, 0);
			ck_assert(s[0].found && s[0].netns_known);
			ck_assert_uint_eq(s[0].netns, cookie_there);
			ck_assert_uint_eq(s[0].local_port, s[1].local_port);
		}
	}
	socket_query_close(there);
	end();
}
END_TEST

Suite *suite_socket_lent(void)
{
	Suite *suite = suite_create("socket_lent");
	TCase *tcase = tcase_create("socket_lent");

	tcase_add_test(tcase, both_ways_agree);
	tcase_add_test(tcase, sockets_without_a_port);
	tcase_add_test(tcase, a_reset_connection);
	tcase_add_test(tcase, errors_are_left_to_the_owner);
	tcase_add_test(tcase, what_is_no_longer_that_socket_is_said);
	tcase_add_test(tcase, no_duplicate_stays_behind);
	tcase_add_test(tcase, strangers_are_not_permitted);
	tcase_add_test(tcase, another_network_namespace);
	suite_add_tcase(suite, tcase);
	return suite;
}
