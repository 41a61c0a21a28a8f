/* SPDX-License-Identifier: MIT */
/* Sockets: one object for the two that are connected, where both are on this machine. One dump of each
 * network namespace tells of all of them; see probe/socket.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "probe/procfs.h"
#include "system/private.h"

enum { SPACES = 64 }; /* network namespaces that are asked, at most */

struct sockets {
	struct system *s;
	struct system_private *v;
	uint64_t space[SPACES];  /* inodes of the namespaces asked */
	size_t begin[SPACES];    /* where their sockets begin in the list */
	size_t n_spaces;
};

/* --- reading ----------------------------------------------------------------------------------- */

/* Which of the namespaces asked a socket of the list is in. */
static size_t space_of(const struct sockets *k, size_t index)
{
	size_t i = k->n_spaces;

	while (i > 1 && k->begin[i - 1] > index)
		i--;
	return i ? i - 1 : 0;
}

static uint64_t hash_text(const char *s, uint64_t h)
{
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return h;
}

/* Where a connection is found by its addresses: seen from this side, or from the other. */
static uint64_t connection(const struct socket_info *i, size_t space, bool other)
{
	uint64_t h = hash_text(other ? i->remote : i->local, UINT64_C(0xcbf29ce484222325) + space);

	return hash_text(other ? i->local : i->remote, h ^ (uint64_t)i->type << 40);
}

static bool is_inet(const struct socket_info *i)
{
	return i->family == SOCKET_INET || i->family == SOCKET_INET6;
}

static void note(struct sockets *k, size_t from)
{
	for (size_t i = from; i < k->v->socket_list.count; i++) {
		const struct socket_info *info = &k->v->socket_list.list[i];

		if (info->inode)
			*table_at(&k->v->sockets_at, 0, info->inode) = (int)i;
		if (info->inode && is_inet(info) && info->remote[0])
			*table_at(&k->v->tcp, 0, connection(info, space_of(k, i), false)) = (int)i;
	}
}

/* Asks the namespace of a process, once each; procdir -1: one's own. */
static void ask(struct sockets *k, int procdir)
{
	int netns = procdir < 0 ? -1 : openat(procdir, "ns/net", O_RDONLY | O_CLOEXEC);
	struct stat st = { 0 };

	if (procdir >= 0 ? netns >= 0 && fstat(netns, &st) == 0 : stat("/proc/self/ns/net", &st) == 0) {
		bool known = k->n_spaces == SPACES;

		for (size_t i = 0; i < k->n_spaces; i++)
			known |= k->space[i] == st.st_ino;
		if (!known) {
			k->begin[k->n_spaces] = k->v->socket_list.count;
			k->space[k->n_spaces++] = st.st_ino;
			sockets_dump(netns, &k->v->socket_list);
			note(k, k->begin[k->n_spaces - 1]);
		}
	}
	if (netns >= 0)
		close(netns);
}

static int found_at(const struct sockets *k, uint64_t inode)
{
	return table_find(&k->v->sockets_at, 0, inode);
}

/* Own namespace first; then those of the processes whose sockets are not in it, which takes privilege. */
static void ask_all(struct sockets *k)
{
	int asked = -1;

	ask(k, -1);
	for (size_t i = 0; i < k->v->links.count && geteuid() == 0; i++) {
		const struct link *link = &k->v->links.list[i];
		int procdir;

		if (link->kind != LINK_SOCKET || link->process == asked || found_at(k, link->inode) >= 0)
			continue;
		asked = link->process;
		procdir = procfs_open(k->s->process[asked].pid);
		if (procdir < 0)
			continue;
		ask(k, procdir);
		close(procdir);
	}
}

/* --- names --------------------------------------------------------------------------------------- */

/* Addresses are printable in socket_info; names are raw in a snapshot. */
static void add_raw(char out[SYSTEM_TEXT], const char *s)
{
	static const char letters[] = "n\nt\tr\ra\ab\bf\fv\ve\x1b";
	size_t n = strlen(out);

	while (*s && n < SYSTEM_TEXT - 1) {
		const char *letter = s[0] == '\\' && s[1] ? strchr(letters, s[1]) : NULL;
		char digits[3] = { 0 };

		if (s[0] != '\\' || !s[1]) {
			out[n++] = *s++;
		} else if (s[1] == 'x' && s[2] && s[3]) {
			memcpy(digits, s + 2, 2);
			out[n++] = (char)strtol(digits, NULL, 16);
			s += 4;
		} else if (s[1] == 'u') {
			out[n++] = *s++; /* a mark of direction: stays as it reads */
		} else {
			out[n++] = letter ? letter[1] : s[1];
			s += 2;
		}
	}
	out[n] = '\0';
}

static void name_unix(struct system_object *o)
{
	const struct socket_info *a = &o->socket[0], *b = &o->socket[1];

	if (a->local[0] || b->local[0])
		add_raw(o->name, a->local[0] ? a->local : b->local);
	else if (a->remote[0])
		add_raw(o->name, a->remote);
	else
		system_name_number(o->name, "socket:[", o->inode, "]");
}

static void name_inet(struct system_object *o)
{
	const struct socket_info *a = &o->socket[0];

	if (!a->local[0]) {
		system_name_number(o->name, "socket:[", o->inode, "]");
		return;
	}
	add_raw(o->name, a->local);
	if (!a->remote[0])
		return;
	add_raw(o->name, " - ");
	add_raw(o->name, a->remote);
}

/* --- pairs --------------------------------------------------------------------------------------- */

/* The other side in the list, or -1. A datagram socket's peer need not have it for a peer. */
static int other_of(const struct sockets *k, int index, bool *mutual)
{
	const struct socket_info *i = &k->v->socket_list.list[index], *o;
	int other = i->family == SOCKET_UNIX ? (i->peer ? found_at(k, i->peer) : -1) :
		    i->remote[0] ? table_find(&k->v->tcp, 0, connection(i, space_of(k, (size_t)index), true)) : -1;

	if (other < 0 || other == index)
		return -1;
	o = &k->v->socket_list.list[other];
	*mutual = i->family == SOCKET_UNIX ? o->peer == i->inode :
		  strcmp(o->remote, i->local) == 0 && strcmp(o->local, i->remote) == 0;
	return *mutual || i->family == SOCKET_UNIX ? other : -1;
}

/* Side a is the one that a name leads to: the server's. */
static bool goes_first(const struct socket_info *x, const struct socket_info *y)
{
	if (!x->local[0] != !y->local[0])
		return x->local[0];
	if (is_inet(x) && x->local_port != y->local_port)
		return x->local_port < y->local_port;
	return x->inode < y->inode;
}

static enum system_kind kind_of(const struct socket_info *i)
{
	return i->family == SOCKET_UNIX ? SYSTEM_UNIX : i->type == SOCK_STREAM ? SYSTEM_TCP : SYSTEM_UDP;
}

static struct system_object *new_object(struct sockets *k, enum system_kind kind, uint64_t inode)
{
	struct system_object *o = system_object_at(k->s, kind, 0, inode, NULL);

	o->socket = &k->v->sockets[k->v->n_sockets];
	k->v->n_sockets += 2;
	memset(o->socket, 0, 2 * sizeof *o->socket);
	o->socket[0].inode = inode;
	return o;
}

/* The object of one or of two sockets of the list; other -1: none. */
static int make(struct sockets *k, int index, int other)
{
	const struct socket_info *list = k->v->socket_list.list;
	struct system_object *o;
	int first = index;

	if (other >= 0 && goes_first(&list[other], &list[index])) {
		first = other;
		other = index;
	}
	o = new_object(k, kind_of(&list[first]), list[first].inode);
	o->socket[0] = list[first];
	if (other >= 0) {
		o->socket[1] = list[other];
		o->inode_b = list[other].inode;
		system_object_alias(k->s, o->kind, 0, o->inode_b, (int)(o - k->s->object));
	}
	o->family = list[first].family == SOCKET_UNIX ? AF_UNIX : list[first].family == SOCKET_INET ? AF_INET : AF_INET6;
	o->type = list[first].type;
	if (o->kind == SYSTEM_UNIX)
		name_unix(o);
	else
		name_inet(o);
	return (int)(o - k->s->object);
}

/* A nameless datagram socket that sends to another's: an end of the other's object. */
static int one_way(struct sockets *k, int index, int other)
{
	const struct socket_info *list = k->v->socket_list.list;
	int object = system_object_find(k->s, SYSTEM_UNIX, 0, list[other].inode);
	struct system_object *o;

	if (object < 0)
		object = make(k, other, -1);
	o = &k->s->object[object];
	/* One that is itself the other side of something is not taken into it. */
	if (o->inode != list[other].inode)
		return make(k, index, -1);
	if (!o->socket[1].found) {
		o->socket[1] = list[index];
		o->inode_b = list[index].inode;
	}
	system_object_alias(k->s, SYSTEM_UNIX, 0, list[index].inode, object);
	return object;
}

static int object_of(struct sockets *k, int index)
{
	const struct socket_info *i = &k->v->socket_list.list[index];
	int object = system_object_find(k->s, kind_of(i), 0, i->inode), other;
	bool mutual = false;

	if (object >= 0)
		return object;
	other = other_of(k, index, &mutual);
	if (other >= 0 && !mutual)
		return i->type == SOCK_DGRAM && !i->local[0] ? one_way(k, index, other) : make(k, index, -1);
	return make(k, index, other);
}

/* --- what no dump shows ---------------------------------------------------------------------------- */

/* Sockets of other namespaces, and those without a port yet, tell the name of their protocol alone:
 * the attribute that sockfs gives them (net/socket.c in the kernel), read through the link. */
static int unknown_object(struct sockets *k, const struct link *link)
{
	static const struct { const char *name; enum system_kind kind; } protocols[] = {
		{ "UNIX", SYSTEM_UNIX }, { "UNIX-STREAM", SYSTEM_UNIX }, { "TCP", SYSTEM_TCP },
		{ "TCPv6", SYSTEM_TCP }, { "UDP", SYSTEM_UDP }, { "UDPv6", SYSTEM_UDP },
	};
	char path[64], protocol[32] = "";

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)k->s->process[link->process].pid, link->fd);
	if (getxattr(path, "system.sockprotoname", protocol, sizeof protocol - 1) <= 0)
		return -1;
	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
		struct system_object *o;
		int object;

		if (strcmp(protocol, protocols[i].name) != 0)
			continue;
		object = system_object_find(k->s, protocols[i].kind, 0, link->inode);
		if (object >= 0)
			return object;
		o = new_object(k, protocols[i].kind, link->inode);
		o->family = protocols[i].kind == SYSTEM_UNIX ? AF_UNIX : strchr(protocol, '6') ? AF_INET6 : AF_INET;
		o->type = protocols[i].kind == SYSTEM_TCP ? SOCK_STREAM : protocols[i].kind == SYSTEM_UDP ? SOCK_DGRAM : 0;
		system_name_number(o->name, "socket:[", link->inode, "]");
		return (int)(o - k->s->object);
	}
	return -1;
}

/* Two for each object: that of a descriptor, and of whom a datagram socket sends to. They must not move, and
 * what is not used costs nothing as long as nobody writes to it. */
static void make_room(struct system_private *v, size_t descriptors)
{
	size_t need = 4 * descriptors;

	if (v->room_sockets >= need)
		return;
	free(v->sockets);
	v->sockets = memory_new(need, sizeof *v->sockets);
	v->room_sockets = need;
}

void join_sockets(struct system *s)
{
	struct sockets k = { .s = s, .v = s->private };
	const struct links *l = &s->private->links;
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += l->list[i].kind == LINK_SOCKET;
	k.v->socket_list.count = k.v->n_sockets = 0;
	table_clear(&k.v->sockets_at);
	table_clear(&k.v->tcp);
	if (n == 0)
		return;
	ask_all(&k);
	k.v->sockets_time = clock_now();
	make_room(k.v, n);
	for (size_t i = 0; i < l->count; i++) {
		const struct link *link = &l->list[i];
		int at, object;

		if (link->kind != LINK_SOCKET)
			continue;
		at = found_at(&k, link->inode);
		object = at >= 0 ? object_of(&k, at) : unknown_object(&k, link);
		if (object >= 0)
			system_end_add(s, link->process, object, link->fd, 'b',
				       s->object[object].inode == link->inode ? 'a' : 'b');
	}
}
