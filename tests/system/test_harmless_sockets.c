/* SPDX-License-Identifier: MIT */
/* Sockets and what waits for them are left as they are: pending errors, lingering ends, edges that were told. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "system/system.h"
#include "tests/probe/child.h"
#include "tests/system/observe.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

static void ends_well(struct child *c)
{
	int status = child_reap(c);

	ck_assert_msg(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	child_stop(c);
}

/* --- SO_ERROR -------------------------------------------------------------------------------------------------- */

/* A port of the loopback at which nobody is. */
static struct sockaddr_in nobodys_port(int type)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof a;
	int fd = socket(AF_INET, type, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, size) != 0 || getsockname(fd, (struct sockaddr *)&a, &size) != 0)
		a.sin_port = 0;
	close(fd);
	return a;
}

static int pending_error(int fd)
{
	int error = 0;
	socklen_t size = sizeof error;

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : -1;
}

static int have_errors(void *unused)
{
	struct sockaddr_in tcp_port = nobodys_port(SOCK_STREAM), udp_port = nobodys_port(SOCK_DGRAM);
	int tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);

	(void)unused;
	if (!tcp_port.sin_port || !udp_port.sin_port)
		return 1;
	if (connect(tcp, (struct sockaddr *)&tcp_port, sizeof tcp_port) != -1 || errno != EINPROGRESS)
		return 2;
	if (connect(udp, (struct sockaddr *)&udp_port, sizeof udp_port) != 0 || send(udp, "x", 1, 0) != 1)
		return 3;
	if (!observe_ready_and_wait())
		return 4;
	if (pending_error(tcp) != ECONNREFUSED)
		return 5;
	if (pending_error(udp) != ECONNREFUSED)
		return 6;
	return pending_error(tcp) || pending_error(udp) ? 7 : 0;
}

START_TEST(a_pending_error_is_its_owners)
{
	struct child child;

	observe_begin();
	child_start(&child, have_errors, NULL);
	observe_await_ready();
	observe_one(child.pid);
	observe_let_go();
	ends_well(&child);
}
END_TEST

/* --- SO_LINGER --------------------------------------------------------------------------------------------------- */

/* A socket that lingers for no time is reset when its last descriptor is closed, and its peer is told before
 * close(2) returns: unless somebody else holds a duplicate. */
static int close_lingering(void *unused)
{
	enum { ROUNDS = 300 };
	const struct linger none = { 1, 0 };
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof a;
	int server = socket(AF_INET, SOCK_STREAM, 0);

	(void)unused;
	alarm(120);
	if (bind(server, (struct sockaddr *)&a, size) != 0 || listen(server, 5) != 0 ||
	    getsockname(server, (struct sockaddr *)&a, &size) != 0)
		return 1;
	for (int i = 0; i < ROUNDS; i++) {
		int client = socket(AF_INET, SOCK_STREAM, 0), accepted;
		char c;

		if (connect(client, (struct sockaddr *)&a, size) != 0 || (accepted = accept(server, NULL, NULL)) < 0 ||
		    setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof none) != 0)
			return 2;
		close(client);
		if (recv(accepted, &c, 1, MSG_DONTWAIT) != -1 || errno != ECONNRESET)
			return 3;
		close(accepted);
	}
	return 0;
}

START_TEST(a_socket_that_lingers_is_closed_by_its_owner)
{
	struct system *s = system_new();
	siginfo_t ended = { 0 };
	int64_t deadline = 0;
	struct child child;

	child_start(&child, close_lingering, NULL);
	do {
		ck_assert_int_eq(system_take(s, NULL, 0, NULL, NULL), 0);
		ck_assert_int_eq(waitid(P_PID, (id_t)child.pid, &ended, WEXITED | WNOWAIT | WNOHANG), 0);
	} while (ended.si_pid == 0 && child_wait(&deadline));
	ends_well(&child);
	system_free(s);
}
END_TEST

/* --- epoll ------------------------------------------------------------------------------------------------------------ */

static bool add(int epoll, int fd, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.fd = fd };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

/* Edges that were told once and are not to be told again: data that was not read, room to write, a count, and
 * one that disarmed itself. */
static int wait_for_edges(void *unused)
{
	struct epoll_event e[8];
	int pipes[2], once[2], pair[2], event = eventfd(3, 0), epoll = epoll_create1(0);

	(void)unused;
	if (pipe(pipes) != 0 || pipe(once) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
	    write(pipes[1], "ab", 2) != 2 || write(once[1], "ab", 2) != 2 || write(pair[1], "ab", 2) != 2)
		return 1;
	if (!add(epoll, pipes[0], EPOLLIN | EPOLLET) || !add(epoll, pipes[1], EPOLLOUT | EPOLLET) ||
	    !add(epoll, pair[0], EPOLLIN | EPOLLOUT | EPOLLET) || !add(epoll, event, EPOLLIN | EPOLLET) ||
	    !add(epoll, once[0], EPOLLIN | EPOLLONESHOT))
		return 2;
	if (epoll_wait(epoll, e, 8, 0) != 5 || child_fork_idle() < 0) /* so that the eventfd is shared */
		return 3;
	if (!observe_ready_and_wait())
		return 4;
	if (epoll_wait(epoll, e, 8, 0) != 0)
		return 5;
	if (write(pipes[1], "c", 1) != 1 || write(once[1], "c", 1) != 1)
		return 6;
	return epoll_wait(epoll, e, 8, 0) == 1 && e[0].data.fd == pipes[0] ? 0 : 7;
}

START_TEST(edges_are_not_told_again)
{
	struct child child;

	observe_begin();
	child_start(&child, wait_for_edges, NULL);
	observe_await_ready();
	observe_one(child.pid);
	observe_let_go();
	ends_well(&child);
}
END_TEST

static void add_tests(TCase *all)
{
	tcase_set_timeout(all, 120);
	tcase_add_test(all, a_pending_error_is_its_owners);
	tcase_add_test(all, a_socket_that_lingers_is_closed_by_its_owner);
	tcase_add_test(all, edges_are_not_told_again);
}

Suite *suite_harmless_sockets(void)
{
	Suite *suite = suite_create("harmless_sockets");

	snapshot_both_ways(suite, add_tests);
	return suite;
}
