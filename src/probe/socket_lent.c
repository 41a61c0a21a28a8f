/* SPDX-License-Identifier: MIT */
/* A socket through a duplicate that is lent for a few microseconds: for what sock_diag does not
 * find, which is TCP and UDP sockets without a port, other families and other network namespaces.
 *
 * Only what changes nothing is asked: SO_ERROR, and recv(2) even with MSG_PEEK, would take
 * the error that is waiting for the owner. */
#include "probe/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp.h>

#include "probe/lend.h"

/* An option that is a number, -1 where the socket has none. */
static int option(int fd, int name)
{
	int value = -1;
	socklen_t size = sizeof value;

	return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

static enum socket_family family_of(int domain)
{
	switch (domain) {
	case AF_UNIX:
		return SOCKET_UNIX;
	case AF_INET:
		return SOCKET_INET;
	case AF_INET6:
		return SOCKET_INET6;
	}
	return SOCKET_OTHER;
}

/* Both addresses; returns whether there is a peer. */
static bool addresses(int fd, struct socket_info *out)
{
	struct sockaddr_storage a;
	socklen_t size = sizeof a;

	if (getsockname(fd, (struct sockaddr *)&a, &size) == 0)
		socket_parse_address(&a, size, out->local, &out->local_port);
	size = sizeof a;
	if (getpeername(fd, (struct sockaddr *)&a, &size) != 0)
		return false;
	socket_parse_address(&a, size, out->remote, &out->remote_port);
	return true;
}

/* Of a TCP listener TCP_INFO tells the backlog in fields that mean segments elsewhere. */
static void tcp_info(int fd, struct socket_info *out)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof info;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return;
	socket_parse_tcp(&info, size, out);
	if (out->state == SOCKET_TCP_LISTEN) {
		out->backlog_known = true;
		out->pending = info.tcpi_unacked;
		out->pending_limit = info.tcpi_sacked;
	}
}

/* UDP's receive_memory is what decides on drops; it shrinks later than the diag's, which is what
 * waits. */
static void queues(int fd, struct socket_info *out)
{
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t size = sizeof memory;
	int bytes;

	if (ioctl(fd, SIOCINQ, &bytes) == 0 && bytes >= 0) {
		out->unread_known = true;
		out->unread = (uint64_t)bytes;
		out->unread_first = out->type == SOCK_DGRAM || out->type == SOCK_RAW;
	}
	if (ioctl(fd, SIOCOUTQ, &bytes) == 0 && bytes >= 0) {
		out->in_flight_known = true;
		out->in_flight = (uint64_t)bytes;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &size) == 0)
		socket_parse_memory(memory, size, out);
}

static void readiness(int fd, struct socket_info *out)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };

	if (poll(&p, 1, 0) < 0)
		return;
	out->ready_known = true;
	out->readable = p.revents & POLLIN;
	out->writable = p.revents & POLLOUT;
}

static void namespace(int fd, struct socket_info *out)
{
#ifdef SO_NETNS_COOKIE
	socklen_t size = sizeof out->netns;

	out->netns_known = getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &out->netns, &size) == 0;
#else
	(void)fd;
	(void)out;
#endif
}

static int look(int fd, uint64_t inode, struct socket_info *out)
{
	bool connected;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISSOCK(st.st_mode) || st.st_ino != inode)
		return -ESTALE;
	*out = (struct socket_info){ .inode = inode, .found = true };
	out->family = family_of(option(fd, SO_DOMAIN));
	out->type = option(fd, SO_TYPE);
	connected = addresses(fd, out);
	if (option(fd, SO_PROTOCOL) == IPPROTO_TCP && out->family != SOCKET_UNIX)
		tcp_info(fd, out);
	else if (option(fd, SO_ACCEPTCONN) == 1)
		out->state = SOCKET_LISTENING;
	else if (out->family != SOCKET_OTHER)
		out->state = connected ? SOCKET_CONNECTED : SOCKET_UNCONNECTED;
	if (out->state != SOCKET_LISTENING && out->state != SOCKET_TCP_LISTEN)
		queues(fd, out);
	readiness(fd, out);
	namespace(fd, out);
	return 0;
}

int socket_lent_read(int pidfd, int fd, uint64_t inode, struct socket_info *out)
{
	int lent = lend_descriptor(pidfd, fd), error;

	*out = (struct socket_info){ .inode = inode };
	if (lent < 0)
		return lent;
	error = look(lent, inode, out);
	close(lent);
	return error;
}
