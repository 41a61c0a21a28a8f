/* SPDX-License-Identifier: MIT */
/* Socket addresses as lessons write them: "path", "@abstract", "127.0.0.1" and a port, "::1" and a
 * port. Which of them a text is follows from the socket's own domain. Only files of this folder
 * include it. */
#ifndef CALL_SOCKET_H
#define CALL_SOCKET_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "call/make.h"

union socket_address {
	struct sockaddr any;
	struct sockaddr_un un;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_storage storage;
};

/* The address of text a[0] and port a[1] for this socket. An abstract name gets the stage's suffix;
 * an empty text is no name: bind(2) then chooses an abstract one. False with an error in out: EINVAL
 * for what is no address of that domain. */
bool socket_address(int fd, const struct value *a, const struct call_context *c, struct outcome *out,
		    union socket_address *address, socklen_t *length);

/* An address as text, without the suffix, at most CALL_DATA_SHOWN bytes into `text`; returns how
 * many. *port: -1 where there is none. */
uint32_t socket_text(const union socket_address *address, socklen_t length, const struct call_context *c,
		     uint8_t text[CALL_DATA_SHOWN], int64_t *port);

/* Who sent it or is at the other end: [pid, user, group]. */
static inline void socket_credentials(const struct ucred *who, struct outcome *out)
{
	out->n_values = 3;
	out->values[0] = who->pid;
	out->values[1] = who->uid;
	out->values[2] = who->gid;
}

#define SOCKET_FD { "sockfd", ARGUMENT_DESCRIPTOR, NULL, false, 0 }
#define SOCKET_ADDRESS { "addr", ARGUMENT_STRING, NULL, false, 0 }, { "port", ARGUMENT_PORT, NULL, true, 0 }
#define SOCKET_FLAGS { "flags", ARGUMENT_SYMBOLS, &symbols_message, true, 0 }

#endif
