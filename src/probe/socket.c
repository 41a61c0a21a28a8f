/* SPDX-License-Identifier: MIT */
/* Sockets by their inodes over NETLINK_SOCK_DIAG (sock_diag(7)).
 *
 * Unix sockets can be asked for by inode: 6.5 us. TCP and UDP ones only by their addresses (2.7
 * us), so these are found once by a dump (TCP 170 us a family, nearly all of it empty buckets;
 * UDP 12 us) and then kept in mind. The kernel's filters of a dump (INET_DIAG_REQ_BYTECODE)
 * know no inode. /proc/net/tcp walks the same buckets, and prints. */
#include "probe/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

#include "base/clock.h"
#include "base/memory.h"
#include "probe/diag.h"

/* A search in vain may take this part of the time. */
enum { SEARCH_SHARE = 20 };

enum {
	SHOW_NAME = UDIAG_SHOW_NAME,
	SHOW = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_MEMINFO,
	SHOW_ALL = SHOW | UDIAG_SHOW_ICONS,
	EXTENSIONS = 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_SKMEMINFO - 1),
};

/* The tables that may hold a TCP or UDP socket, the cheap ones first. */
static const struct table {
	uint8_t family, protocol;
	int type;
} tables[] = {
	{ AF_INET, IPPROTO_UDP, SOCK_DGRAM },
	{ AF_INET6, IPPROTO_UDP, SOCK_DGRAM },
	{ AF_INET, IPPROTO_TCP, SOCK_STREAM },
	{ AF_INET6, IPPROTO_TCP, SOCK_STREAM },
};

enum { TABLES = sizeof tables / sizeof *tables };

enum where { NEW, IN_UNIX, IN_TABLE, NOWHERE };

/* An inode that was asked for, and where it was found. */
struct wanted {
	uint64_t inode;
	size_t index; /* in the caller's arrays */
	enum where where;
	const struct table *table;  /* IN_TABLE */
	struct inet_diag_sockid id; /* IN_TABLE: addresses, interface and cookie */
};

struct socket_query {
	struct diag diag;
	struct wanted *wanted; /* of the last sockets_read, by inode */
	size_t count;
	int64_t search_again; /* clock_now() from which NOWHERE is looked for again */
};

int socket_query_open(int netns, struct socket_query **out)
{
	struct socket_query *q;
	int fd;

	*out = NULL;
	fd = diag_open(netns);
	if (fd < 0)
		return fd;
	q = memory_new(1, sizeof *q);
	q->diag.fd = fd;
	*out = q;
	return 0;
}

void socket_query_close(struct socket_query *q)
{
	if (!q)
		return;
	close(q->diag.fd);
	free(q->wanted);
	free(q);
}

bool socket_query_netns(const struct socket_query *q, uint64_t *cookie)
{
#ifdef SO_NETNS_COOKIE
	socklen_t size = sizeof *cookie;

	if (getsockopt(q->diag.fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &size) == 0)
		return true;
#endif
	(void)q;
	*cookie = 0;
	return false;
}

void socket_query_again(struct socket_query *q)
{
	q->search_again = 0;
}

/* One Unix socket: 0, -ENOENT or another -errno. */
static int ask_unix(struct socket_query *q, uint64_t inode, unsigned show, struct socket_info *out)
{
	struct unix_diag_req request = {
		.sdiag_family = AF_UNIX,
		.udiag_states = ~0U,
		.udiag_ino = (uint32_t)inode,
		.udiag_show = show,
		.udiag_cookie = { (uint32_t)INET_DIAG_NOCOOKIE, (uint32_t)INET_DIAG_NOCOOKIE },
	};
	const char *data;
	size_t length;
	int error = diag_ask(&q->diag, 0, &request, sizeof request);

	if (error == 0)
		error = diag_answer(&q->diag, &data, &length);
	if (error != 1)
		return error ? error : -EIO;
	return socket_parse_unix(data, length, out) && out->inode == inode ? 0 : -ENOENT;
}

/* A TCP or UDP socket whose addresses are known. */
static int ask_inet(struct socket_query *q, const struct wanted *w, struct socket_info *out)
{
	struct inet_diag_req_v2 request = {
		.sdiag_family = w->table->family,
		.sdiag_protocol = w->table->protocol,
		.idiag_ext = EXTENSIONS,
		.idiag_states = ~0U,
		.id = w->id,
	};
	const char *data;
	size_t length;
	int error;

	/* "src and dst are swapped for historical reasons", net/ipv4/udp_diag.c */
	if (w->table->protocol == IPPROTO_UDP) {
		request.id.idiag_sport = w->id.idiag_dport;
		request.id.idiag_dport = w->id.idiag_sport;
		memcpy(request.id.idiag_src, w->id.idiag_dst, sizeof request.id.idiag_src);
		memcpy(request.id.idiag_dst, w->id.idiag_src, sizeof request.id.idiag_dst);
	}
	error = diag_ask(&q->diag, 0, &request, sizeof request);
	if (error == 0)
		error = diag_answer(&q->diag, &data, &length);
	if (error != 1)
		return error ? error : -EIO;
	return socket_parse_inet(data, length, w->table->type, out) && out->inode == w->inode ? 0 : -ENOENT;
}

static int by_inode(const void *a, const void *b)
{
	uint64_t x = ((const struct wanted *)a)->inode, y = ((const struct wanted *)b)->inode;

	return (x > y) - (x < y);
}

/* The first of those with this inode. */
static struct wanted *find(const struct socket_query *q, uint64_t inode)
{
	size_t low = 0, high = q->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (q->wanted[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low < q->count && q->wanted[low].inode == inode ? &q->wanted[low] : NULL;
}

/* Remembers what is wanted now, with what is known of it from the last time. */
static void want(struct socket_query *q, const uint64_t *inodes, size_t n)
{
	struct wanted *list = memory_new(n, sizeof *list);

	for (size_t i = 0; i < n; i++) {
		const struct wanted *before = find(q, inodes[i]);

		if (before)
			list[i] = *before;
		list[i].inode = inodes[i];
		list[i].index = i;
	}
	qsort(list, n, sizeof *list, by_inode);
	free(q->wanted);
	q->wanted = list;
	q->count = n;
}

/* Whether the one before it is the same. */
static bool twin(const struct socket_query *q, size_t i)
{
	return i > 0 && q->wanted[i - 1].inode == q->wanted[i].inode;
}

/* Asks for those whose place is known or who may be Unix sockets. Returns how many are to be
 * searched for, or -errno. */
static int ask_each(struct socket_query *q, struct socket_info *out)
{
	bool again = clock_now() >= q->search_again;
	int missing = 0;

	for (size_t i = 0; i < q->count; i++) {
		struct wanted *w = &q->wanted[i];
		struct socket_info *info = &out[w->index];
		int error = -ENOENT;

		if (twin(q, i) || w->inode == 0 || w->inode > UINT32_MAX ||
		    (w->where == NOWHERE && !again))
			continue;
		if (w->where == IN_TABLE)
			error = ask_inet(q, w, info);
		else
			error = ask_unix(q, w->inode, SHOW_ALL, info);
		/* A backlog of a thousand does not fit into the answer. */
		if (error == -EMSGSIZE && w->where != IN_TABLE)
			error = ask_unix(q, w->inode, SHOW, info);
		if (error == -EPERM || error == -EBADF || error == -EIO)
			return error;
		if (error == 0 && w->where != IN_TABLE)
			w->where = IN_UNIX;
		if (error) {
			*info = (struct socket_info){ .inode = w->inode };
			w->where = NEW;
			missing++;
		}
	}
	return missing;
}

/* One socket of a dump: true when it was one of the missing, which those that were looked for in
 * vain lately are not counted among. */
static bool take(struct socket_query *q, const struct table *table, const char *data, size_t length,
		 struct socket_info *out)
{
	struct inet_diag_msg m;
	struct wanted *w;
	bool missed;

	if (length < sizeof m)
		return false;
	memcpy(&m, data, sizeof m);
	w = m.idiag_inode ? find(q, m.idiag_inode) : NULL; /* 0: nobody's yet, or nobody's any more */
	if (!w || out[w->index].found)
		return false;
	missed = w->where == NEW;
	w->where = IN_TABLE;
	w->table = table;
	w->id = m.id;
	return socket_parse_inet(data, length, table->type, &out[w->index]) && missed;
}

/* Returns how many are still missing. A table that the kernel does not have holds none. */
static int dump(struct socket_query *q, const struct table *table, int missing,
		struct socket_info *out)
{
	struct inet_diag_req_v2 request = {
		.sdiag_family = table->family,
		.sdiag_protocol = table->protocol,
		.idiag_ext = EXTENSIONS,
		.idiag_states = ~0U, /* with those only bound, Linux 6.8 */
	};
	const char *data;
	size_t length;

	if (diag_ask(&q->diag, NLM_F_DUMP, &request, sizeof request) != 0)
		return missing;
	while (diag_answer(&q->diag, &data, &length) == 1)
		missing -= take(q, table, data, length, out);
	return missing;
}

static void search(struct socket_query *q, int missing, struct socket_info *out)
{
	int64_t begin = clock_now(), end;

	for (size_t i = 0; i < TABLES && missing > 0; i++)
		missing = dump(q, &tables[i], missing, out);
	for (size_t i = 0; i < q->count; i++)
		if (!out[q->wanted[i].index].found)
			q->wanted[i].where = NOWHERE;
	end = clock_now();
	q->search_again = end + (end - begin) * SEARCH_SHARE;
}

/* A Unix socket's remote address is its peer's name. */
static void name_peers(struct socket_query *q, struct socket_info *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct wanted *w = out[i].peer ? find(q, out[i].peer) : NULL;
		struct socket_info peer;

		if (w && out[w->index].found)
			memcpy(out[i].remote, out[w->index].local, sizeof out[i].remote);
		else if (out[i].peer && ask_unix(q, out[i].peer, SHOW_NAME, &peer) == 0)
			memcpy(out[i].remote, peer.local, sizeof peer.local);
	}
}

int sockets_read(struct socket_query *q, const uint64_t *inodes, size_t n, struct socket_info *out)
{
	int missing;

	for (size_t i = 0; i < n; i++)
		out[i] = (struct socket_info){ .inode = inodes[i] };
	if (n == 0)
		return 0;
	want(q, inodes, n);
	missing = ask_each(q, out);
	if (missing > 0)
		search(q, missing, out);
	for (size_t i = 0; i < n; i++) {
		if (missing < 0)
			out[i] = (struct socket_info){ .inode = inodes[i] };
		else if (twin(q, i))
			out[q->wanted[i].index] = out[q->wanted[i - 1].index];
	}
	if (missing < 0)
		return missing;
	name_peers(q, out, n);
	return 0;
}
