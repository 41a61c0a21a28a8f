/* SPDX-License-Identifier: MIT */
/* Sockets: two sides that face each other. A socket begins as an object of one
 * side; once it is connected to another one of the stage, the two become one object. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "probe/socket.h"
#include "stage/internal.h"

static struct picture_side *side_of(struct object *o, uint64_t inode)
{
	for (int i = 0; i < 2; i++)
		if (inode && o->shown.socket.side[i].inode == inode)
			return &o->shown.socket.side[i];
	return NULL;
}

static char end_of(const struct object *o, const struct descriptor *d)
{
	return d->inode == o->shown.socket.side[0].inode ? 'a' : 'b';
}

static bool finds(const struct stage *s, const struct descriptor *d)
{
	return d->kind == DESCRIPTOR_SOCKET && d->inode != s->output_inode;
}

static void begin(struct stage *s, struct object *o)
{
	(void)s;
	o->shown.socket.side[0].inode = o->identity;
}

void socket_name(struct stage *s, struct object *o, uint64_t inode, const char *as)
{
	struct picture_side *side = side_of(o, inode);

	if (!o->named)
		object_name(s, o, as);
	if (side)
		snprintf(side->name, sizeof side->name, "%s", as);
}

void socket_made(struct stage *s, struct member *m, int64_t fd)
{
	(void)fd;
	sample_descriptors(s, m); /* which finds it */
	if (s->sockets)
		socket_query_again(s->sockets);
}

struct object *socket_made_pair(struct stage *s, struct member *m, int a, int b, bool terminal)
{
	const struct descriptor *da = object_descriptor(m, a), *db = object_descriptor(m, b);
	struct object *o = terminal ? NULL : object_of_descriptor(s, m, a);
	struct object *other = terminal ? NULL : object_of_descriptor(s, m, b);

	if (terminal)
		o = object_add(s, OBJECT_TERMINAL, db->inode);
	if (!o)
		return NULL;
	if (other && other != o)
		object_remove(s, other);
	o->device = terminal ? db->device : 0;
	o->identity_b = db->inode;
	if (terminal)
		object_hold(o, m, a);
	o->shown.socket.side[0].inode = da->inode;
	o->shown.socket.side[1].inode = db->inode;
	return o;
}

/* ---- two become one ---------------------------------------------------------------------------- */

static bool single(const struct object *o)
{
	return o->kind == OBJECT_SOCKET && !o->gone && !o->shown.socket.side[1].inode;
}

static const struct socket_info *info_of(const struct stage *s, uint64_t inode)
{
	for (size_t i = 0; inode && i < s->n_socket_info; i++)
		if (s->socket_info[i].inode == inode)
			return &s->socket_info[i];
	return NULL;
}

static bool are_connected(const struct socket_info *a, const struct socket_info *b)
{
	if (!a || !b || a->type != b->type || a->family != b->family)
		return false;
	/* Many may have connected to one datagram socket: two are a pair when each has to the other. */
	if (a->family == SOCKET_UNIX)
		return a->type == SOCK_DGRAM ? a->peer == b->inode && b->peer == a->inode :
					       a->peer == b->inode || b->peer == a->inode;
	return a->type == SOCK_STREAM && a->remote_port && a->local_port == b->remote_port &&
	       b->local_port == a->remote_port && !strcmp(a->local, b->remote) && !strcmp(b->local, a->remote);
}

/* The older stays: it is the client, whose socket was there before the server's accept. */
static void join(struct stage *s, struct object *a, struct object *b)
{
	a->identity_b = b->identity;
	a->shown.socket.side[1] = b->shown.socket.side[0];
	if (!a->named && b->named) {
		snprintf(a->name, sizeof a->name, "%s", b->name);
		a->named = true;
	}
	object_remove(s, b);
	for (int i = 0; i < s->n_members; i++)
		if (!s->member[i]->dead)
			objects_from_descriptors(s, s->member[i]);
}

static void join_connected(struct stage *s)
{
	for (int i = 0; i < s->n_objects; i++)
		for (int k = i + 1; k < s->n_objects; k++)
			if (single(s->object[i]) && single(s->object[k]) &&
			    are_connected(info_of(s, s->object[i]->identity), info_of(s, s->object[k]->identity)))
				join(s, s->object[i], s->object[k]);
}

/* ---- reading -------------------------------------------------------------------------------------- */

/* Of these sock_diag tells the memory that waits, not the bytes. */
static bool is_udp(const struct socket_info *info)
{
	return info->type == SOCK_DGRAM && (info->family == SOCKET_INET || info->family == SOCKET_INET6);
}

/* Sockets that sock_diag does not find: without a port yet, or in another network namespace; and UDP. */
static void read_lent(const struct stage *s, struct socket_info *info)
{
	uint64_t inode = info->inode;
	struct socket_info lent;

	for (int i = 0; i < s->n_members; i++)
		for (size_t k = 0; !s->member[i]->dead && k < s->member[i]->descriptors.count; k++) {
			const struct descriptor *d = &s->member[i]->descriptors.list[k];

			if (d->inode == inode && d->kind == DESCRIPTOR_SOCKET) {
				if (socket_lent_read(s->member[i]->pidfd, d->number, inode, &lent) == 0)
					*info = lent;
				return;
			}
		}
}

void sockets_gather(struct stage *s)
{
	uint64_t inode[SOCKETS_READ];
	size_t n = 0;

	for (int i = 0; i < s->n_objects; i++)
		for (int k = 0; k < 2 && s->object[i]->kind == OBJECT_SOCKET && !s->object[i]->gone; k++) {
			const struct picture_side *side = &s->object[i]->shown.socket.side[k];

			if (side->inode && !side->closed && n < SOCKETS_READ)
				inode[n++] = side->inode;
		}
	s->n_socket_info = n;
	if (!n)
		return;
	if (!s->sockets && socket_query_open(-1, &s->sockets) < 0)
		s->sockets = NULL;
	memset(s->socket_info, 0, sizeof s->socket_info);
	if (s->sockets)
		sockets_read(s->sockets, inode, n, s->socket_info);
	for (size_t i = 0; i < n; i++) {
		s->socket_info[i].inode = inode[i];
		if (!s->socket_info[i].found || is_udp(&s->socket_info[i]))
			read_lent(s, &s->socket_info[i]);
	}
	join_connected(s);
}

/* ---- showing ----------------------------------------------------------------------------------------- */

static void put(struct reading *r, bool known, uint64_t n, const char *why)
{
	*r = known ? (struct reading){ .known = true, .number = (int64_t)n } : (struct reading){ .why = why };
}

/* Abstract names end with the stage's suffix, which lessons do not write. */
static void show_address(const struct stage *s, const char *address, char out[PICTURE_WORD])
{
	size_t n = address[0] == '@' ? object_plain_length(s, address) : strlen(address);

	snprintf(out, PICTURE_WORD, "%.*s", (int)(n < PICTURE_WORD ? n : PICTURE_WORD - 1), address);
}

static void show_side(const struct stage *s, const struct socket_info *info, struct picture_side *side)
{
	const char *no = "the kernel does not tell for this kind";
	bool stream = info->type == SOCK_STREAM || !info->unread_first;

	memset(side->state, 0, sizeof side->state);
	memset(side->address, 0, sizeof side->address);
	memset(side->peer, 0, sizeof side->peer);
	snprintf(side->state, sizeof side->state, "%s", socket_state_name(info->state));
	show_address(s, info->local, side->address);
	show_address(s, info->remote, side->peer);
	side->shut_read = info->shutdown_known && info->shut_read;
	side->shut_write = info->shutdown_known && info->shut_write;
	put(&side->unread, info->unread_known, info->unread, no);
	put(&side->datagrams, false, 0, stream ? "a stream has none" : "the kernel tells only the first one's bytes");
	put(&side->in_flight, info->in_flight_known, info->in_flight, no);
	put(&side->send_buffer, info->memory_known, info->send_buffer, no);
	put(&side->receive_buffer, info->memory_known, info->receive_buffer, no);
	put(&side->drops, info->memory_known, info->drops, no);
	put(&side->window, info->tcp_known, info->window, "only TCP has one");
	put(&side->pending, info->backlog_known, info->pending, "only a listening socket has one");
	put(&side->backlog, info->backlog_known, info->pending_limit, "only a listening socket has one");
}

static bool is_held(const struct stage *s, uint64_t inode)
{
	for (int i = 0; i < s->n_members; i++)
		for (size_t k = 0; !s->member[i]->dead && k < s->member[i]->descriptors.count; k++)
			if (s->member[i]->descriptors.list[k].inode == inode &&
			    s->member[i]->descriptors.list[k].kind == DESCRIPTOR_SOCKET)
				return true;
	return false;
}

static void name_kind(struct picture_sockets *p, const struct socket_info *info)
{
	p->type = info->type;
	p->family = info->family == SOCKET_UNIX ? AF_UNIX : info->family == SOCKET_INET ? AF_INET : AF_INET6;
	if (info->family == SOCKET_UNIX)
		snprintf(p->what, sizeof p->what, "Unix %s", socket_type_name(info->type));
	else if (info->family == SOCKET_OTHER || info->type == SOCK_RAW) /* of a real program: netlink and such */
		snprintf(p->what, sizeof p->what, "socket");
	else
		snprintf(p->what, sizeof p->what, "%s", info->type == SOCK_STREAM ? "TCP" : "UDP");
}

static void sample(struct stage *s, struct object *o)
{
	struct picture_sockets *p = &o->shown.socket;
	bool open = false;

	for (int i = 0; i < 2; i++) {
		struct picture_side *side = &p->side[i];
		const struct socket_info *info = info_of(s, side->inode);

		if (!side->inode)
			continue;
		/* Watched from outside: others may have it. While the kernel knows it somebody does. */
		side->closed = !is_held(s, side->inode) && !(o->others && info && info->found);
		open |= !side->closed;
		if (side->closed) { /* what it held is told of nobody's socket */
			char name[PICTURE_NAME];

			memcpy(name, side->name, sizeof name);
			*side = (struct picture_side){ .inode = side->inode, .closed = true };
			memcpy(side->name, name, sizeof name);
			side->unread.why = side->in_flight.why = side->window.why = "it is closed";
		} else if (info && info->family != SOCKET_UNKNOWN) {
			name_kind(p, info);
			show_side(s, info, side);
		}
	}
	o->gone = !open;
}

const struct object_class object_class_socket = {
	.letters = "ab", .begin = begin, .finds = finds, .end = end_of, .sample = sample,
};
