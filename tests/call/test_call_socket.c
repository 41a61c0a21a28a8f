/* SPDX-License-Identifier: MIT */
/* Unix sockets, made for real: addresses, streams, datagrams, what travels beside the data. */
#include "tests/unit.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/call/calling.h"

static int stream(void)
{
	return (int)calling_number("socket(AF_UNIX, SOCK_STREAM)");
}

static int listener(const char *name)
{
	int fd = stream();

	ck_assert_str_eq(calling("bind(%d, \"%s\")", fd, name), "0");
	ck_assert_str_eq(calling("listen(%d, 1)", fd), "0");
	return fd;
}

static void pair_of(const char *type, int end[2])
{
	calling_number("socketpair(AF_UNIX, %s)", type);
	end[0] = (int)calling_outcome()->values[0];
	end[1] = (int)calling_outcome()->values[1];
}

START_TEST(sockets_are_made)
{
	ck_assert_int_ge(stream(), 0);
	ck_assert_int_ge(calling_number("socket(AF_UNIX, SOCK_SEQPACKET)"), 0);
	ck_assert_str_eq(calling("socket(99, SOCK_STREAM)"), "-1 EAFNOSUPPORT");
	ck_assert_str_eq(calling("socket(AF_UNIX, 0)"), "-1 ESOCKTNOSUPPORT");
	ck_assert_str_eq(calling("socket(AF_UNIX, SOCK_STREAM, 7)"), "-1 EPROTONOSUPPORT");
	ck_assert_str_eq(calling("socketpair(AF_UNIX, SOCK_STREAM, 7)"), "-1 EPROTONOSUPPORT");
	ck_assert_int_ne(fcntl((int)calling_number("socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK)"), F_GETFL) & O_NONBLOCK, 0);
}
END_TEST

START_TEST(a_server_and_a_client)
{
	int server = listener("sock"), client = stream(), served;

	ck_assert_str_eq(calling("getsockname(%d)", server), "0 {\"sock\"}");
	ck_assert_str_eq(calling("getsockname(%d)", client), "0 {\"\"}");
	ck_assert_str_eq(calling("getpeername(%d)", client), "-1 ENOTCONN");
	ck_assert_str_eq(calling("connect(%d, \"sock\")", client), "0");
	served = (int)calling_number("accept(%d)", server);
	ck_assert_str_eq(calling("getpeername(%d)", client), "0 {\"sock\"}");
	ck_assert_str_eq(calling("getsockname(%d)", served), "0 {\"sock\"}");
	ck_assert_str_eq(calling("send(%d, \"hello\")", client), "5");
	ck_assert_str_eq(calling("recv(%d, 3, MSG_PEEK)", served), "3 \"hel\"");
	ck_assert_str_eq(calling("recv(%d, 100)", served), "5 \"hello\"");
	ck_assert_str_eq(calling("recv(%d, 100, MSG_DONTWAIT)", served), "-1 EAGAIN");
	ck_assert_str_eq(calling("send(%d, 300)", served), "300");
	ck_assert_str_eq(calling("recv(%d, 1000)", client), "300 \"a\"*300");
	ck_assert_str_eq(calling("connect(%d, \"sock\")", client), "-1 EISCONN");
	ck_assert_str_eq(calling("bind(%d, \"sock\")", stream()), "-1 EADDRINUSE");
	ck_assert_str_eq(calling("bind(%d, \"other\")", server), "-1 EINVAL"); /* it has a name */
	ck_assert_str_eq(calling("accept(%d)", client), "-1 EINVAL");          /* it does not listen */
	ck_assert_str_eq(calling("close(%d)", server), "0");
	ck_assert_str_eq(calling("connect(%d, \"sock\")", stream()), "-1 ECONNREFUSED"); /* the file is left */
	ck_assert_str_eq(calling("unlink(\"sock\")"), "0");
	ck_assert_str_eq(calling("connect(%d, \"sock\")", stream()), "-1 ENOENT");
}
END_TEST

START_TEST(accept_takes_flags)
{
	int server = listener("sock"), fd;

	ck_assert_str_eq(calling("connect(%d, \"sock\")", stream()), "0");
	fd = (int)calling_number("accept(%d, SOCK_NONBLOCK|SOCK_CLOEXEC)", server);
	ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_str_eq(calling("fcntl(%d, F_SETFL, O_NONBLOCK)", server), "0");
	ck_assert_str_eq(calling("accept(%d)", server), "-1 EAGAIN");
	ck_assert_str_eq(calling("accept(%d, 1)", server), "-1 EINVAL");
}
END_TEST

/* Its name ends with the stage's suffix, which nobody sees. */
START_TEST(abstract_names)
{
	struct sockaddr_un real;
	socklen_t length = sizeof real;
	int server = listener("@x");

	ck_assert_str_eq(calling("getsockname(%d)", server), "0 {\"@x\"}");
	ck_assert_int_eq(getsockname(server, (struct sockaddr *)&real, &length), 0);
	ck_assert_uint_eq(length - offsetof(struct sockaddr_un, sun_path), 2 + strlen(calling_context()->suffix));
	ck_assert_int_eq(real.sun_path[0], '\0');
	ck_assert_int_eq(memcmp(real.sun_path + 1, "x", 1), 0);
	ck_assert_int_eq(memcmp(real.sun_path + 2, calling_context()->suffix, strlen(calling_context()->suffix)), 0);
	ck_assert_str_eq(calling("connect(%d, \"@x\")", stream()), "0");
	ck_assert_str_eq(calling("connect(%d, \"@\")", stream()), "-1 ECONNREFUSED");
	calling_context()->suffix = "-another-stage";
	ck_assert_str_eq(calling("connect(%d, \"@x\")", stream()), "-1 ECONNREFUSED");
}
END_TEST

START_TEST(a_name_that_the_kernel_chooses)
{
	int fd = stream();

	ck_assert_str_eq(calling("bind(%d, \"\")", fd), "0");
	ck_assert_msg(!strncmp(calling("getsockname(%d)", fd), "0 {\"@", 5), "%s", calling("getsockname(%d)", fd));
	ck_assert_uint_eq(calling_outcome()->data_length, 6); /* @ and five digits: unix(7) */
	ck_assert_int_eq(calling_outcome()->n_values, 0);
}
END_TEST

START_TEST(no_addresses)
{
	char longest[110] = "";

	memset(longest, 'x', 107);
	ck_assert_str_eq(calling("bind(%d, \"%s\")", stream(), longest), "0"); /* sun_path without its NUL */
	ck_assert_str_eq(calling("bind(%d, \"%sx\")", stream(), longest), "-1 EINVAL");
	ck_assert_str_eq(calling("bind(%d, \"@%s\")", stream(), longest + 1), "-1 EINVAL"); /* no room for the suffix */
	ck_assert_str_eq(calling("bind(%d, \"a\\0b\")", stream()), "-1 EINVAL");
	ck_assert_str_eq(calling("bind(%d, \"no/where\")", stream()), "-1 ENOENT");
	ck_assert_str_eq(calling("connect(%d, \"\")", stream()), "-1 EINVAL");
	ck_assert_str_eq(calling("bind(0x7fffffff, \"f\")"), "-1 EBADF");
}
END_TEST

/* The kernel gives up to 108 bytes of a name, of which a trace tells CALL_DATA_SHOWN. */
START_TEST(long_names_are_cut)
{
	char path[101] = "";
	int fd = stream();

	memset(path, 'y', 100);
	ck_assert_str_eq(calling("bind(%d, \"%s\")", fd, path), "0");
	calling_number("getsockname(%d)", fd);
	ck_assert_uint_eq(calling_outcome()->data_length, CALL_DATA_SHOWN);
}
END_TEST

START_TEST(what_is_no_socket)
{
	int end[2];

	calling_number("pipe()");
	end[0] = (int)calling_outcome()->values[0];
	for (int i = 0; i < 2; i++) {
		const char *as = i ? "-1 EBADF" : "-1 ENOTSOCK";
		int fd = i ? 1000000 : end[0];

		ck_assert_str_eq(calling("bind(%d, \"f\")", fd), as);
		ck_assert_str_eq(calling("connect(%d, \"f\")", fd), as);
		ck_assert_str_eq(calling("listen(%d, 1)", fd), as);
		ck_assert_str_eq(calling("accept(%d)", fd), as);
		ck_assert_str_eq(calling("getsockname(%d)", fd), as);
		ck_assert_str_eq(calling("getpeername(%d)", fd), as);
		ck_assert_str_eq(calling("shutdown(%d, SHUT_WR)", fd), as);
		ck_assert_str_eq(calling("send(%d, \"x\")", fd), as);
		ck_assert_str_eq(calling("recv(%d, 1)", fd), as);
		ck_assert_str_eq(calling("sendto(%d, \"x\", \"f\")", fd), as);
		ck_assert_str_eq(calling("recvfrom(%d, 1)", fd), as);
		ck_assert_str_eq(calling("sendmsg(%d, \"x\")", fd), as);
		ck_assert_str_eq(calling("recvmsg(%d, 1)", fd), as);
		ck_assert_str_eq(calling("getsockopt(%d, SOL_SOCKET, SO_TYPE)", fd), as);
		ck_assert_str_eq(calling("setsockopt(%d, SOL_SOCKET, SO_SNDBUF, 1)", fd), as);
	}
}
END_TEST

START_TEST(datagrams_have_boundaries)
{
	int s[2];

	pair_of("SOCK_DGRAM", s);
	ck_assert_str_eq(calling("send(%d, \"hello\")", s[0]), "5");
	ck_assert_str_eq(calling("send(%d, \"world\")", s[0]), "5");
	ck_assert_str_eq(calling("send(%d, \"\")", s[0]), "0");
	ck_assert_str_eq(calling("recv(%d, 3)", s[1]), "3 \"hel\""); /* and the rest is gone */
	ck_assert_str_eq(calling("recv(%d, 3, MSG_TRUNC|MSG_PEEK)", s[1]), "5 \"wor\"");
	ck_assert_uint_eq(calling_outcome()->data_length, 3);
	ck_assert_str_eq(calling("recv(%d, 100)", s[1]), "5 \"world\"");
	ck_assert_str_eq(calling("recv(%d, 100)", s[1]), "0");
	ck_assert_str_eq(calling("recv(%d, 0, MSG_DONTWAIT)", s[1]), "-1 EAGAIN");
	ck_assert_str_eq(calling("send(%d, 1M)", s[0]), "-1 EMSGSIZE");
	ck_assert_str_eq(calling("send(%d, 8M)", s[0]), "-1 E2BIG"); /* ours: more than a call moves */
	ck_assert_str_eq(calling("recv(%d, -1)", s[0]), "-1 EINVAL");
	ck_assert_str_eq(calling("listen(%d, 1)", s[0]), "-1 EOPNOTSUPP");
	ck_assert_str_eq(calling("accept(%d)", s[0]), "-1 EOPNOTSUPP");
	ck_assert_str_eq(calling("close(%d)", s[1]), "0");
	ck_assert_str_eq(calling("send(%d, \"x\")", s[0]), "-1 ECONNREFUSED");
}
END_TEST

START_TEST(datagrams_to_a_name)
{
	int from = (int)calling_number("socket(AF_UNIX, SOCK_DGRAM)"), to = (int)calling_number("socket(AF_UNIX, SOCK_DGRAM)");

	ck_assert_str_eq(calling("bind(%d, \"to\")", to), "0");
	ck_assert_str_eq(calling("sendto(%d, \"hi\", \"to\")", from), "2");
	ck_assert_str_eq(calling("recvfrom(%d, 100)", to), "2 \"hi\""); /* from nobody with a port */
	ck_assert_str_eq(calling("sendto(%d, \"hi\", \"to\", 0, MSG_DONTWAIT)", from), "2");
	ck_assert_str_eq(calling("sendto(%d, \"hi\", \"two\")", from), "-1 ENOENT");
	ck_assert_str_eq(calling("send(%d, \"hi\")", from), "-1 ENOTCONN");
	ck_assert_str_eq(calling("connect(%d, \"to\")", from), "0");
	ck_assert_str_eq(calling("send(%d, \"hi\")", from), "2");
	ck_assert_str_eq(calling("connect(%d, \"to\")", stream()), "-1 EPROTOTYPE");
}
END_TEST

START_TEST(one_direction_ends)
{
	int s[2];

	pair_of("SOCK_STREAM", s);
	ck_assert_str_eq(calling("sigaction(SIGPIPE, catch)"), "0");
	ck_assert_str_eq(calling("send(%d, \"last\")", s[0]), "4");
	ck_assert_str_eq(calling("shutdown(%d, SHUT_WR)", s[0]), "0");
	ck_assert_str_eq(calling("send(%d, \"x\", MSG_NOSIGNAL)", s[0]), "-1 EPIPE");
	ck_assert_int_eq(calling_caught, 0);
	ck_assert_str_eq(calling("send(%d, \"x\")", s[0]), "-1 EPIPE");
	ck_assert_int_eq(calling_caught, 1);
	ck_assert_str_eq(calling("recv(%d, 10)", s[1]), "4 \"last\"");
	ck_assert_str_eq(calling("recv(%d, 10)", s[1]), "0");
	ck_assert_str_eq(calling("send(%d, \"back\")", s[1]), "4");
	ck_assert_str_eq(calling("recv(%d, 10)", s[0]), "4 \"back\"");
	ck_assert_str_eq(calling("shutdown(%d, 7)", s[0]), "-1 EINVAL");
	ck_assert_str_eq(calling("recv(%d, 1)", stream()), "-1 EINVAL");
	ck_assert_str_eq(calling("send(%d, \"x\")", stream()), "-1 ENOTCONN");
}
END_TEST

START_TEST(descriptors_travel)
{
	int s[2], p[2], came;

	pair_of("SOCK_STREAM", s);
	ck_assert_int_eq(pipe(p), 0);
	ck_assert_str_eq(calling("sendmsg(%d, \"!\", %d)", s[0], p[1]), "1");
	ck_assert_msg(!strncmp(calling("recvmsg(%d, 10)", s[1]), "1 \"!\" [", 7), "no descriptor came");
	came = (int)calling_outcome()->values[0];
	ck_assert_int_gt(came, p[1]);
	ck_assert_int_eq(write(came, "x", 1), 1);
	ck_assert_str_eq(calling("read(%d, 9)", p[0]), "1 \"x\"");
	ck_assert_str_eq(calling("sendmsg(%d, \"!\", 1000000)", s[0]), "-1 EBADF");
	ck_assert_str_eq(calling("sendmsg(%d, \"plain\")", s[0]), "5");
	ck_assert_str_eq(calling("recvmsg(%d, 2, MSG_PEEK)", s[1]), "2 \"pl\"");
	ck_assert_str_eq(calling("recvmsg(%d, 10)", s[1]), "5 \"plain\"");
	ck_assert_str_eq(calling("recvmsg(%d, 10, MSG_DONTWAIT)", s[1]), "-1 EAGAIN");
	ck_assert_str_eq(calling("shutdown(%d, SHUT_RDWR)", s[0]), "0");
	ck_assert_str_eq(calling("sendmsg(%d, \"x\", -1, MSG_NOSIGNAL)", s[0]), "-1 EPIPE");
	ck_assert_str_eq(calling("recvmsg(%d, 10)", s[1]), "0");
}
END_TEST

START_TEST(credentials_travel)
{
	char with_pid[64];
	int s[2];

	pair_of("SOCK_DGRAM", s);
	snprintf(with_pid, sizeof with_pid, "2 \"hi\" [%d, %d, %d]", (int)getpid(), (int)getuid(), (int)getgid());
	ck_assert_str_eq(calling("setsockopt(%d, SOL_SOCKET, SO_PASSCRED, 1)", s[1]), "0");
	ck_assert_str_eq(calling("send(%d, \"hi\")", s[0]), "2");
	ck_assert_str_eq(calling("recvmsg(%d, 10)", s[1]), with_pid);
	/* With both, the descriptor is told, and it arrives. */
	ck_assert_str_eq(calling("sendmsg(%d, \"hi\", %d)", s[0], s[0]), "2");
	calling_number("recvmsg(%d, 10)", s[1]);
	ck_assert_int_eq(calling_outcome()->n_values, 1);
	ck_assert_int_gt(calling_outcome()->values[0], s[1]);
	ck_assert_int_eq(fcntl((int)calling_outcome()->values[0], F_GETFD), 0);
	snprintf(with_pid, sizeof with_pid, "0 [%d, %d, %d]", (int)getpid(), (int)getuid(), (int)getgid());
	ck_assert_str_eq(calling("getsockopt(%d, SOL_SOCKET, SO_PEERCRED)", s[0]), with_pid);
}
END_TEST

/* How a port and a process that have names are told, and those that have none. */
static const char *named_process(void *data, int64_t pid)
{
	(void)data;
	return pid == 4711 ? "client" : NULL;
}

static const char *named_number(void *data, enum result_type type, int64_t n)
{
	(void)data;
	return type == RESULT_SOCKNAME && n == 5000 ? "port" : NULL;
}

static void told(const char *call, struct outcome out, bool again, const char *as)
{
	const struct call_names names = { .process = named_process, .number = named_number, .again = again };
	struct text t = { 0 };

	call_print_result(&t, call_find(call), NULL, 0, &out, &names);
	ck_assert_str_eq(text_string(&t), as);
	text_free(&t);
}

START_TEST(names_beside_data)
{
	struct outcome port = { .n_values = 1, .values = { 5000 } }, who = { .n_values = 3, .values = { 4711, 7, 8 } };

	told("recvfrom", port, false, "0 [port]");
	told("recvfrom", port, true, "0 [port]");
	told("mq_receive", port, true, "0 [5000]");
	told("recvmsg", who, true, "0 [client, 7, 8]");
	told("getsockopt", who, false, "0 [client, 7, 8]");
	port.values[0] = 5001;
	who.values[0] = 4712;
	told("recvfrom", port, false, "0 [5001]");
	told("recvfrom", port, true, "0 [?]");
	told("recvmsg", who, false, "0 [4712, 7, 8]");
	told("recvmsg", who, true, "0 [?, 7, 8]");
}
END_TEST

START_TEST(somebody_elses)
{
	if (geteuid() != 0)
		unit_skip("needs root");
	if (!unit_forked())
		unit_skip("changes its user");
	listener("sock");
	ck_assert_str_eq(calling("chmod(\"sock\", 0600)"), "0");
	ck_assert_int_eq(chmod(".", 0711), 0);
	calling_number("setuid(65534)");
	ck_assert_str_eq(calling("connect(%d, \"sock\")", stream()), "-1 EACCES");
	ck_assert_str_eq(calling("bind(%d, \"new\")", stream()), "-1 EACCES");
}
END_TEST

START_TEST(waiting_to_connect)
{
	int server = listener("sock"), first = stream(), second = stream();
	struct caller c;

	calling_start(&c, "accept(%d)", server);
	ck_assert_str_eq(calling("connect(%d, \"sock\")", stream()), "0");
	ck_assert_int_gt(atoi(calling_ended(&c)), 2);
	calling_start(&c, "accept(%d, SOCK_CLOEXEC)", server);
	ck_assert_str_eq(calling("connect(%d, \"sock\")", stream()), "0");
	ck_assert_int_gt(atoi(calling_ended(&c)), 2);
	ck_assert_str_eq(calling("listen(%d, 0)", server), "0");
	ck_assert_str_eq(calling("connect(%d, \"sock\")", first), "0"); /* one more than the backlog waits */
	calling_start(&c, "connect(%d, \"sock\")", second);
	calling_number("accept(%d)", server);
	ck_assert_str_eq(calling_ended(&c), "0");
}
END_TEST

START_TEST(waiting_for_data)
{
	static const struct { const char *name, *more; } receive[] = {
		{ "recv", "5, MSG_WAITALL" }, { "recvfrom", "100" }, { "recvmsg", "100" },
	};
	struct caller c;
	int s[2];

	pair_of("SOCK_STREAM", s);
	for (size_t i = 0; i < sizeof receive / sizeof *receive; i++) {
		calling_start(&c, "%s(%d, %s)", receive[i].name, s[1], receive[i].more);
		ck_assert_str_eq(calling("send(%d, \"hello\")", s[0]), "5");
		ck_assert_str_eq(calling_ended(&c), "5 \"hello\"");
	}
}
END_TEST

START_TEST(waiting_for_room)
{
	static const char *const send[] = { "send", "sendmsg" };
	struct caller c;
	int s[2];

	pair_of("SOCK_STREAM", s);
	while (strcmp(calling("send(%d, 4096, MSG_DONTWAIT)", s[0]), "-1 EAGAIN"))
		;
	for (size_t i = 0; i < sizeof send / sizeof *send; i++) {
		calling_start(&c, "%s(%d, \"x\")", send[i], s[0]);
		while (strcmp(calling("recv(%d, 4096, MSG_DONTWAIT)", s[1]), "-1 EAGAIN"))
			;
		ck_assert_str_eq(calling_ended(&c), "1");
		while (strcmp(calling("send(%d, 4096, MSG_DONTWAIT)", s[0]), "-1 EAGAIN"))
			;
	}
}
END_TEST

Suite *suite_call_socket(void)
{
	Suite *s = suite_create("call_socket");
	TCase *t = tcase_create("unix");

	calling_use(t);
	tcase_add_test(t, sockets_are_made);
	tcase_add_test(t, a_server_and_a_client);
	tcase_add_test(t, accept_takes_flags);
	tcase_add_test(t, abstract_names);
	tcase_add_test(t, a_name_that_the_kernel_chooses);
	tcase_add_test(t, no_addresses);
	tcase_add_test(t, long_names_are_cut);
	tcase_add_test(t, what_is_no_socket);
	tcase_add_test(t, datagrams_have_boundaries);
	tcase_add_test(t, datagrams_to_a_name);
	tcase_add_test(t, one_direction_ends);
	tcase_add_test(t, descriptors_travel);
	tcase_add_test(t, credentials_travel);
	tcase_add_test(t, names_beside_data);
	tcase_add_test(t, somebody_elses);
	tcase_add_test(t, waiting_to_connect);
	tcase_add_test(t, waiting_for_data);
	tcase_add_test(t, waiting_for_room);
	suite_add_tcase(s, t);
	return s;
}
