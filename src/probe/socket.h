/* SPDX-License-Identifier: MIT */
/* What the kernel says about sockets: sock_diag(7) over netlink, which needs no duplicate and
 * so disturbs nothing; and, where that finds nothing, a duplicate lent for a moment.
 *
 * sock_diag sees the network namespace its own socket was opened in, and of TCP and UDP only
 * sockets that have a port: one that was just made, or was reset, is not found. */
#ifndef PROBE_SOCKET_H
#define PROBE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum socket_family { SOCKET_UNKNOWN, SOCKET_UNIX, SOCKET_INET, SOCKET_INET6, SOCKET_OTHER };

/* Unix and UDP sockets have the first four, TCP sockets those of the protocol (tcp(7)). */
enum socket_state {
	SOCKET_NO_STATE,
	SOCKET_UNCONNECTED,
	SOCKET_LISTENING,
	SOCKET_CONNECTED,
	SOCKET_TCP_ESTABLISHED,
	SOCKET_TCP_SYN_SENT,
	SOCKET_TCP_SYN_RECV,
	SOCKET_TCP_FIN_WAIT1,
	SOCKET_TCP_FIN_WAIT2,
	SOCKET_TCP_TIME_WAIT,
	SOCKET_TCP_CLOSE, /* not connected: new, only bound, or over */
	SOCKET_TCP_CLOSE_WAIT,
	SOCKET_TCP_LAST_ACK,
	SOCKET_TCP_LISTEN,
	SOCKET_TCP_CLOSING,
};

enum {
	SOCKET_ADDRESS = 440, /* a name of 108 bytes, each at most \xHH, with "./" or "@" before it */
	SOCKET_PENDING = 16,  /* connections in a backlog that are named */
};

/* A flag NAME_known stands before what it speaks of; what is not known is 0. */
struct socket_info {
	uint64_t inode;
	bool found;
	enum socket_family family;
	int type; /* SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW; 0 unknown */
	enum socket_state state;
	uint64_t peer; /* Unix: the other end's inode; 0 also while it waits in a backlog */
	/* Printable: "path" (as it was bound), "@name", "127.0.0.1:80", "[::1]:80"; "" none. */
	char local[SOCKET_ADDRESS], remote[SOCKET_ADDRESS];
	uint16_t local_port, remote_port;

	/* Bytes not read yet, SIOCINQ in unix(7), tcp(7), udp(7). Of datagrams the kernel tells
	 * the first one's bytes only, and how many wait nowhere: unread_first is set. */
	bool unread_known, unread_first;
	uint64_t unread;

	/* SIOCOUTQ. TCP: bytes sent and not acknowledged, or not sent yet. Others: memory
	 * of what the peer has not read, more than its bytes (768 for a Unix write of one). */
	bool in_flight_known;
	uint64_t in_flight;

	/* SO_MEMINFO, bytes. A writer waits when send_memory reaches send_buffer; a datagram
	 * is dropped (UDP) when it does not fit into receive_buffer. What waits to be read
	 * from a Unix socket is in its sender's send_memory. */
	bool memory_known;
	uint32_t receive_memory, receive_buffer, send_memory, send_buffer;
	uint32_t drops; /* datagrams or segments thrown away on arrival */

	/* Listeners. One more than the limit may wait, listen(2). */
	bool backlog_known;
	uint32_t pending, pending_limit;
	uint64_t pending_from[SOCKET_PENDING]; /* Unix: inodes of those who wait; 0 gone */
	size_t pending_named;

	/* shutdown(2), by this side; for Unix also by the other. */
	bool shutdown_known, shut_read, shut_write;

	/* TCP_INFO, tcp(7): bytes the peer has said it still takes, of in_flight those not sent
	 * yet, segments sent again, segments that may be under way at once. */
	bool tcp_known;
	bool zero_window; /* connected, and the peer takes nothing */
	uint32_t window, unsent, retransmits, congestion_window;
	/* Bytes that the peer has acknowledged, and that came in their order, since it was made; tcp_known and not
	 * over. Without the sequence number that a FIN takes; a SYN's is in acked. */
	bool moved_known;
	uint64_t acked, received;
	bool receive_window_known; /* Linux 6.2 */
	uint32_t receive_window;   /* bytes this side has said it still takes */

	/* poll(2), from a duplicate only. */
	bool ready_known, readable, writable;

	/* SO_NETNS_COOKIE (Linux 5.14), from a duplicate only: which network namespace. */
	bool netns_known;
	uint64_t netns;
};

struct socket_query; /* a netlink socket kept open, and what it found out last */

/* A query of the network namespace `netns` (a descriptor of /proc/PID/ns/net, which stays the
 * caller's), -1 for one's own. 0 or -errno: EPERM when another one may not be entered, or not
 * be left again (setns(2), CAP_SYS_ADMIN); EPROTONOSUPPORT no sock_diag. For programs with one
 * thread. Close-on-exec. socket_query_close(NULL) is fine. */
int socket_query_open(int netns, struct socket_query **out);
void socket_query_close(struct socket_query *q);

/* The cookie of the query's network namespace, to compare with socket_info.netns; false where
 * the kernel has none. */
bool socket_query_netns(const struct socket_query *q, uint64_t *cookie);

/* Looks for all n sockets at once, out[i] for inodes[i]; `found` is false for what is not
 * there: no socket, one without a port yet, one of another family or network namespace. 0 or
 * -errno when the kernel could not be asked (out is all not found, then).
 *
 * 13 us a Unix socket, 3 us a known TCP one. Finding a TCP socket by its inode takes a dump
 * (0.35 ms, more on large machines), done for inodes that were not asked for last time; for those
 * looked for in vain at most a twentieth of the time. So ask for all of them at once. */
int sockets_read(struct socket_query *q, const uint64_t *inodes, size_t n,
		 struct socket_info *out);

/* What was looked for in vain is looked for again next time: for after a call that may have
 * given a socket a port. */
void socket_query_again(struct socket_query *q);

/* All Unix, UDP and TCP sockets of a network namespace, see socket_query_open, as sockets_read gives them,
 * but for a Unix socket's remote address. For many at once: 0.8 ms for 100 and few buckets. 0, or -errno
 * when none could be read; a family that the kernel does not have has none. Adds to out. */
struct socket_list {
	struct socket_info *list;
	size_t count, room;
};
int sockets_dump(int netns, struct socket_list *out);
void socket_list_free(struct socket_list *l);

/* The same through a duplicate of descriptor `fd` of the process behind `pidfd`, if that is
 * still the socket with this inode: whatever its family, port or network namespace, 6 us. Never
 * asks for SO_ERROR, which would take the owner's error away. 0 or -errno as lend_descriptor,
 * ESTALE it is another object by now. */
int socket_lent_read(int pidfd, int fd, uint64_t inode, struct socket_info *out);

/* "unix", "inet", "inet6", "other", "unknown". */
const char *socket_family_name(enum socket_family family);

/* "listening", "connected", "unconnected", "ESTABLISHED", "LISTEN" ...; "unknown". */
const char *socket_state_name(enum socket_state state);

/* "stream", "datagram", "seqpacket", "raw"; "unknown". */
const char *socket_type_name(int type);

/* Parts of the readers that take bytes: so that they can be tried with any. */

/* One answer of sock_diag without its netlink header: unix_diag_msg or inet_diag_msg with
 * attributes. inet_type is the type asked for, SOCK_STREAM for TCP. False when it makes no sense. */
bool socket_parse_unix(const void *bytes, size_t length, struct socket_info *out);
bool socket_parse_inet(const void *bytes, size_t length, int inet_type, struct socket_info *out);

/* A struct sockaddr of any family as getsockname(2) gives it; into at least SOCKET_ADDRESS bytes.
 * port may be NULL. */
void socket_parse_address(const void *address, size_t length, char *text, uint16_t *port);

/* struct tcp_info and SO_MEMINFO, as long as this kernel's are; family, type and state first. */
void socket_parse_tcp(const void *bytes, size_t length, struct socket_info *out);
void socket_parse_memory(const void *bytes, size_t length, struct socket_info *out);

#endif
