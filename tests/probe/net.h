/* SPDX-License-Identifier: MIT */
/* Sockets for tests that look at sockets, and the query to look with. */
#ifndef TESTS_PROBE_NET_H
#define TESTS_PROBE_NET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "probe/socket.h"

/* Between net_begin and net_end, which every test calls; net_begin skips it where sock_diag is
 * not there. */
extern struct socket_query *net_query;

void net_begin(void);
void net_end(void);

uint64_t net_inode(int fd);

/* Looks for one socket: whether it is found. net_must fails the test when it is not. */
bool net_find(int fd, struct socket_info *s);
void net_must(int fd, struct socket_info *s);

/* What the socket says itself: an ioctl that gives an int, an option of SOL_SOCKET. */
int net_asked(int fd, unsigned long request);
int net_option(int fd, int name);

void net_put(int fd, size_t bytes); /* up to 64 KiB */
void net_drain(int fd);             /* reads what is there */
void net_close(const int end[2]);

union net_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* A socket of AF_INET or AF_INET6; skips the test where there are none. */
int net_socket(int family, int type);

/* Binds it to 127.0.0.1 or ::1 and a port that the kernel chooses; skips likewise. */
socklen_t net_bind(int fd, int family, union net_address *a);
unsigned net_port(const union net_address *a);

/* Two connected TCP sockets: the client, the accepted one. */
void net_tcp_pair(int end[2]);

#endif
