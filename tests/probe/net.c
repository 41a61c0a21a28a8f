/* SPDX-License-Identifier: MIT */
/* Sockets for tests that look at sockets. */
#include "tests/probe/net.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit.h"

struct socket_query *net_query;

static char buf[1 << 16];

void net_begin(void)
{
	int error = socket_query_open(-1, &net_query);

	if (error == -EPROTONOSUPPORT || error == -EACCES || error == -EPERM)
		unit_skip("the kernel has no sock_diag, or does not permit it");
	ck_assert_int_eq(error, 0);
}

void net_end(void)
{
	socket_query_close(net_query);
	net_query = NULL;
}

uint64_t net_inode(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

bool net_find(int fd, struct socket_info *s)
{
	uint64_t inode = net_inode(fd);

	ck_assert_int_eq(sockets_read(net_query, &inode, 1, s), 0);
	ck_assert_uint_eq(s->inode, inode);
	return s->found;
}

void net_must(int fd, struct socket_info *s)
{
	if (!net_find(fd, s))
		ck_abort_msg("socket %d is not found", fd);
}

int net_asked(int fd, unsigned long request)
{
	int value = -1;

	ck_assert_int_eq(ioctl(fd, request, &value), 0);
	return value;
}

int net_option(int fd, int name)
{
	int value = -1;
	socklen_t size = sizeof value;

	ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, name, &value, &size), 0);
	return value;
}

void net_put(int fd, size_t bytes)
{
	ck_assert_int_eq(write(fd, buf, bytes), bytes);
}

void net_drain(int fd)
{
	while (recv(fd, buf, sizeof buf, MSG_DONTWAIT) > 0)
		;
}

void net_close(const int end[2])
{
	close(end[0]);
	close(end[1]);
}

int net_socket(int family, int type)
{
	int fd = socket(family, type, 0);

	if (fd < 0) {
		net_end();
		unit_skip("there are no sockets of this family");
	}
	return fd;
}

socklen_t net_bind(int fd, int family, union net_address *a)
{
	socklen_t size = family == AF_INET ? sizeof a->in : sizeof a->in6;

	memset(a, 0, sizeof *a);
	a->any.sa_family = (sa_family_t)family;
	if (family == AF_INET)
		a->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		a->in6.sin6_addr = in6addr_loopback;
	if (bind(fd, &a->any, size) != 0) {
		net_end();
		unit_skip("the loopback has no address of this family");
	}
	ck_assert_int_eq(getsockname(fd, &a->any, &size), 0);
	return size;
}

unsigned net_port(const union net_address *a)
{
	return ntohs(a->any.sa_family == AF_INET ? a->in.sin_port : a->in6.sin6_port);
}

void net_tcp_pair(int end[2])
{
	union net_address a;
	int listener = net_socket(AF_INET, SOCK_STREAM);
	socklen_t size = net_bind(listener, AF_INET, &a);

	ck_assert_int_eq(listen(listener, 1), 0);
	end[0] = net_socket(AF_INET, SOCK_STREAM);
	ck_assert_int_eq(connect(end[0], &a.any, size), 0);
	end[1] = accept(listener, NULL, NULL);
	ck_assert_int_ge(end[1], 0);
	close(listener);
}
