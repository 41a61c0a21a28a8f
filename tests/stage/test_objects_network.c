/* SPDX-License-Identifier: MIT */
/* The numbers of sockets and terminals of a real stage, beside getsockopt(2), ioctl(2) and ss(8); and sockets
 * of two hosts. */
#include "tests/unit.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/stage/sockets.h"

/* ---- numbers ------------------------------------------------------------------------------------------ */

START_TEST(a_full_pair)
{
	struct play p;

	part_open(&p, "parent t = socketpair(AF_UNIX, SOCK_STREAM)\nparent fork child\nparent close(t.b) = 0\n"
		      "child close(t.a) = 0\n"
		      "parent repeat send(t.a, 1)\nexpect parent blocked\nsay full\n");
	part_is_at(&p, "t", "unread", 1, part_number(&p, "parent", "moved"));
	ck_assert_int_ge(part_number_at(&p, "t", "in_flight", 0), part_number_at(&p, "t", "send_buffer", 0));
	part_says(&p, "t", "waiting", "parent");
	play_close(&p);
}
END_TEST

/* TCP with a reader who does not read: bytes at both ends, the window, the state. */
START_TEST(a_closed_window)
{
	int64_t deadline = 0;
	struct play p;
	int c, d;

	socket_meet(&p, &socket_kinds[TCP], "SERVECLIENTCONNECT = 0\nparent d = accept(s)\nclient repeat send(c, 64K)\n"
			    "expect client blocked\nsay full\n");
	c = part_borrow(&p, "client", part_descriptor(&p, "client", "c"));
	d = part_borrow(&p, "parent", part_descriptor(&p, "parent", "d"));
	while (part_number(&p, "c", "window") && child_wait(&deadline))
		;
	part_is(&p, "c", "window", 0);
	part_is(&p, "c", "in_flight", socket_asked(c, SIOCOUTQ));
	part_is(&p, "d", "unread", socket_asked(d, FIONREAD));
	part_says(&p, "c", "connection", "ESTABLISHED");
	part_says(&p, "d", "connection", "ESTABLISHED");
	ck_assert_int_gt(part_number(&p, "d", "window"), 0);
	close(c);
	close(d);
	play_close(&p);
}
END_TEST

/* A listener's backlog is in ss(8) too: Recv-Q and Send-Q. */
START_TEST(a_backlog_is_as_in_ss)
{
	char command[100], line[300];
	int pending = -1, limit = -1;
	struct play p;
	FILE *f;

	socket_meet(&p, &socket_kinds[_i], "SERVECLIENTCONNECT = 0\nclient fork other\nsay one\n");
	part_is(&p, "s", "connections", 1);
	part_is(&p, "s", "backlog", 3);
	snprintf(command, sizeof command, "ss -lnxte 2>/dev/null | grep -w -e %llu",
		 (unsigned long long)play_object(&p, "s")->socket.side[0].inode);
	f = popen(command, "r");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "%*s LISTEN %d %d", &pending, &limit) == 2)
			break;
	if (f)
		pclose(f);
	play_close(&p);
	if (pending < 0)
		unit_skip("ss does not list it here");
	ck_assert_int_eq(pending, 1);
	ck_assert_int_eq(limit, 3);
}
END_TEST

START_TEST(addresses_and_states)
{
	struct sockaddr_in in;
	socklen_t length = sizeof in;
	int64_t deadline = 0;
	char address[64];
	struct play p;
	int fd;

	socket_meet(&p, &socket_kinds[TCP], "SERVECLIENTsay before\nCONNECT = 0\nparent d = accept(s)\nsay after\n"
			    "client shutdown(c, SHUT_WR) = 0\nsay shut\n"
			    "parent close(d) = 0\nsay closed\n");
	part_says(&p, "c", "connection", "CLOSE");
	part_says(&p, "c", "address", "");
	part_says(&p, "s", "connection", "LISTEN");
	part_next(&p);
	fd = part_borrow(&p, "client", part_descriptor(&p, "client", "c"));
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&in, &length), 0);
	snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(in.sin_port));
	part_says(&p, "c", "address", address);
	part_says(&p, "d", "peer", address);
	ck_assert_int_eq(getpeername(fd, (struct sockaddr *)&in, &length), 0);
	snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(in.sin_port));
	part_says(&p, "c", "peer", address);
	part_says(&p, "s", "address", address);
	close(fd);
	part_next(&p);
	part_says(&p, "d", "connection", "CLOSE_WAIT");
	while (strcmp(part_word(&p, "c", "connection"), "FIN_WAIT2") && child_wait(&deadline))
		; /* until the other side has acknowledged it */
	part_says(&p, "c", "connection", "FIN_WAIT2");
	part_is(&p, "c", "shut_write", 1);
	part_is(&p, "d", "shut_write", 0);
	part_next(&p);
	part_is(&p, "d", "closed", 1);
	play_close(&p);
}
END_TEST

/* Datagrams that nobody reads: the first one's bytes, memory, and what was thrown away. */
START_TEST(datagrams_are_dropped)
{
	uint32_t memory[9] = { 0 };
	socklen_t length = sizeof memory;
	struct play p;
	int fd;

	socket_needs(AF_INET);
	part_open(&p, "parent u = socket(AF_INET, SOCK_DGRAM)\nparent bind(u, \"127.0.0.1\", 0) = 0\n"
		      "parent port = getsockname(u)\n"
		      "spawn client\nclient v = socket(AF_INET, SOCK_DGRAM)\n"
		      "client sendto(v, \"hello\", \"127.0.0.1\", port) = 5\n"
		      "client sendto(v, 4K, \"127.0.0.1\", port) = 4K\nsay two\n"
		      "client repeat sendto(v, 1K, \"127.0.0.1\", port) 1000 times\nexpect client ready\n"
		      "say many\n");
	part_is(&p, "u", "unread", 5);
	socket_is_as_it_says(&p, "parent", "u");
	part_is(&p, "u", "drops", 0);
	part_next(&p);
	fd = part_borrow(&p, "parent", part_descriptor(&p, "parent", "u"));
	ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length), 0);
	close(fd);
	part_is(&p, "u", "drops", memory[8]);
	ck_assert_uint_gt(memory[8], 0);
	socket_is_as_it_says(&p, "parent", "u");
	ck_assert_ptr_ne(play_object(&p, "u"), play_object(&p, "v"));
	play_close(&p);
}
END_TEST

/* ---- terminals ------------------------------------------------------------------------------------------------ */

/* The kernel carries it from one side to the other in a thread of its own. */
static void until_unread(struct play *p, const char *name, int side, int64_t bytes)
{
	int64_t deadline = 0;

	while (part_number_at(p, name, "unread", side) != bytes && child_wait(&deadline))
		;
	part_is_at(p, name, "unread", side, bytes);
}

START_TEST(a_terminal)
{
	struct play p;
	int fd;

	if (access("/dev/ptmx", R_OK | W_OK) < 0)
		unit_skip("there is no /dev/ptmx here");
	part_open(&p, "parent t = openpty()\nparent u = openpty()\nparent fork child\nchild close(t.a) = 0\n"
		      "parent close(t.b) = 0\nchild write(t.b, \"hello\") = 5\n"
		      "parent write(u.a, \"line\\n\") = 5\nsay written\nparent read(t.a, 100) = 5 \"hello\"\n"
		      "say read\nparent close(t.a) = 0\nsay hung up\n");
	until_unread(&p, "t", 0, 5);
	fd = part_borrow(&p, "parent", part_descriptor(&p, "parent", "t"));
	ck_assert_int_eq(socket_asked(fd, FIONREAD), 5);
	close(fd);
	part_is_at(&p, "t", "unread", 1, 0);
	until_unread(&p, "u", 1, 5);
	part_is_at(&p, "t", "closed", 0, 0);
	part_next(&p);
	part_is_at(&p, "t", "unread", 0, 0);
	part_next(&p);
	part_is_at(&p, "t", "closed", 0, 1);
	part_is_at(&p, "t", "closed", 1, 0);
	part_kill(&p, "child");
	part_is(&p, "t", "gone", 1);
	part_is(&p, "u", "gone", 0);
	play_close(&p);
}
END_TEST

/* ---- other network namespaces -------------------------------------------------------------------------------------- */

START_TEST(two_hosts)
{
	const char *why;
	struct play p;

	if (!network_available(&why))
		unit_skip(why);
	part_open(&p, "host there\nspawn here\nhere s = socket(AF_INET, SOCK_STREAM)\n"
		      "here bind(s, \"10.77.0.1\", 0) = 0\nhere port = getsockname(s)\n"
		      "here listen(s, 3) = 0\nthere c = socket(AF_INET, SOCK_STREAM)\n"
		      "there connect(c, \"10.77.0.1\", port) = 0\nsay connected\n"
		      "here d = accept(s)\nthere send(c, \"hello\") = 5\nsay accepted\nthere close(c) = 0\n"
		      "say closed\n");
	part_is(&p, "s", "connections", 1);
	part_says(&p, "s", "connection", "LISTEN");
	part_next(&p);
	socket_are_one(&p, "c", "d");
	part_is(&p, "d", "unread", 5);
	socket_is_as_it_says(&p, "here", "d");
	socket_is_as_it_says(&p, "there", "c");
	part_next(&p);
	part_is(&p, "c", "closed", 1);
	play_close(&p);
}
END_TEST

START_TEST(unix_sockets_of_two_hosts)
{
	const char *why;
	struct play p;

	if (!network_available(&why))
		unit_skip(why);
	part_open(&p, "host there\nthere t = socketpair(AF_UNIX, SOCK_STREAM)\nthere send(t.a, \"hello\") = 5\n"
		      "there s = socket(AF_UNIX, SOCK_STREAM)\n"
		      "there bind(s, \"sock\") = 0\nthere listen(s, 2) = 0\nspawn here\n"
		      "here c = socket(AF_UNIX, SOCK_STREAM)\nhere connect(c, \"sock\") = 0\n"
		      "there d = accept(s)\nthere send(d, \"x\") = 1\nsay there\n");
	part_is_at(&p, "t", "unread", 1, 5);
	socket_is_as_it_says(&p, "here", "c");
	part_is(&p, "c", "unread", 1);
	socket_is_as_it_says(&p, "there", "d");
	play_close(&p);
}
END_TEST

Suite *suite_objects_network(void)
{
	Suite *s = suite_create("objects_network");
	TCase *number = tcase_create("numbers");
	TCase *other = tcase_create("others");

	tcase_add_test(number, a_full_pair);
	tcase_add_test(number, a_closed_window);
	tcase_add_loop_test(number, a_backlog_is_as_in_ss, 0, KINDS);
	tcase_add_test(number, addresses_and_states);
	tcase_add_test(number, datagrams_are_dropped);
	tcase_add_test(other, a_terminal);
	tcase_add_test(other, two_hosts);
	tcase_add_test(other, unix_sockets_of_two_hosts);
	suite_add_tcase(s, number);
	suite_add_tcase(s, other);
	return s;
}
