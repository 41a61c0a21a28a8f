/* SPDX-License-Identifier: MIT */
/* Answers of sock_diag as bytes: good ones, old and new ones, and those that no kernel sends. */
#include "probe/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>

#include "base/memory.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

/* An answer under construction. */
struct answer {
	char bytes[1024];
	size_t length;
};

static void add(struct answer *a, const void *bytes, size_t length)
{
	memcpy(a->bytes + a->length, bytes, length);
	a->length += NLA_ALIGN(length);
}

static void attribute(struct answer *a, unsigned type, const void *bytes, size_t length)
{
	struct nlattr head = { (uint16_t)(NLA_HDRLEN + length), (uint16_t)type };

	add(a, &head, sizeof head);
	add(a, bytes, length);
}

static struct answer unix_answer(int type, int state)
{
	struct unix_diag_msg m = { AF_UNIX, (uint8_t)type, (uint8_t)state, 0, 4711, { 1, 2 } };
	struct answer a = { .length = 0 };

	add(&a, &m, sizeof m);
	return a;
}

static const uint32_t memory[] = { 1, 212992, 768, 425984, 5, 6, 7, 8, 9 };

/* As Linux 6.18 answers about one end of a pair with five bytes to read. */
static struct answer stream(void)
{
	struct answer a = unix_answer(SOCK_STREAM, 1);
	uint32_t peer = 4712, queues[] = { 5, 768 };
	unsigned char shut = 2;

	attribute(&a, UNIX_DIAG_NAME, "\0ab", 3);
	attribute(&a, UNIX_DIAG_PEER, &peer, sizeof peer);
	attribute(&a, UNIX_DIAG_RQLEN, queues, sizeof queues);
	attribute(&a, UNIX_DIAG_MEMINFO, memory, sizeof memory);
	attribute(&a, UNIX_DIAG_SHUTDOWN, &shut, sizeof shut);
	attribute(&a, 99, "of the future", 13);
	return a;
}

START_TEST(unix_stream)
{
	struct answer a = stream();
	struct socket_info s;

	ck_assert(socket_parse_unix(a.bytes, a.length, &s));
	ck_assert(s.found);
	ck_assert_uint_eq(s.inode, 4711);
	ck_assert_int_eq(s.family, SOCKET_UNIX);
	ck_assert_int_eq(s.type, SOCK_STREAM);
	ck_assert_int_eq(s.state, SOCKET_CONNECTED);
	ck_assert_str_eq(s.local, "@ab");
	ck_assert_uint_eq(s.peer, 4712);
	ck_assert(s.unread_known && !s.unread_first && s.in_flight_known);
	ck_assert_uint_eq(s.unread, 5);
	ck_assert_uint_eq(s.in_flight, 768);
	ck_assert(s.memory_known);
	ck_assert_uint_eq(s.receive_memory, 1);
	ck_assert_uint_eq(s.receive_buffer, 212992);
	ck_assert_uint_eq(s.send_memory, 768);
	ck_assert_uint_eq(s.send_buffer, 425984);
	ck_assert_uint_eq(s.drops, 9);
	ck_assert(s.shutdown_known && !s.shut_read && s.shut_write);
	ck_assert(!s.backlog_known && !s.tcp_known && !s.ready_known && !s.netns_known);
}
END_TEST

START_TEST(unix_listener)
{
	struct answer a = unix_answer(SOCK_SEQPACKET, 10);
	uint32_t queues[] = { 20, 128 }, pending[20];
	struct socket_info s;

	for (uint32_t i = 0; i < 20; i++)
		pending[i] = 100 + i;
	attribute(&a, UNIX_DIAG_NAME, "/run/x", 6);
	attribute(&a, UNIX_DIAG_ICONS, pending, sizeof pending);
	attribute(&a, UNIX_DIAG_RQLEN, queues, sizeof queues);
	ck_assert(socket_parse_unix(a.bytes, a.length, &s));
	ck_assert_int_eq(s.state, SOCKET_LISTENING);
	ck_assert_str_eq(s.local, "/run/x");
	ck_assert(s.backlog_known && !s.unread_known && !s.in_flight_known);
	ck_assert_uint_eq(s.pending, 20);
	ck_assert_uint_eq(s.pending_limit, 128);
	ck_assert_uint_eq(s.pending_named, SOCKET_PENDING);
	ck_assert_uint_eq(s.pending_from[0], 100);
	ck_assert_uint_eq(s.pending_from[SOCKET_PENDING - 1], 99 + SOCKET_PENDING);
}
END_TEST

/* Before Linux 5.15. */
START_TEST(unix_datagram_with_a_peer_is_connected)
{
	struct answer a = unix_answer(SOCK_DGRAM, 7);
	uint32_t peer = 12, queues[] = { 6, 0 };
	struct socket_info s;

	ck_assert(socket_parse_unix(a.bytes, a.length, &s));
	ck_assert_int_eq(s.state, SOCKET_UNCONNECTED);
	attribute(&a, UNIX_DIAG_RQLEN, queues, sizeof queues);
	attribute(&a, UNIX_DIAG_PEER, &peer, sizeof peer);
	ck_assert(socket_parse_unix(a.bytes, a.length, &s));
	ck_assert_int_eq(s.state, SOCKET_CONNECTED);
	ck_assert(s.unread_known && s.unread_first);
	ck_assert_uint_eq(s.unread, 6);
}
END_TEST

static const struct {
	const char *bytes;
	size_t length;
	const char *text;
} names[] = {
	{ "", 0, "" },
	{ "x", 1, "x" },
	{ "dir/x\0rest", 10, "dir/x" },
	{ "@x", 2, "./@x" },
	{ "\0x", 2, "@x" },
	{ "\0x\0y\0", 5, "@x\\x00y\\x00" },
	{ "\0", 1, "@" },
	{ "a\033[31m\n\xff", 8, "a\\x1b[31m\\n\\xff" },
};

START_TEST(unix_names_are_printable)
{
	struct answer a = unix_answer(SOCK_STREAM, 7);
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	size_t length = offsetof(struct sockaddr_un, sun_path) + names[_i].length;
	struct socket_info s;
	char text[SOCKET_ADDRESS];
	uint16_t port = 1;

	attribute(&a, UNIX_DIAG_NAME, names[_i].bytes, names[_i].length);
	ck_assert(socket_parse_unix(a.bytes, a.length, &s));
	ck_assert_str_eq(s.local, names[_i].text);
	memcpy(u.sun_path, names[_i].bytes, names[_i].length);
	socket_parse_address(&u, length, text, &port);
	ck_assert_str_eq(text, names[_i].text);
	ck_assert_uint_eq(port, 0);
}
END_TEST

START_TEST(the_longest_names_fit)
{
	char bytes[300];
	struct answer a = unix_answer(SOCK_STREAM, 7);
	struct socket_info s;

	memset(bytes, 0xff, sizeof bytes);
	attribute(&a, UNIX_DIAG_NAME, bytes, sizeof bytes);
	ck_assert(socket_parse_unix(a.bytes, a.length, &s));
	ck_assert_uint_eq(strlen(s.local), 108 * 4);
	bytes[0] = '@';
	a = unix_answer(SOCK_STREAM, 7);
	attribute(&a, UNIX_DIAG_NAME, bytes, 108);
	ck_assert(socket_parse_unix(a.bytes, a.length, &s));
	ck_assert_uint_eq(strlen(s.local), strlen("./@") + 107 * 4);
}
END_TEST

static struct answer inet_answer(int family, int state, uint32_t receive, uint32_t send)
{
	struct inet_diag_msg m = {
		.idiag_family = (uint8_t)family,
		.idiag_state = (uint8_t)state,
		.id = { .idiag_sport = htons(80), .idiag_dport = htons(4711) },
		.idiag_rqueue = receive,
		.idiag_wqueue = send,
		.idiag_inode = 99,
	};
	struct answer a = { .length = 0 };

	inet_pton(family, family == AF_INET ? "127.0.0.1" : "::1", m.id.idiag_src);
	inet_pton(family, family == AF_INET ? "10.77.0.2" : "fd77::2", m.id.idiag_dst);
	add(&a, &m, sizeof m);
	return a;
}

/* As long as a kernel says: up to tcpi_snd_wnd, with what followed in 6.2, or shorter. */
static void add_tcp(struct answer *a, uint32_t window, size_t length)
{
	struct {
		struct tcp_info info;
		uint32_t more[64];
	} t = { .info = { .tcpi_total_retrans = 3, .tcpi_notsent_bytes = 44, .tcpi_snd_cwnd = 10,
			    .tcpi_bytes_acked = 1001, .tcpi_bytes_received = 501 } };
	size_t at = offsetof(struct tcp_info, tcpi_snd_wnd);
	uint32_t receive_window = 777;

	memcpy((char *)&t + at, &window, sizeof window);
	memcpy((char *)&t + at + 4, &receive_window, sizeof receive_window);
	attribute(a, INET_DIAG_INFO, &t, length);
}

enum { WINDOW_END = offsetof(struct tcp_info, tcpi_snd_wnd) + 4 };

START_TEST(tcp_established)
{
	struct answer a = inet_answer(AF_INET, 1, 5, 100);
	unsigned char shut = 1;
	struct socket_info s;

	attribute(&a, INET_DIAG_SHUTDOWN, &shut, 1);
	attribute(&a, INET_DIAG_SKMEMINFO, memory, sizeof memory);
	add_tcp(&a, 65536, WINDOW_END + 16);
	ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_STREAM, &s));
	ck_assert(s.found);
	ck_assert_uint_eq(s.inode, 99);
	ck_assert_int_eq(s.family, SOCKET_INET);
	ck_assert_int_eq(s.type, SOCK_STREAM);
	ck_assert_int_eq(s.state, SOCKET_TCP_ESTABLISHED);
	ck_assert_str_eq(s.local, "127.0.0.1:80");
	ck_assert_str_eq(s.remote, "10.77.0.2:4711");
	ck_assert_uint_eq(s.local_port, 80);
	ck_assert_uint_eq(s.remote_port, 4711);
	ck_assert(s.unread_known && !s.unread_first && s.in_flight_known && !s.backlog_known);
	ck_assert_uint_eq(s.unread, 5);
	ck_assert_uint_eq(s.in_flight, 100);
	ck_assert(s.shutdown_known && s.shut_read && !s.shut_write);
	ck_assert_uint_eq(s.send_memory, 6); /* what is queued, not what was handed on */
	ck_assert(s.tcp_known && !s.zero_window && s.receive_window_known);
	ck_assert_uint_eq(s.window, 65536);
	ck_assert_uint_eq(s.receive_window, 777);
	ck_assert_uint_eq(s.unsent, 44);
	ck_assert_uint_eq(s.retransmits, 3);
	ck_assert_uint_eq(s.congestion_window, 10);
}
END_TEST

/* State, idiag_rqueue, what of it is data: the peer's FIN counts as a byte. */
static const struct { int state, queue, unread; } fins[] = {
	{ 1, 5, 5 }, { 5, 5, 5 }, { 8, 6, 5 }, { 8, 1, 0 }, { 8, 0, 0 }, { 9, 6, 5 }, { 11, 6, 5 },
};

START_TEST(tcp_unread_is_without_the_fin)
{
	struct answer a = inet_answer(AF_INET, fins[_i].state, (uint32_t)fins[_i].queue, 0);
	struct socket_info s;

	ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_STREAM, &s));
	ck_assert_uint_eq(s.unread, fins[_i].unread);
}
END_TEST

/* A FIN takes a number, its own when it was acknowledged, the peer's when it came. */
START_TEST(tcp_moved_is_without_the_fin)
{
	static const struct { int state; bool known; unsigned acked, received; } cases[] = {
		{ 1, true, 1001, 501 },  /* ESTABLISHED */
		{ 4, true, 1001, 501 },  /* FIN_WAIT1 */
		{ 5, true, 1000, 501 },  /* FIN_WAIT2 */
		{ 8, true, 1001, 500 },  /* CLOSE_WAIT */
		{ 9, true, 1001, 500 },  /* LAST_ACK */
		{ 11, true, 1001, 500 }, /* CLOSING */
		{ 7, false, 0, 0 },      /* CLOSE */
		{ 10, false, 0, 0 },     /* LISTEN */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer a = inet_answer(AF_INET, cases[i].state, 0, 0);
		struct socket_info s;

		add_tcp(&a, 1, WINDOW_END);
		ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_STREAM, &s));
		ck_assert_msg(s.moved_known == cases[i].known, "state %d", cases[i].state);
		ck_assert_uint_eq(s.acked, cases[i].acked);
		ck_assert_uint_eq(s.received, cases[i].received);
	}
}
END_TEST

START_TEST(tcp_of_other_kernels)
{
	struct answer a = inet_answer(AF_INET6, 1, 0, 0);
	struct socket_info s;

	add_tcp(&a, 0, WINDOW_END);
	ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_STREAM, &s));
	ck_assert(s.tcp_known && s.zero_window && !s.receive_window_known);
	ck_assert_str_eq(s.local, "[::1]:80");
	ck_assert_str_eq(s.remote, "[fd77::2]:4711");
	ck_assert_int_eq(s.family, SOCKET_INET6);
	a = inet_answer(AF_INET, 1, 0, 0);
	add_tcp(&a, 0, WINDOW_END - 1);
	ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_STREAM, &s));
	ck_assert(s.found && !s.tcp_known && !s.zero_window);
	a = inet_answer(AF_INET, 2, 0, 0); /* SYN_SENT: nobody has said anything yet */
	add_tcp(&a, 0, WINDOW_END);
	ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_STREAM, &s));
	ck_assert(s.tcp_known && !s.zero_window);
}
END_TEST

START_TEST(tcp_listener)
{
	struct answer a = inet_answer(AF_INET, 10, 2, 5);
	struct socket_info s;

	add_tcp(&a, 0, WINDOW_END);
	ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_STREAM, &s));
	ck_assert_int_eq(s.state, SOCKET_TCP_LISTEN);
	ck_assert(s.backlog_known && !s.unread_known && !s.in_flight_known && !s.tcp_known);
	ck_assert_uint_eq(s.pending, 2);
	ck_assert_uint_eq(s.pending_limit, 5);
}
END_TEST

START_TEST(udp)
{
	struct answer a = inet_answer(AF_INET, 7, 1664, 0);
	struct socket_info s;

	attribute(&a, INET_DIAG_SKMEMINFO, memory, sizeof memory);
	ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_DGRAM, &s));
	ck_assert_int_eq(s.state, SOCKET_UNCONNECTED);
	ck_assert_int_eq(s.type, SOCK_DGRAM);
	ck_assert(!s.unread_known && !s.tcp_known && s.memory_known);
	ck_assert_uint_eq(s.receive_memory, 1664); /* not SO_MEMINFO's 1 */
	ck_assert_uint_eq(s.drops, 9);
	a = inet_answer(AF_INET, 1, 0, 0);
	ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_DGRAM, &s));
	ck_assert_int_eq(s.state, SOCKET_CONNECTED);
}
END_TEST

START_TEST(states_of_all_numbers)
{
	static const char *const words[] = {
		"unknown", "ESTABLISHED", "SYN_SENT", "SYN_RECV",   "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
		"CLOSE",   "CLOSE_WAIT",  "LAST_ACK", "LISTEN",	    "CLOSING",	 "SYN_RECV",  "CLOSE",
		"unknown",
	};
	struct socket_info s;

	for (int i = 0; i < 256; i++) {
		struct answer a = inet_answer(AF_INET, i, 0, 0);

		ck_assert(socket_parse_inet(a.bytes, a.length, SOCK_STREAM, &s));
		ck_assert_str_eq(socket_state_name(s.state), words[i < 14 ? i : 14]);
		a = unix_answer(SOCK_STREAM, i);
		ck_assert(socket_parse_unix(a.bytes, a.length, &s));
		ck_assert_str_eq(socket_state_name(s.state), i == 1 ? "connected" : i == 10 ? "listening" :
				 i == 7 || i == 13 ? "unconnected" : "unknown");
	}
	ck_assert_str_eq(socket_family_name(SOCKET_INET6), "inet6");
	ck_assert_str_eq(socket_type_name(SOCK_SEQPACKET), "seqpacket");
	ck_assert_str_eq(socket_type_name(4711), "unknown");
}
END_TEST

START_TEST(addresses)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(8080) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(1) };
	char text[SOCKET_ADDRESS];
	uint16_t port;

	socket_parse_address(&in, sizeof in, text, &port);
	ck_assert_str_eq(text, "0.0.0.0:8080");
	ck_assert_uint_eq(port, 8080);
	socket_parse_address(&in, sizeof in - 1, text, &port);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(port, 0);
	socket_parse_address(&in6, sizeof in6, text, NULL);
	ck_assert_str_eq(text, "[::]:1");
	in.sin_port = in6.sin6_port = 0; /* neither address nor port */
	socket_parse_address(&in, sizeof in, text, NULL);
	ck_assert_str_eq(text, "");
	socket_parse_address(&in6, sizeof in6, text, NULL);
	ck_assert_str_eq(text, "");
	inet_pton(AF_INET, "127.0.0.1", &in.sin_addr);
	socket_parse_address(&in, sizeof in, text, NULL);
	ck_assert_str_eq(text, "127.0.0.1:0");
	in.sin_family = AF_NETLINK;
	socket_parse_address(&in, sizeof in, text, NULL);
	ck_assert_str_eq(text, "");
	socket_parse_address(&in, 0, text, NULL);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(attributes_with_wrong_lengths)
{
	static const uint16_t wrong[] = { 0, 1, 3, 5, 13, 0x7fff, 0xffff };
	struct socket_info s;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct answer a = unix_answer(SOCK_STREAM, 1);
		struct nlattr head = { wrong[i], UNIX_DIAG_PEER };
		char *exact;

		add(&a, &head, sizeof head);
		add(&a, "\x01\x01\x01\x01", 4);
		exact = memory_copy(a.bytes, a.length);
		ck_assert(socket_parse_unix(exact, a.length, &s));
		ck_assert_uint_eq(s.peer, 0);
		free(exact);
	}
}
END_TEST

static void try_all(const char *bytes, size_t length)
{
	struct socket_info s;

	if (socket_parse_unix(bytes, length, &s)) {
		ck_assert_uint_ge(length, sizeof(struct unix_diag_msg));
		ck_assert_uint_lt(strlen(s.local), SOCKET_ADDRESS);
		ck_assert_uint_le(s.pending_named, SOCKET_PENDING);
		socket_state_name(s.state);
	}
	for (int type = SOCK_STREAM; type <= SOCK_DGRAM; type++)
		if (socket_parse_inet(bytes, length, type, &s)) {
			ck_assert_uint_ge(length, sizeof(struct inet_diag_msg));
			ck_assert_uint_lt(strlen(s.local), SOCKET_ADDRESS);
			socket_state_name(s.state);
		}
	socket_parse_address(bytes, length, s.local, NULL);
	ck_assert_uint_lt(strlen(s.local), SOCKET_ADDRESS);
	socket_parse_tcp(bytes, length, &s);
	socket_parse_memory(bytes, length, &s);
}

START_TEST(hostile_answers)
{
	struct answer a = stream();

	hostile_beginnings(a.bytes, a.length, try_all);
	hostile_noise(a.bytes, a.length, try_all);
	a = inet_answer(AF_INET6, 1, 5, 100);
	attribute(&a, INET_DIAG_SKMEMINFO, memory, sizeof memory);
	add_tcp(&a, 65536, WINDOW_END + 16);
	hostile_beginnings(a.bytes, a.length, try_all);
	hostile_noise(a.bytes, a.length, try_all);
}
END_TEST

Suite *suite_socket_parse(void)
{
	Suite *suite = suite_create("socket_parse");
	TCase *tcase = tcase_create("socket_parse");

	tcase_add_test(tcase, unix_stream);
	tcase_add_test(tcase, unix_listener);
	tcase_add_test(tcase, unix_datagram_with_a_peer_is_connected);
	tcase_add_loop_test(tcase, unix_names_are_printable, 0, sizeof names / sizeof *names);
	tcase_add_test(tcase, the_longest_names_fit);
	tcase_add_test(tcase, tcp_established);
	tcase_add_loop_test(tcase, tcp_unread_is_without_the_fin, 0, sizeof fins / sizeof *fins);
	tcase_add_test(tcase, tcp_moved_is_without_the_fin);
	tcase_add_test(tcase, tcp_of_other_kernels);
	tcase_add_test(tcase, tcp_listener);
	tcase_add_test(tcase, udp);
	tcase_add_test(tcase, states_of_all_numbers);
	tcase_add_test(tcase, addresses);
	tcase_add_test(tcase, attributes_with_wrong_lengths);
	tcase_add_test(tcase, hostile_answers);
	suite_add_tcase(suite, tcase);
	return suite;
}
