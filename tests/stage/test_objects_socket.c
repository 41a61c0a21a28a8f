/* SPDX-License-Identifier: MIT */
/* Sockets and terminals of a real stage, beside getsockopt(2), ioctl(2) and ss(8): two that are connected
 * become one object, in whatever order it comes about. */
#include "tests/unit.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/probe/net.h"
#include "tests/stage/objects.h"

/* How to meet: a listener s, and where its clients connect to. */
struct kind {
	const char *name, *socket, *listens, *connects;
	int family;
};

static const struct kind kinds[] = {
	{ "Unix stream", "socket(AF_UNIX, SOCK_STREAM)", "parent bind(s, \"sock\") = 0\nparent listen(s, 3) = 0\n", "\"sock\"", AF_UNIX },
	{ "Unix seqpacket", "socket(AF_UNIX, SOCK_SEQPACKET)", "parent bind(s, \"@sock\") = 0\nparent listen(s, 3) = 0\n", "\"@sock\"", AF_UNIX },
	{ "TCP", "socket(AF_INET, SOCK_STREAM)",
	  "parent bind(s, \"127.0.0.1\", 0) = 0\nparent port = getsockname(s)\nparent listen(s, 3) = 0\n", "\"127.0.0.1\", port", AF_INET },
	{ "TCP", "socket(AF_INET6, SOCK_STREAM)",
	  "parent bind(s, \"::1\", 0) = 0\nparent port = getsockname(s)\nparent listen(s, 3) = 0\n", "\"::1\", port", AF_INET6 },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* Skips the test where there is no such address. */
static void needs(int family)
{
	union net_address address;
	int fd = net_socket(family, SOCK_STREAM);

	net_bind(fd, family, &address);
	close(fd);
}

/* SERVE: the server s; CLIENT: the spawned client's c; CONNECT: its connect. */
static void meet(struct play *p, const struct kind *k, const char *text)
{
	struct text t = { 0 };

	if (k->family != AF_UNIX)
		needs(k->family);
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

static int asked(int fd, unsigned long request)
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

/* Every number that the socket tells of itself. */
static void is_as_it_says(struct play *p, const char *process, const char *name)
{
	int fd = part_borrow(p, process, part_descriptor(p, process, name));

	part_is(p, name, "unread", asked(fd, FIONREAD));
	part_is(p, name, "in_flight", asked(fd, SIOCOUTQ));
	part_is(p, name, "send_buffer", option(fd, SOL_SOCKET, SO_SNDBUF));
	part_is(p, name, "receive_buffer", option(fd, SOL_SOCKET, SO_RCVBUF));
	part_is(p, name, "closed", 0);
	close(fd);
}

static void are_one(struct play *p, const char *a, const char *b)
{
	part_look(p, 1);
	ck_assert_msg(play_object(p, a) == play_object(p, b), "%s and %s are two", a, b);
	ck_assert(play_object(p, a)->socket.side[0].inode && play_object(p, a)->socket.side[1].inode);
}

static int objects_of(struct play *p, enum object_kind kind)
{
	const struct picture *picture = stage_picture(p->stage);
	int n = 0;

	for (int i = 0; i < picture->n_objects; i++)
		n += picture->object[i].kind == kind && !picture->object[i].gone;
	return n;
}

/* ---- one object ------------------------------------------------------------------------------------ */

START_TEST(accept_waits_for_connect)
{
	struct play p;

	meet(&p, &kinds[_i], "SERVECLIENTparent accept(s) ...\nsay waiting\nCONNECT = 0\nparent ... accept = ?\nsay connected\n");
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	part_next(&p);
	part_look(&p, 1);
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	ck_assert(play_object(&p, "c")->socket.side[1].inode != 0);
	ck_assert(play_object(&p, "s")->socket.side[1].inode == 0);
	ck_assert_str_eq(play_object(&p, "c")->socket.what, kinds[_i].name);
	play_close(&p);
}
END_TEST

START_TEST(connect_waits_for_accept)
{
	struct play p;

	meet(&p, &kinds[_i], "SERVECLIENTCONNECT = 0\nclient send(c, \"hello\") = 5\nsay pending\nparent d = accept(s)\nsay accepted\n"
			     "parent recv(d, 100) = 5 \"hello\"\nparent send(d, \"you\") = 3\nsay answered\n"
			     "client close(c) = 0\nsay half\nparent close(d) = 0\nsay none\n");
	part_is(&p, "s", "connections", 1);
	part_is(&p, "s", "backlog", 3);
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	part_next(&p);
	are_one(&p, "c", "d");
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	part_is(&p, "s", "connections", 0);
	part_is(&p, "d", "unread", 5);
	is_as_it_says(&p, "client", "c");
	is_as_it_says(&p, "parent", "d");
	part_next(&p);
	part_is(&p, "c", "unread", 3);
	part_is(&p, "d", "unread", 0);
	is_as_it_says(&p, "client", "c");
	is_as_it_says(&p, "parent", "d");
	part_next(&p);
	part_is(&p, "c", "closed", 1);
	part_is(&p, "d", "closed", 0);
	part_is(&p, "c", "gone", 0);
	part_next(&p);
	part_is(&p, "c", "gone", 1);
	part_is(&p, "s", "gone", 0);
	play_close(&p);
}
END_TEST

/* Its peer is gone before anybody knew of it. */
START_TEST(client_closes_before_accept)
{
	struct play p;

	meet(&p, &kinds[_i], "SERVECLIENTCONNECT = 0\nclient send(c, \"hello\") = 5\nclient close(c) = 0\nsay closed\nparent d = accept(s)\nsay accepted\n"
			     "parent recv(d, 100) = 5 \"hello\"\nparent recv(d, 100) = 0\n");
	part_is(&p, "c", "gone", 1);
	part_next(&p);
	part_is(&p, "d", "gone", 0);
	is_as_it_says(&p, "parent", "d");
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	part_next(&p);
	play_close(&p);
}
END_TEST

START_TEST(a_client_is_killed)
{
	struct play p;

	meet(&p, &kinds[_i], "SERVECLIENTCONNECT = 0\nparent d = accept(s)\nparent recv(d, 1) ...\nsay connected\nspawn other\nparent ... recv = 0\nsay over\n");
	are_one(&p, "c", "d");
	part_says(&p, "d", "waiting", "parent");
	part_kill(&p, "client");
	part_is(&p, "c", "closed", 1);
	part_next(&p);
	is_as_it_says(&p, "parent", "d");
	play_close(&p);
}
END_TEST

/* A forking server: the child has the connection, the parent closes its own. */
START_TEST(the_connection_goes_to_a_child)
{
	struct play p;

	meet(&p, &kinds[_i], "SERVECLIENTCONNECT = 0\nparent d = accept(s)\nparent fork child\nsay both\nparent close(d) = 0\nchild close(s) = 0\nsay child\n"
			     "child shutdown(d, SHUT_WR) = 0\nclient recv(c, 10) = 0\nsay half\n");
	are_one(&p, "c", "d");
	part_is(&p, "d", "readers", 3);
	part_next(&p);
	part_is(&p, "d", "closed", 0);
	part_is(&p, "d", "readers", 2);
	is_as_it_says(&p, "child", "d");
	part_next(&p);
	part_is(&p, "d", "shut_write", 1);
	part_is(&p, "d", "shut_read", 0);
	play_close(&p);
}
END_TEST

START_TEST(several_clients)
{
	struct play p;

	meet(&p, &kinds[_i], "SERVECLIENTclient c2 = socket(AF_UNIX, SOCK_STREAM)\nclient close(c2) = 0\nCONNECT = 0\nclient fork more\nmore close(c) = 0\n"
			     "client fork again\nagain close(c) = 0\nparent d = accept(s)\nparent fork child\nchild close(d) = 0\nsay one\n");
	are_one(&p, "c", "d");
	part_is(&p, "c", "readers", 2);
	play_close(&p);
}
END_TEST

START_TEST(pairs)
{
	static const char *const type[] = { "SOCK_STREAM", "SOCK_SEQPACKET", "SOCK_DGRAM" };
	char text[300];
	struct play p;

	/* With a name and without one, when nobody says that the two belong together. */
	snprintf(text, sizeof text, "parent t = socketpair(AF_UNIX, %s)\nparent fork child\nparent send(t.a, \"hello\") = 5\nsay named\n"
				    "spawn other\nother socketpair(AF_UNIX, %s) = [3, 4]\nother send(3, \"x\") = 1\nsay nameless\n", type[_i], type[_i]);
	part_open(&p, text);
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 1);
	part_is_at(&p, "t", "unread", 1, 5);
	part_is_at(&p, "t", "unread", 0, 0);
	ck_assert_int_gt(part_number_at(&p, "t", "in_flight", 0), 5);
	part_is_at(&p, "t", "in_flight", 1, 0);
	part_next(&p);
	part_look(&p, 1);
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	play_close(&p);
}
END_TEST

/* ---- numbers ------------------------------------------------------------------------------------------ */

START_TEST(a_full_pair)
{
	struct play p;

	part_open(&p, "parent t = socketpair(AF_UNIX, SOCK_STREAM)\nparent fork child\nparent close(t.b) = 0\nchild close(t.a) = 0\n"
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

	meet(&p, &kinds[2], "SERVECLIENTCONNECT = 0\nparent d = accept(s)\nclient repeat send(c, 64K)\nexpect client blocked\nsay full\n");
	c = part_borrow(&p, "client", part_descriptor(&p, "client", "c"));
	d = part_borrow(&p, "parent", part_descriptor(&p, "parent", "d"));
	while (part_number(&p, "c", "window") && child_wait(&deadline))
		;
	part_is(&p, "c", "window", 0);
	part_is(&p, "c", "in_flight", asked(c, SIOCOUTQ));
	part_is(&p, "d", "unread", asked(d, FIONREAD));
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
	char command[250], address[64], line[300];
	int pending = -1, limit = -1;
	struct play p;
	FILE *f;

	meet(&p, &kinds[_i], "SERVECLIENTCONNECT = 0\nclient fork other\nsay one\n");
	part_is(&p, "s", "connections", 1);
	part_is(&p, "s", "backlog", 3);
	snprintf(address, sizeof address, "%s", part_word(&p, "s", "address"));
	snprintf(command, sizeof command, "ss -lnx -A inet,unix 2>/dev/null | grep -F -e ' %s ' -e '/%s '", address, address);
	f = popen(command, "r");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "%*s %*s %d %d", &pending, &limit) == 2)
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

	meet(&p, &kinds[2], "SERVECLIENTsay before\nCONNECT = 0\nparent d = accept(s)\nsay after\nclient shutdown(c, SHUT_WR) = 0\nsay shut\n"
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

	needs(AF_INET);
	part_open(&p, "parent u = socket(AF_INET, SOCK_DGRAM)\nparent bind(u, \"127.0.0.1\", 0) = 0\nparent port = getsockname(u)\n"
		      "spawn client\nclient v = socket(AF_INET, SOCK_DGRAM)\nclient sendto(v, \"hello\", \"127.0.0.1\", port) = 5\n"
		      "client sendto(v, 4K, \"127.0.0.1\", port) = 4K\nsay two\n"
		      "client repeat sendto(v, 1K, \"127.0.0.1\", port) 1000 times\nexpect client ready\nsay many\n");
	part_is(&p, "u", "unread", 5);
	is_as_it_says(&p, "parent", "u");
	part_is(&p, "u", "drops", 0);
	part_next(&p);
	fd = part_borrow(&p, "parent", part_descriptor(&p, "parent", "u"));
	ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length), 0);
	close(fd);
	part_is(&p, "u", "drops", memory[8]);
	ck_assert_uint_gt(memory[8], 0);
	is_as_it_says(&p, "parent", "u");
	ck_assert_ptr_ne(play_object(&p, "u"), play_object(&p, "v"));
	play_close(&p);
}
END_TEST

/* ---- looking changes nothing ----------------------------------------------------------------------------- */

/* What went wrong is its owner's to read, once. */
START_TEST(an_error_stays_for_its_owner)
{
	struct play p;

	needs(AF_INET);
	part_open(&p, "parent s = socket(AF_INET, SOCK_DGRAM)\nparent bind(s, \"127.0.0.1\", 0) = 0\nparent port = getsockname(s)\nparent close(s) = 0\n"
		      "parent c = socket(AF_INET, SOCK_DGRAM)\nparent connect(c, \"127.0.0.1\", port) = 0\nparent send(c, \"x\") = 1\nsay refused\n"
		      "parent getsockopt(c, SOL_SOCKET, SO_ERROR) = 0 [ECONNREFUSED]\n");
	part_look(&p, 50);
	part_next(&p);
	play_close(&p);
}
END_TEST

START_TEST(data_and_waiters_stay)
{
	char *before, *after;
	int64_t switches;
	struct play p;

	meet(&p, &kinds[_i], "SERVECLIENTCONNECT = 0\nparent d = accept(s)\nparent fork child\nclient send(c, \"hello\") = 5\nchild accept(s) ...\nclient recv(c, 9) ...\nsay waiting\n"
			     "parent recv(d, 100) = 5 \"hello\"\n");
	before = part_table(&p, "client");
	switches = part_switches(&p, "client") + part_switches(&p, "child");
	part_look(&p, 100);
	after = part_table(&p, "client");
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
	ck_assert_int_eq(part_switches(&p, "client") + part_switches(&p, "child"), switches);
	part_is(&p, "d", "unread", 5);
	part_next(&p);
	play_close(&p);
}
END_TEST

/* ---- terminals ------------------------------------------------------------------------------------------------ */

START_TEST(a_terminal)
{
	struct play p;
	int fd;

	if (access("/dev/ptmx", R_OK | W_OK) < 0)
		unit_skip("there is no /dev/ptmx here");
	part_open(&p, "parent t = openpty()\nparent u = openpty()\nparent fork child\nchild close(t.a) = 0\nparent close(t.b) = 0\nchild write(t.b, \"hello\") = 5\n"
		      "parent write(u.a, \"line\\n\") = 5\nsay written\nparent read(t.a, 100) = 5 \"hello\"\nsay read\nparent close(t.a) = 0\nsay hung up\n");
	part_is_at(&p, "t", "unread", 0, 5);
	fd = part_borrow(&p, "parent", part_descriptor(&p, "parent", "t"));
	ck_assert_int_eq(asked(fd, FIONREAD), 5);
	close(fd);
	part_is_at(&p, "t", "unread", 1, 0);
	part_is_at(&p, "u", "unread", 1, 5);
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
	part_open(&p, "host there\nspawn here\nhere s = socket(AF_INET, SOCK_STREAM)\nhere bind(s, \"10.77.0.1\", 0) = 0\nhere port = getsockname(s)\n"
		      "here listen(s, 3) = 0\nthere c = socket(AF_INET, SOCK_STREAM)\nthere connect(c, \"10.77.0.1\", port) = 0\nsay connected\n"
		      "here d = accept(s)\nthere send(c, \"hello\") = 5\nsay accepted\nthere close(c) = 0\nsay closed\n");
	part_is(&p, "s", "connections", 1);
	part_says(&p, "s", "connection", "LISTEN");
	part_next(&p);
	are_one(&p, "c", "d");
	part_is(&p, "d", "unread", 5);
	is_as_it_says(&p, "here", "d");
	is_as_it_says(&p, "there", "c");
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
	part_open(&p, "host there\nthere t = socketpair(AF_UNIX, SOCK_STREAM)\nthere send(t.a, \"hello\") = 5\nthere s = socket(AF_UNIX, SOCK_STREAM)\n"
		      "there bind(s, \"sock\") = 0\nthere listen(s, 2) = 0\nspawn here\nhere c = socket(AF_UNIX, SOCK_STREAM)\nhere connect(c, \"sock\") = 0\n"
		      "there d = accept(s)\nthere send(d, \"x\") = 1\nsay there\n");
	part_is_at(&p, "t", "unread", 1, 5);
	is_as_it_says(&p, "here", "c");
	part_is(&p, "c", "unread", 1);
	is_as_it_says(&p, "there", "d");
	play_close(&p);
}
END_TEST

Suite *suite_objects_socket(void)
{
	Suite *s = suite_create("objects_socket");
	TCase *one = tcase_create("one object"), *number = tcase_create("numbers"), *quiet = tcase_create("quiet"), *other = tcase_create("others");

	tcase_add_loop_test(one, accept_waits_for_connect, 0, KINDS);
	tcase_add_loop_test(one, connect_waits_for_accept, 0, KINDS);
	tcase_add_loop_test(one, client_closes_before_accept, 0, KINDS);
	tcase_add_loop_test(one, a_client_is_killed, 0, KINDS);
	tcase_add_loop_test(one, the_connection_goes_to_a_child, 0, KINDS);
	tcase_add_loop_test(one, several_clients, 0, KINDS);
	tcase_add_loop_test(one, pairs, 0, 3);
	tcase_add_test(number, a_full_pair);
	tcase_add_test(number, a_closed_window);
	tcase_add_loop_test(number, a_backlog_is_as_in_ss, 0, KINDS);
	tcase_add_test(number, addresses_and_states);
	tcase_add_test(number, datagrams_are_dropped);
	tcase_add_test(quiet, an_error_stays_for_its_owner);
	tcase_add_loop_test(quiet, data_and_waiters_stay, 0, KINDS);
	tcase_add_test(other, a_terminal);
	tcase_add_test(other, two_hosts);
	tcase_add_test(other, unix_sockets_of_two_hosts);
	suite_add_tcase(s, one);
	suite_add_tcase(s, number);
	suite_add_tcase(s, quiet);
	suite_add_tcase(s, other);
	return s;
}
