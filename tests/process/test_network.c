/* SPDX-License-Identifier: MIT */
/* Two hosts: another network each, joined, and the machine's own untouched. */
#include "tests/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "process/network.h"

static void make(int host[2])
{
	const char *why;
	int done;

	if (!network_available(&why))
		unit_skip(why);
	done = network_make(host);
	ck_assert_msg(done == 0, "%s", strerror(-done));
}

static void let_go(const int host[2])
{
	close(host[0]);
	close(host[1]);
}

static uint64_t network_at(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

static uint64_t own_network(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) == 0 ? st.st_ino : 0;
}

START_TEST(two_others)
{
	int host[2];
	uint64_t before = own_network();

	make(host);
	ck_assert_uint_eq(own_network(), before);
	ck_assert_uint_ne(network_at(host[0]), before);
	ck_assert_uint_ne(network_at(host[1]), before);
	ck_assert_uint_ne(network_at(host[0]), network_at(host[1]));
	ck_assert_int_ne(fcntl(host[0], F_GETFD) & FD_CLOEXEC, 0);
	let_go(host);
}
END_TEST

/* The same addresses again at once, while the first two are still there. */
START_TEST(several_stages)
{
	int a[2], b[2];

	make(a);
	make(b);
	ck_assert_uint_ne(network_at(a[0]), network_at(b[0]));
	let_go(a);
	let_go(b);
	make(a);
	let_go(a);
}
END_TEST

static socklen_t address_of(int family, const char *text, struct sockaddr_storage *out)
{
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(4711) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(4711) };

	if (family == AF_INET) {
		inet_pton(AF_INET, text, &four.sin_addr);
		memcpy(out, &four, sizeof four);
		return sizeof four;
	}
	inet_pton(AF_INET6, text, &six.sin6_addr);
	memcpy(out, &six, sizeof six);
	return sizeof six;
}

/* On the second host: listens, says so, receives "hello" and answers. */
static int serve(int network, int family, const char *address, int ready)
{
	struct sockaddr_storage where;
	socklen_t length = address_of(family, address, &where);
	char text[5];
	int listener, fd;

	if (setns(network, CLONE_NEWNET) < 0 || if_nametoindex("eth0") == 0)
		return 1;
	listener = socket(family, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&where, length) < 0 || listen(listener, 1) < 0)
		return 2;
	if (write(ready, "", 1) != 1)
		return 3;
	fd = accept(listener, NULL, NULL);
	if (recv(fd, text, sizeof text, MSG_WAITALL) != sizeof text || memcmp(text, "hello", sizeof text))
		return 4;
	return send(fd, "yes", 3, MSG_NOSIGNAL) == 3 ? 0 : 5;
}

/* On the first host: connects, which takes no second try (SYNs come again after a second, tcp(7)). */
static int call_up(int network, int family, const char *address)
{
	struct sockaddr_storage where;
	socklen_t length = address_of(family, address, &where);
	struct tcp_info info = { 0 };
	socklen_t size = sizeof info;
	char text[3];
	int fd;

	if (setns(network, CLONE_NEWNET) < 0)
		return 11;
	fd = socket(family, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&where, length) < 0)
		return 12;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0 || info.tcpi_total_retrans > 0)
		return 13;
	if (send(fd, "hello", 5, MSG_NOSIGNAL) != 5 || recv(fd, text, sizeof text, MSG_WAITALL) != sizeof text)
		return 14;
	return 0;
}

static bool has_ipv6(void)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void talk(int family, const char *address)
{
	int host[2], ready[2], server, client;
	pid_t a, b;
	char byte;

	make(host);
	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	a = fork();
	if (a == 0)
		_exit(serve(host[1], family, address, ready[1]));
	close(ready[1]);
	if (read(ready[0], &byte, 1) == 1) {
		b = fork();
		if (b == 0)
			_exit(call_up(host[0], family, address));
		ck_assert_int_eq(waitpid(b, &client, 0), b);
		ck_assert_msg(client == 0, "the client's wait status is 0x%x", (unsigned)client);
	}
	ck_assert_int_eq(waitpid(a, &server, 0), a);
	ck_assert_msg(server == 0, "the server's wait status is 0x%x", (unsigned)server);
	close(ready[0]);
	let_go(host);
}

START_TEST(packets_flow)
{
	talk(AF_INET, "10.77.0.2");
}
END_TEST

START_TEST(packets_flow_by_ipv6)
{
	if (!has_ipv6())
		unit_skip("there is no IPv6 here");
	talk(AF_INET6, "fd77::2");
}
END_TEST

/* A SYN and its answer take the delay each way that has one. */
START_TEST(packets_come_late)
{
	struct sockaddr_storage where;
	socklen_t length = address_of(AF_INET, "10.77.0.2", &where);
	const char *why;
	int host[2], done, status;
	pid_t pid;

	if (!network_impairable(&why))
		unit_skip(why);
	make(host);
	ck_assert_int_eq(network_impair(host[1], 200, 0), 0);
	pid = fork();
	if (pid == 0) {
		int64_t began = clock_now();
		int fd;

		if (setns(host[0], CLONE_NEWNET) < 0)
			_exit(1);
		fd = socket(AF_INET, SOCK_STREAM, 0);
		done = connect(fd, (struct sockaddr *)&where, length);
		_exit(done == 0 || errno != ECONNREFUSED ? 2 : clock_now() - began < 200 * CLOCK_MS ? 3 : 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(status == 0, "wait status 0x%x", (unsigned)status);
	ck_assert_int_eq(network_impair(host[1], 0, 0), 0);
	let_go(host);
}
END_TEST

/* Where it cannot be done that is said, and nothing else is different. */
START_TEST(impairing_nothing)
{
	int file;

	if (geteuid() != 0)
		unit_skip("only root may");
	file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(network_impair(file, 1, 0), -EINVAL);
	ck_assert_int_eq(network_impair(-1, 1, 0), -EBADF);
	close(file);
}
END_TEST

Suite *suite_network(void)
{
	Suite *suite = suite_create("network");
	TCase *tc = tcase_create("hosts");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, two_others);
	tcase_add_test(tc, several_stages);
	tcase_add_test(tc, packets_flow);
	tcase_add_test(tc, packets_flow_by_ipv6);
	tcase_add_test(tc, packets_come_late);
	tcase_add_test(tc, impairing_nothing);
	suite_add_tcase(suite, tc);
	return suite;
}
