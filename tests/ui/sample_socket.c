/* SPDX-License-Identifier: MIT */
/* Pictures of sockets and a terminal, made by hand. */
#include "tests/ui/sample_socket.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/ui/sample.h"

static struct reading number(int64_t n)
{
	return (struct reading){ .known = true, .number = n };
}

static void a_side(struct picture_object *o, int side, int64_t unread, int64_t in_flight, int64_t limit)
{
	struct picture_side *s = &o->socket.side[side];

	s->inode = 1000 + (uint64_t)side;
	snprintf(s->state, sizeof s->state, "connected");
	s->unread = number(unread);
	s->in_flight = number(in_flight);
	s->send_buffer = s->receive_buffer = number(limit);
}

static struct picture_object *a_socket(struct picture *p, const char *name, int family, int type, const char *what)
{
	struct picture_object *o = sample_object(p, OBJECT_SOCKET, name);

	o->socket.family = family;
	o->socket.type = type;
	snprintf(o->socket.what, sizeof o->socket.what, "%s", what);
	return o;
}

/* A pair: the child has side b at the left, the parent side a. */
struct picture *sample_connected(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);
	struct picture_object *o;

	sample_end(one, 3, 0, 'a', "s.a");
	one = sample_process(p, "child", 4711, PROCESS_READY);
	sample_end(one, 4, 0, 'b', "s.b");
	o = a_socket(p, "s", AF_UNIX, SOCK_STREAM, "Unix stream");
	a_side(o, 0, 12, 768, 212992);
	a_side(o, 1, 300, 2304, 212992);
	return p;
}

/* The child has sent until it blocked. */
struct picture *sample_connected_full(void)
{
	struct picture *p = sample_connected();

	p->process[1].state = PROCESS_BLOCKED;
	sample_call(&p->process[1], "write(4, 1)", "write", 4);
	p->object->socket.side[0].unread = number(278);
	p->object->socket.side[1].in_flight = number(213504);
	p->object->socket.side[1].unread = p->object->socket.side[0].in_flight = number(0);
	return p;
}

struct picture *sample_half_closed(void)
{
	struct picture *p = sample_connected();

	p->object->socket.side[0].shut_write = true;
	return p;
}

struct picture *sample_other_closed(void)
{
	struct picture *p = sample_connected();

	p->process[1].n_ends = 0;
	p->object->socket.side[1] = (struct picture_side){ .inode = 1001, .closed = true };
	return p;
}

/* Between client c and server s; the server does not read. */
struct picture *sample_tcp(bool closed_window)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "client", 4711, closed_window ? PROCESS_BLOCKED : PROCESS_READY);
	struct picture_object *o;

	if (closed_window)
		sample_call(one, "send(3, 64K)", "send", 3);
	sample_end(one, 3, 0, 'a', "c");
	one = sample_process(p, "server", 4712, PROCESS_READY);
	sample_end(one, 5, 0, 'b', "s");
	o = a_socket(p, "c", AF_INET, SOCK_STREAM, "TCP");
	a_side(o, 0, 0, closed_window ? 2565888 : 0, 2626560);
	a_side(o, 1, closed_window ? 1718304 : 5000, 0, 6291456);
	o->socket.side[0].window = number(closed_window ? 0 : 65483);
	o->socket.side[1].window = number(65536);
	strcpy(o->socket.side[0].name, "c");
	strcpy(o->socket.side[1].name, "s");
	strcpy(o->socket.side[0].address, "127.0.0.1:40212");
	strcpy(o->socket.side[1].address, "127.0.0.1:4711");
	strcpy(o->socket.side[0].state, "ESTABLISHED");
	strcpy(o->socket.side[1].state, "ESTABLISHED");
	return p;
}

/* Someone has shut down, the other has not yet. */
struct picture *sample_tcp_closing(void)
{
	struct picture *p = sample_tcp(false);

	strcpy(p->object->socket.side[0].state, "FIN_WAIT2");
	strcpy(p->object->socket.side[1].state, "CLOSE_WAIT");
	p->object->socket.side[0].shut_write = true;
	return p;
}

struct picture *sample_listener(int pending, int backlog)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_BLOCKED);
	struct picture_object *o;

	sample_call(one, "accept(3)", "accept", 3);
	sample_end(one, 3, 0, 'a', "l");
	o = a_socket(p, "l", AF_UNIX, SOCK_STREAM, "Unix stream");
	o->socket.side[0] = (struct picture_side){ .inode = 1000, .state = "listening", .address = "server.sock",
		.pending = number(pending), .backlog = number(backlog) };
	return p;
}

struct picture *sample_udp(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);
	struct picture_object *o;

	sample_end(one, 3, 0, 'a', "u");
	o = a_socket(p, "u", AF_INET, SOCK_DGRAM, "UDP");
	a_side(o, 0, 190000, 0, 212992);
	o->socket.side[0].drops = number(991);
	strcpy(o->socket.side[0].state, "unconnected");
	strcpy(o->socket.side[0].address, "127.0.0.1:5353");
	strcpy(o->socket.side[0].peer, "127.0.0.1:40001");
	return p;
}

struct picture *sample_terminal(void)
{
	struct picture *p = sample_connected();

	p->object->kind = OBJECT_TERMINAL;
	strcpy(p->object->name, "t");
	p->object->socket = (struct picture_sockets){ .what = "terminal" };
	for (int i = 0; i < 2; i++)
		p->object->socket.side[i] = (struct picture_side){ .inode = 9, .unread = number(i ? 6 : 0), .receive_buffer = number(4096) };
	return p;
}

/* A stream socket that was only made. */
struct picture *sample_unbound(void)
{
	struct picture *p = sample_udp();
	struct picture_side *s = &p->object->socket.side[0];

	p->object->socket.type = SOCK_STREAM;
	strcpy(p->object->socket.what, "TCP");
	*s = (struct picture_side){ .inode = 1000, .state = "CLOSE" };
	return p;
}

/* A Unix datagram socket: how many wait is known, not how many bytes. */
struct picture *sample_mailbox(void)
{
	struct picture *p = sample_listener(0, 0);
	struct picture_side *s = &p->object->socket.side[0];

	p->object->socket.type = SOCK_DGRAM;
	strcpy(p->object->socket.what, "Unix datagram");
	*s = (struct picture_side){ .inode = 1000, .state = "unconnected", .address = "@box", .datagrams = number(3), .backlog = number(11) };
	sample_call(&p->process[0], "", "", -1);
	p->process[0].state = PROCESS_READY;
	return p;
}
