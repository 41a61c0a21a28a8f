/* SPDX-License-Identifier: MIT */
/* What sock_diag and getsockopt answer about a socket, as bytes: read by memcpy from within their
 * length alone, for attributes are only aligned to four and grow and shrink with the kernel. */
#include "probe/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>

#include "base/text.h"

/* The kernel's numbers of states, include/net/tcp_states.h; of all protocols. */
static const enum socket_state tcp_states[] = {
	[1] = SOCKET_TCP_ESTABLISHED, [2] = SOCKET_TCP_SYN_SENT,   [3] = SOCKET_TCP_SYN_RECV,
	[4] = SOCKET_TCP_FIN_WAIT1,   [5] = SOCKET_TCP_FIN_WAIT2,  [6] = SOCKET_TCP_TIME_WAIT,
	[7] = SOCKET_TCP_CLOSE,	      [8] = SOCKET_TCP_CLOSE_WAIT, [9] = SOCKET_TCP_LAST_ACK,
	[10] = SOCKET_TCP_LISTEN,     [11] = SOCKET_TCP_CLOSING,   [12] = SOCKET_TCP_SYN_RECV,
	[13] = SOCKET_TCP_CLOSE, /* "bound inactive", Linux 6.8 */
};

/* sk_shutdown of the kernel, include/net/sock.h. */
enum { SHUT_READ_BIT = 1, SHUT_WRITE_BIT = 2 };

/* tcpi_rcv_wnd follows tcpi_snd_wnd from Linux 6.2 on; the headers may be older. */
enum { RECEIVE_WINDOW_AT = offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof(uint32_t) };

static enum socket_state tcp_state(unsigned number)
{
	return number < sizeof tcp_states / sizeof *tcp_states ? tcp_states[number] : SOCKET_NO_STATE;
}

/* The states of protocols that have three of them. */
static enum socket_state plain_state(unsigned number)
{
	switch (tcp_state(number)) {
	case SOCKET_TCP_ESTABLISHED:
		return SOCKET_CONNECTED;
	case SOCKET_TCP_LISTEN:
		return SOCKET_LISTENING;
	case SOCKET_TCP_CLOSE:
		return SOCKET_UNCONNECTED;
	case SOCKET_NO_STATE:
	case SOCKET_UNCONNECTED:
	case SOCKET_LISTENING:
	case SOCKET_CONNECTED:
	case SOCKET_TCP_SYN_SENT:
	case SOCKET_TCP_SYN_RECV:
	case SOCKET_TCP_FIN_WAIT1:
	case SOCKET_TCP_FIN_WAIT2:
	case SOCKET_TCP_TIME_WAIT:
	case SOCKET_TCP_CLOSE_WAIT:
	case SOCKET_TCP_LAST_ACK:
	case SOCKET_TCP_CLOSING:
		break;
	}
	return SOCKET_NO_STATE;
}

/* Number `index` of an array of 32-bit numbers; 0 beyond its end. */
static uint32_t word(const void *bytes, size_t length, size_t index)
{
	uint32_t value = 0;

	if (index < length / sizeof value)
		memcpy(&value, (const char *)bytes + index * sizeof value, sizeof value);
	return value;
}

static void keep_text(char *out, const struct text *t)
{
	snprintf(out, SOCKET_ADDRESS, "%s", text_string(t));
}

/* sun_path's bytes: a path ends at its NUL, an abstract name begins with one and may hold
 * more. A path that begins with @ gets "./", so that it is not taken for a name. */
static void unix_name(const char *name, size_t length, char *out)
{
	struct text t = { 0 };
	bool abstract = length > 0 && name[0] == '\0';

	if (length > sizeof((struct sockaddr_un *)NULL)->sun_path)
		length = sizeof((struct sockaddr_un *)NULL)->sun_path;
	if (abstract)
		text_add(&t, "@");
	else if (length > 0 && name[0] == '@')
		text_add(&t, "./");
	text_add_printable(&t, name + abstract, abstract ? length - 1 : strnlen(name, length));
	keep_text(out, &t);
	text_free(&t);
}

/* `address` has 4 bytes for AF_INET, 16 for AF_INET6. "" for the wildcard without a port. */
static void inet_name(int family, const void *address, uint16_t port, char *out)
{
	static const char none[16];
	char text[INET6_ADDRSTRLEN] = "";

	out[0] = '\0';
	if (port == 0 && memcmp(address, none, family == AF_INET ? 4 : 16) == 0)
		return;
	inet_ntop(family, address, text, sizeof text);
	snprintf(out, SOCKET_ADDRESS, family == AF_INET ? "%s:%u" : "[%s]:%u", text, port);
}

void socket_parse_address(const void *address, size_t length, char *text, uint16_t *port)
{
	struct sockaddr_storage a = { 0 };
	const struct sockaddr_in *in = (const void *)&a;
	const struct sockaddr_in6 *in6 = (const void *)&a;
	const size_t before = offsetof(struct sockaddr_un, sun_path);
	uint16_t none;

	port = port ? port : &none;
	*port = 0;
	text[0] = '\0';
	if (length > sizeof a)
		length = sizeof a;
	memcpy(&a, address, length);
	if (length < sizeof a.ss_family)
		return;
	if (a.ss_family == AF_UNIX && length > before) {
		unix_name((const char *)&a + before, length - before, text);
	} else if (a.ss_family == AF_INET && length >= sizeof *in) {
		*port = ntohs(in->sin_port);
		inet_name(AF_INET, &in->sin_addr, *port, text);
	} else if (a.ss_family == AF_INET6 && length >= offsetof(struct sockaddr_in6, sin6_scope_id)) {
		*port = ntohs(in6->sin6_port);
		inet_name(AF_INET6, &in6->sin6_addr, *port, text);
	}
}

void socket_parse_memory(const void *bytes, size_t length, struct socket_info *out)
{
	bool tcp = out->family != SOCKET_UNIX && out->type == SOCK_STREAM;

	if (length < (SK_MEMINFO_SNDBUF + 1) * sizeof(uint32_t))
		return;
	out->memory_known = true;
	out->receive_memory = word(bytes, length, SK_MEMINFO_RMEM_ALLOC);
	out->receive_buffer = word(bytes, length, SK_MEMINFO_RCVBUF);
	/* TCP's writer waits for what is queued, see sk_stream_memory_free in the kernel. */
	out->send_memory = word(bytes, length, tcp ? SK_MEMINFO_WMEM_QUEUED : SK_MEMINFO_WMEM_ALLOC);
	out->send_buffer = word(bytes, length, SK_MEMINFO_SNDBUF);
	out->drops = word(bytes, length, SK_MEMINFO_DROPS);
}

/* Whether a window says something: not before the connection and not after it. */
static bool sends(enum socket_state state)
{
	return state == SOCKET_TCP_ESTABLISHED || state == SOCKET_TCP_CLOSE_WAIT ||
	       state == SOCKET_TCP_FIN_WAIT1 || state == SOCKET_TCP_CLOSING ||
	       state == SOCKET_TCP_LAST_ACK;
}

/* idiag_rqueue counts the peer's FIN as a byte until it has been read (SIOCINQ does not), tcpi_bytes_received for
 * ever. */
static bool has_fin(enum socket_state state)
{
	return state == SOCKET_TCP_CLOSE_WAIT || state == SOCKET_TCP_LAST_ACK ||
	       state == SOCKET_TCP_CLOSING;
}

/* A FIN takes a number as a byte does, and both counters count it. */
static void set_moved(const struct tcp_info *info, struct socket_info *out)
{
	uint64_t own = out->state == SOCKET_TCP_FIN_WAIT2, others = has_fin(out->state);

	if (out->state == SOCKET_TCP_CLOSE || info->tcpi_bytes_acked < own || info->tcpi_bytes_received < others)
		return; /* when it is over, either may have come or not */
	out->moved_known = true;
	out->acked = info->tcpi_bytes_acked - own;
	out->received = info->tcpi_bytes_received - others;
}

void socket_parse_tcp(const void *bytes, size_t length, struct socket_info *out)
{
	struct tcp_info info = { 0 };

	/* tcpi_snd_wnd is the youngest we need, Linux 5.4. */
	if (length < offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof info.tcpi_snd_wnd)
		return;
	memcpy(&info, bytes, length < sizeof info ? length : sizeof info);
	if (out->state == SOCKET_NO_STATE)
		out->state = tcp_state(info.tcpi_state);
	if (out->state == SOCKET_TCP_LISTEN)
		return; /* the same fields mean the backlog there */
	out->tcp_known = true;
	out->window = info.tcpi_snd_wnd;
	out->zero_window = sends(out->state) && info.tcpi_snd_wnd == 0;
	out->unsent = info.tcpi_notsent_bytes;
	out->retransmits = info.tcpi_total_retrans;
	out->congestion_window = info.tcpi_snd_cwnd;
	set_moved(&info, out);
	if (length >= RECEIVE_WINDOW_AT + sizeof(uint32_t)) {
		out->receive_window_known = true;
		out->receive_window = word(bytes, length, RECEIVE_WINDOW_AT / sizeof(uint32_t));
	}
}

static void set_shutdown(unsigned bits, struct socket_info *out)
{
	out->shutdown_known = true;
	out->shut_read = bits & SHUT_READ_BIT;
	out->shut_write = bits & SHUT_WRITE_BIT;
}

/* Calls take(type, data, length, out) for each attribute that lies within the bytes. */
static void each_attribute(const char *at, size_t left,
			   void (*take)(unsigned, const void *, size_t, struct socket_info *),
			   struct socket_info *out)
{
	struct nlattr head;

	while (left >= NLA_HDRLEN) {
		size_t step;

		memcpy(&head, at, sizeof head);
		if (head.nla_len < NLA_HDRLEN || head.nla_len > left)
			return;
		take(head.nla_type & NLA_TYPE_MASK, at + NLA_HDRLEN, head.nla_len - NLA_HDRLEN, out);
		step = NLA_ALIGN((size_t)head.nla_len);
		if (step > left)
			return;
		at += step;
		left -= step;
	}
}

static void set_backlog(uint32_t pending, uint32_t limit, struct socket_info *out)
{
	out->backlog_known = true;
	out->pending = pending;
	out->pending_limit = limit;
}

/* UNIX_DIAG_RQLEN: of a listener its backlog, else SIOCINQ and SIOCOUTQ. */
static void unix_queues(const void *data, size_t length, struct socket_info *out)
{
	uint32_t receive = word(data, length, 0), send = word(data, length, 1);

	if (length < sizeof(struct unix_diag_rqlen))
		return;
	if (out->state == SOCKET_LISTENING) {
		set_backlog(receive, send, out);
		return;
	}
	out->unread_known = out->in_flight_known = true;
	out->unread_first = out->type == SOCK_DGRAM;
	out->unread = receive;
	out->in_flight = send;
}

static void unix_pending(const void *data, size_t length, struct socket_info *out)
{
	size_t n = length / sizeof(uint32_t);

	out->pending_named = n < SOCKET_PENDING ? n : SOCKET_PENDING;
	for (size_t i = 0; i < out->pending_named; i++)
		out->pending_from[i] = word(data, length, i);
}

static void unix_attribute(unsigned type, const void *data, size_t length, struct socket_info *out)
{
	switch (type) {
	case UNIX_DIAG_NAME:
		unix_name(data, length, out->local);
		break;
	case UNIX_DIAG_PEER:
		out->peer = word(data, length, 0);
		break;
	case UNIX_DIAG_ICONS:
		unix_pending(data, length, out);
		break;
	case UNIX_DIAG_RQLEN:
		unix_queues(data, length, out);
		break;
	case UNIX_DIAG_MEMINFO:
		socket_parse_memory(data, length, out);
		break;
	case UNIX_DIAG_SHUTDOWN:
		if (length > 0)
			set_shutdown(*(const unsigned char *)data, out);
		break;
	}
}

bool socket_parse_unix(const void *bytes, size_t length, struct socket_info *out)
{
	struct unix_diag_msg m;

	*out = (struct socket_info){ 0 };
	if (length < sizeof m)
		return false;
	memcpy(&m, bytes, sizeof m);
	if (m.udiag_family != AF_UNIX)
		return false;
	out->inode = m.udiag_ino;
	out->family = SOCKET_UNIX;
	out->type = m.udiag_type;
	out->state = plain_state(m.udiag_state);
	each_attribute((const char *)bytes + NLMSG_ALIGN(sizeof m), length - NLMSG_ALIGN(sizeof m),
		       unix_attribute, out);
	/* Before Linux 5.15 a connected datagram socket says it is closed. */
	if (out->state == SOCKET_UNCONNECTED && out->peer != 0)
		out->state = SOCKET_CONNECTED;
	out->found = true;
	return true;
}

static void inet_attribute(unsigned type, const void *data, size_t length, struct socket_info *out)
{
	switch (type) {
	case INET_DIAG_SKMEMINFO:
		socket_parse_memory(data, length, out);
		break;
	case INET_DIAG_INFO:
		socket_parse_tcp(data, length, out);
		break;
	case INET_DIAG_SHUTDOWN:
		if (length > 0)
			set_shutdown(*(const unsigned char *)data, out);
		break;
	}
}

static void tcp_queues(uint32_t receive, uint32_t send, struct socket_info *out)
{
	if (out->state == SOCKET_TCP_LISTEN) {
		set_backlog(receive, send, out);
		return;
	}
	out->unread_known = out->in_flight_known = true;
	out->unread = receive - (receive > 0 && has_fin(out->state));
	out->in_flight = send;
}

/* UDP's idiag_rqueue is memory, not bytes: 832 for each small datagram. SO_MEMINFO's lags behind
 * it while a quarter of the buffer has not been given back yet. */
static void udp_queues(uint32_t receive, uint32_t send, struct socket_info *out)
{
	out->receive_memory = receive;
	out->in_flight_known = true;
	out->in_flight = send;
}

bool socket_parse_inet(const void *bytes, size_t length, int inet_type, struct socket_info *out)
{
	struct inet_diag_msg m;
	int family;

	*out = (struct socket_info){ 0 };
	if (length < sizeof m)
		return false;
	memcpy(&m, bytes, sizeof m);
	family = m.idiag_family;
	if (family != AF_INET && family != AF_INET6)
		return false;
	out->inode = m.idiag_inode;
	out->family = family == AF_INET ? SOCKET_INET : SOCKET_INET6;
	out->type = inet_type;
	out->state = inet_type == SOCK_STREAM ? tcp_state(m.idiag_state) : plain_state(m.idiag_state);
	out->local_port = ntohs(m.id.idiag_sport);
	out->remote_port = ntohs(m.id.idiag_dport);
	inet_name(family, m.id.idiag_src, out->local_port, out->local);
	inet_name(family, m.id.idiag_dst, out->remote_port, out->remote);
	each_attribute((const char *)bytes + NLMSG_ALIGN(sizeof m), length - NLMSG_ALIGN(sizeof m),
		       inet_attribute, out);
	if (inet_type == SOCK_STREAM)
		tcp_queues(m.idiag_rqueue, m.idiag_wqueue, out);
	else
		udp_queues(m.idiag_rqueue, m.idiag_wqueue, out);
	out->found = true;
	return true;
}

const char *socket_family_name(enum socket_family family)
{
	static const char *const names[] = {
		[SOCKET_UNKNOWN] = "unknown", [SOCKET_UNIX] = "unix",	[SOCKET_INET] = "inet",
		[SOCKET_INET6] = "inet6",     [SOCKET_OTHER] = "other",
	};

	return names[family];
}

const char *socket_state_name(enum socket_state state)
{
	static const char *const names[] = {
		[SOCKET_NO_STATE] = "unknown",
		[SOCKET_UNCONNECTED] = "unconnected",
		[SOCKET_LISTENING] = "listening",
		[SOCKET_CONNECTED] = "connected",
		[SOCKET_TCP_ESTABLISHED] = "ESTABLISHED",
		[SOCKET_TCP_SYN_SENT] = "SYN_SENT",
		[SOCKET_TCP_SYN_RECV] = "SYN_RECV",
		[SOCKET_TCP_FIN_WAIT1] = "FIN_WAIT1",
		[SOCKET_TCP_FIN_WAIT2] = "FIN_WAIT2",
		[SOCKET_TCP_TIME_WAIT] = "TIME_WAIT",
		[SOCKET_TCP_CLOSE] = "CLOSE",
		[SOCKET_TCP_CLOSE_WAIT] = "CLOSE_WAIT",
		[SOCKET_TCP_LAST_ACK] = "LAST_ACK",
		[SOCKET_TCP_LISTEN] = "LISTEN",
		[SOCKET_TCP_CLOSING] = "CLOSING",
	};

	return names[state];
}

const char *socket_type_name(int type)
{
	switch (type) {
	case SOCK_STREAM:
		return "stream";
	case SOCK_DGRAM:
		return "datagram";
	case SOCK_SEQPACKET:
		return "seqpacket";
	case SOCK_RAW:
		return "raw";
	}
	return "unknown";
}
