/* SPDX-License-Identifier: MIT */
/* For the tests of sockets: ways to meet, and what a socket says of itself. */
#ifndef TESTS_STAGE_SOCKETS_H
#define TESTS_STAGE_SOCKETS_H

#include <sys/socket.h>

#include "tests/stage/objects.h"

/* How to meet: what the parent's listener s does, and where the client's c connects to. */
struct kind {
	const char *name, *socket, *listens, *connects;
	int family;
};

enum { UNIX_STREAM, UNIX_SEQPACKET, TCP, TCP6, KINDS };

extern const struct kind socket_kinds[];

/* Skips the test where there is no such address. */
void socket_needs(int family);

/* Opens a lesson's first part, in which SERVE stands for the lines that make the listener s, CLIENT for the
 * process client and its socket c, CONNECT for the call that connects it. */
void socket_meet(struct play *p, const struct kind *k, const char *text);

/* By an ioctl that gives an int. */
int socket_asked(int fd, unsigned long request);

/* Compares every number that the socket tells of itself. */
void socket_is_as_it_says(struct play *p, const char *process, const char *name);

/* Both names mean one object with two sides. */
void socket_are_one(struct play *p, const char *a, const char *b);

#endif
