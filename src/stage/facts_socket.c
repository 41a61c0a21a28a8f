/* SPDX-License-Identifier: MIT */
/* Facts of sockets and terminals. Each is about one side: that of the name it is asked by (c.unread), or,
 * of a pair, [0] for a and [1] for b. */
#include "stage/fact_rows.h"

static const struct picture_side *side(const struct picture *p, int subject, int index, struct fact_value *v)
{
	const struct picture_object *o = &p->object[subject];

	if (index >= 0 && index < 2 && o->socket.side[index].inode)
		return &o->socket.side[index];
	fact_unknown(v, "it has no such side");
	return NULL;
}

#define GET_SIDE(function, fill, expression) \
	GET(function) \
	{ \
		const struct picture_side *s = side(p, subject, index, v); \
		if (s) \
			fill(v, expression); \
	}

GET_SIDE(get_unread, fact_reading, &s->unread)
GET_SIDE(get_in_flight, fact_reading, &s->in_flight)
GET_SIDE(get_send_buffer, fact_reading, &s->send_buffer)
GET_SIDE(get_receive_buffer, fact_reading, &s->receive_buffer)
GET_SIDE(get_window, fact_reading, &s->window)
GET_SIDE(get_pending_connections, fact_reading, &s->pending)
GET_SIDE(get_backlog, fact_reading, &s->backlog)
GET_SIDE(get_drops, fact_reading, &s->drops)
GET_SIDE(get_connection, fact_word, s->state)
GET_SIDE(get_address, fact_word, s->address)
GET_SIDE(get_peer, fact_word, s->peer)
GET_SIDE(get_closed, fact_number, s->closed)
GET_SIDE(get_shut_read, fact_number, s->shut_read)
GET_SIDE(get_shut_write, fact_number, s->shut_write)

#define SOCKETS FACT_OF(OBJECT_SOCKET)
#define SIDES (SOCKETS | FACT_OF(OBJECT_TERMINAL))
#define DIAG "sock_diag(7); where that does not find it, a duplicate lent by pidfd_getfd(2) for the moment: "

const struct fact facts_socket[] = {
	{ "unread", SIDES, FACT_NUMBER, "bytes", FACT_SAMPLE, "what waits to be read at this side; of datagrams the first one's bytes", DIAG "FIONREAD, unix(7), tcp(7), udp(7)", true, get_unread },
	{ "in_flight", SOCKETS, FACT_NUMBER, "bytes", FACT_SAMPLE, "what this side sent and the other has not taken: TCP bytes, else memory, which is more", DIAG "SIOCOUTQ", true, get_in_flight },
	{ "send_buffer", SOCKETS, FACT_NUMBER, "bytes", FACT_SAMPLE, "how much may be in flight: the writer waits when it is reached", DIAG "SO_SNDBUF, socket(7)", true, get_send_buffer },
	{ "receive_buffer", SOCKETS, FACT_NUMBER, "bytes", FACT_SAMPLE, "how much memory may wait to be read", DIAG "SO_RCVBUF, socket(7)", true, get_receive_buffer },
	{ "window", SOCKETS, FACT_NUMBER, "bytes", FACT_SAMPLE, "TCP: how much the other side has said it still takes", "TCP_INFO, tcp(7)", true, get_window },
	{ "connections", SOCKETS, FACT_NUMBER, "connections", FACT_SAMPLE, "of a listening socket: connections that nobody has accepted yet", DIAG "TCP_INFO, tcp(7)", true, get_pending_connections },
	{ "backlog", SOCKETS, FACT_NUMBER, "connections", FACT_SAMPLE, "of a listening socket: how many may wait, less one", DIAG "listen(2)", true, get_backlog },
	{ "drops", SOCKETS, FACT_NUMBER, "datagrams", FACT_SAMPLE, "thrown away on arrival, for want of room", DIAG "SO_MEMINFO", true, get_drops },
	{ "connection", SIDES, FACT_WORD, "", FACT_SAMPLE, "unconnected, listening, connected; of TCP ESTABLISHED and so on", DIAG "TCP_INFO, tcp(7)", true, get_connection },
	{ "address", SOCKETS, FACT_TEXT, "", FACT_SAMPLE, "its own address", DIAG "getsockname(2)", true, get_address },
	{ "peer", SOCKETS, FACT_TEXT, "", FACT_SAMPLE, "the address it is connected to", DIAG "getpeername(2)", true, get_peer },
	{ "closed", SIDES, FACT_NUMBER, "", FACT_SAMPLE, "1 when no process has this side open any more", "/proc/PID/fd, proc_pid_fd(5)", true, get_closed },
	{ "shut_read", SOCKETS, FACT_NUMBER, "", FACT_SAMPLE, "1 after shutdown for reading", "sock_diag(7)", true, get_shut_read },
	{ "shut_write", SOCKETS, FACT_NUMBER, "", FACT_SAMPLE, "1 after shutdown for writing", "sock_diag(7)", true, get_shut_write },
	{ 0 },
};
