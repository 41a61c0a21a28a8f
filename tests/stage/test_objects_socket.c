/* SPDX-License-Identifier: MIT */
/* Sockets of a real stage: two that are connected become one object, in whatever order it comes about; and
 * looking at them leaves data, errors and sleepers as they are. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/stage/sockets.h"

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

	socket_meet(&p, &socket_kinds[_i],
		    "SERVECLIENTparent accept(s) ...\nsay waiting\nCONNECT = 0\nparent ... accept = ?\n"
		    "say connected\n");
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	part_next(&p);
	part_look(&p, 1);
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	ck_assert(play_object(&p, "c")->socket.side[1].inode != 0);
	ck_assert(play_object(&p, "s")->socket.side[1].inode == 0);
	ck_assert_str_eq(play_object(&p, "c")->socket.what, socket_kinds[_i].name);
	play_close(&p);
}
END_TEST

START_TEST(connect_waits_for_accept)
{
	struct play p;

	socket_meet(&p, &socket_kinds[_i], "SERVECLIENTCONNECT = 0\nclient send(c, \"hello\") = 5\nsay pending\n"
			     "parent d = accept(s)\nsay accepted\n"
			     "parent recv(d, 100) = 5 \"hello\"\nparent send(d, \"you\") = 3\nsay answered\n"
			     "client close(c) = 0\nsay half\nparent close(d) = 0\nsay none\n");
	part_is(&p, "s", "connections", 1);
	part_is(&p, "s", "backlog", 3);
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	part_next(&p);
	socket_are_one(&p, "c", "d");
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	part_is(&p, "s", "connections", 0);
	part_is(&p, "d", "unread", 5);
	socket_is_as_it_says(&p, "client", "c");
	socket_is_as_it_says(&p, "parent", "d");
	part_next(&p);
	part_is(&p, "c", "unread", 3);
	part_is(&p, "d", "unread", 0);
	socket_is_as_it_says(&p, "client", "c");
	socket_is_as_it_says(&p, "parent", "d");
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

	socket_meet(&p, &socket_kinds[_i], "SERVECLIENTCONNECT = 0\nclient send(c, \"hello\") = 5\nclient close(c) = 0\n"
			     "say closed\nparent d = accept(s)\nsay accepted\n"
			     "parent recv(d, 100) = 5 \"hello\"\nparent recv(d, 100) = 0\n");
	part_is(&p, "c", "gone", 1);
	part_next(&p);
	part_is(&p, "d", "gone", 0);
	socket_is_as_it_says(&p, "parent", "d");
	ck_assert_int_eq(objects_of(&p, OBJECT_SOCKET), 2);
	part_next(&p);
	play_close(&p);
}
END_TEST

START_TEST(a_client_is_killed)
{
	struct play p;

	socket_meet(&p, &socket_kinds[_i],
		    "SERVECLIENTCONNECT = 0\nparent d = accept(s)\nparent recv(d, 1) ...\nsay connected\n"
		    "spawn other\nparent ... recv = 0\nsay over\n");
	socket_are_one(&p, "c", "d");
	part_says(&p, "d", "waiting", "parent");
	part_kill(&p, "client");
	part_is(&p, "c", "closed", 1);
	part_next(&p);
	socket_is_as_it_says(&p, "parent", "d");
	play_close(&p);
}
END_TEST

/* A forking server: the child has the connection, the parent closes its own. */
START_TEST(the_connection_goes_to_a_child)
{
	struct play p;

	socket_meet(&p, &socket_kinds[_i], "SERVECLIENTCONNECT = 0\nparent d = accept(s)\nparent fork child\nsay both\n"
			     "parent close(d) = 0\nchild close(s) = 0\nsay child\n"
			     "child shutdown(d, SHUT_WR) = 0\nclient recv(c, 10) = 0\nsay half\n");
	socket_are_one(&p, "c", "d");
	part_is(&p, "d", "readers", 3);
	part_next(&p);
	part_is(&p, "d", "closed", 0);
	part_is(&p, "d", "readers", 2);
	socket_is_as_it_says(&p, "child", "d");
	part_next(&p);
	part_is(&p, "d", "shut_write", 1);
	part_is(&p, "d", "shut_read", 0);
	play_close(&p);
}
END_TEST

START_TEST(several_clients)
{
	struct play p;

	socket_meet(&p, &socket_kinds[_i], "SERVECLIENTclient c2 = socket(AF_UNIX, SOCK_STREAM)\nclient close(c2) = 0\n"
			     "CONNECT = 0\nclient fork more\nmore close(c) = 0\n"
			     "client fork again\nagain close(c) = 0\nparent d = accept(s)\nparent fork child\n"
			     "child close(d) = 0\nsay one\n");
	socket_are_one(&p, "c", "d");
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
	snprintf(text, sizeof text, "parent t = socketpair(AF_UNIX, %s)\nparent fork child\n"
				    "parent send(t.a, \"hello\") = 5\nsay named\n"
				    "spawn other\nother socketpair(AF_UNIX, %s) = [3, 4]\n"
				    "other send(3, \"x\") = 1\nsay nameless\n", type[_i], type[_i]);
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

/* As many as there is room for: both sides of each are read. */
START_TEST(many_pairs)
{
	struct text t = { 0 };
	struct play p;

	for (int i = 0; i < 60; i++)
		text_addf(&t, "parent t%d = socketpair(AF_UNIX, SOCK_STREAM)\n", i);
	text_add(&t, "parent send(t0.b, \"ab\") = 2\nparent send(t59.a, \"hello\") = 5\n");
	part_open(&p, text_string(&t));
	text_free(&t);
	part_is_at(&p, "t0", "unread", 0, 2);
	part_is_at(&p, "t59", "unread", 1, 5);
	part_is_at(&p, "t59", "unread", 0, 0);
	play_close(&p);
}
END_TEST

/* ---- looking changes nothing ----------------------------------------------------------------------------- */

/* What went wrong is its owner's to read, once. */
START_TEST(an_error_stays_for_its_owner)
{
	struct play p;

	socket_needs(AF_INET);
	part_open(&p, "parent s = socket(AF_INET, SOCK_DGRAM)\nparent bind(s, \"127.0.0.1\", 0) = 0\n"
		      "parent port = getsockname(s)\nparent close(s) = 0\n"
		      "parent c = socket(AF_INET, SOCK_DGRAM)\nparent connect(c, \"127.0.0.1\", port) = 0\n"
		      "parent send(c, \"x\") = 1\nsay refused\n"
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

	socket_meet(&p, &socket_kinds[_i], "SERVECLIENTCONNECT = 0\nparent d = accept(s)\nparent fork child\n"
			     "client send(c, \"hello\") = 5\nchild accept(s) ...\nclient recv(c, 9) ...\n"
			     "say waiting\n"
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

Suite *suite_objects_socket(void)
{
	Suite *s = suite_create("objects_socket");
	TCase *one = tcase_create("one object");
	TCase *quiet = tcase_create("quiet");

	tcase_add_loop_test(one, accept_waits_for_connect, 0, KINDS);
	tcase_add_loop_test(one, connect_waits_for_accept, 0, KINDS);
	tcase_add_loop_test(one, client_closes_before_accept, 0, KINDS);
	tcase_add_loop_test(one, a_client_is_killed, 0, KINDS);
	tcase_add_loop_test(one, the_connection_goes_to_a_child, 0, KINDS);
	tcase_add_loop_test(one, several_clients, 0, KINDS);
	tcase_add_loop_test(one, pairs, 0, 3);
	tcase_add_test(one, many_pairs);
	tcase_add_test(quiet, an_error_stays_for_its_owner);
	tcase_add_loop_test(quiet, data_and_waiters_stay, 0, KINDS);
	suite_add_tcase(s, one);
	suite_add_tcase(s, quiet);
	return s;
}
