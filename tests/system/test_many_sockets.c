/* SPDX-License-Identifier: MIT */
/* A thousand sockets: both ends of each are joined, once, with what neither has read. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/system/many.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

/* Each holder makes its sockets and forks a partner, who has the other end of each connection. */
enum {
	SOCKET_HOLDERS = 8, STREAMS = 25, DATAGRAMS = 5, CONNECTIONS = 10, PENDING = 3, TCPS = 12, UDPS = 8,
	SOCKET_OBJECTS = STREAMS + DATAGRAMS + CONNECTIONS + PENDING + 1 + TCPS + 1 + UDPS + 1,
	SOCKETS_EACH = 2 * (STREAMS + DATAGRAMS + CONNECTIONS + TCPS + UDPS) + PENDING + 3,
};

struct made_socket {
	enum system_kind kind;
	int type;
	int fd[2];          /* the holder's and the partner's; -1: there is no other end */
	uint64_t inode[2];
	int64_t unread[2];  /* what was written to each */
	int64_t pending, backlog; /* of listeners; else backlog 0 */
	char name[48];      /* "": not compared */
};

struct made_sockets { pid_t partner; struct made_socket list[SOCKET_OBJECTS]; };

static int count_made;
static struct made_sockets made_here;

static struct made_socket *add_socket(enum system_kind kind, int type, int first, int second, const char *name)
{
	struct made_socket *m = &made_here.list[count_made++];

	*m = (struct made_socket){ .kind = kind, .type = type, .fd = { first, second } };
	m->inode[0] = many_inode(first);
	m->inode[1] = second < 0 ? 0 : many_inode(second);
	snprintf(m->name, sizeof m->name, "%s", name);
	return m;
}

/* Each way as many bytes as no other of its kind has. */
static bool put_bytes(struct made_socket *m, int n)
{
	static const char bytes[2000];

	m->unread[0] = n + 1;
	m->unread[1] = n % 3 ? 10 * n : 0;
	for (int i = 0; i < 2; i++)
		if (m->unread[i] && write(m->fd[!i], bytes, (size_t)m->unread[i]) != m->unread[i])
			return false;
	return true;
}

static bool make_pairs(void)
{
	for (int i = 0; i < STREAMS + DATAGRAMS; i++) {
		int type = i < STREAMS ? SOCK_STREAM : SOCK_DGRAM, pair[2];

		if (socketpair(AF_UNIX, type, 0, pair) != 0 ||
		    !put_bytes(add_socket(SYSTEM_UNIX, type, pair[0], pair[1], ""), i))
			return false;
	}
	return true;
}

static bool make_unix_server(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct made_socket *m;
	int server = socket(AF_UNIX, SOCK_STREAM, 0), n;
	socklen_t size;
	char name[40];

	n = snprintf(name, sizeof name, "@ipcscope-many-%d", (int)getpid());
	memcpy(a.sun_path + 1, name + 1, (size_t)n - 1);
	size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n);
	if (bind(server, (struct sockaddr *)&a, size) != 0 || listen(server, 20) != 0)
		return false;
	for (int i = 0; i < CONNECTIONS + PENDING; i++) {
		int client = socket(AF_UNIX, SOCK_STREAM, 0);

		if (connect(client, (struct sockaddr *)&a, size) != 0)
			return false;
		if (i >= CONNECTIONS)
			add_socket(SYSTEM_UNIX, SOCK_STREAM, client, -1, "");
		else if (!put_bytes(add_socket(SYSTEM_UNIX, SOCK_STREAM, accept(server, NULL, NULL), client, name), i))
			return false;
	}
	m = add_socket(SYSTEM_UNIX, SOCK_STREAM, server, -1, name);
	m->pending = PENDING;
	m->backlog = 20;
	return true;
}

static int bound(int type, struct sockaddr_in *a)
{
	int fd = socket(AF_INET, type, 0);
	socklen_t size = sizeof *a;

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (bind(fd, (struct sockaddr *)a, size) != 0 || getsockname(fd, (struct sockaddr *)a, &size) != 0)
		return -1;
	return fd;
}

static bool make_tcp(void)
{
	struct sockaddr_in a;
	struct made_socket *m;
	int server = bound(SOCK_STREAM, &a);
	char name[48];

	if (server < 0 || listen(server, 30) != 0)
		return false;
	for (int i = 0; i < TCPS; i++) {
		int client = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(client, (struct sockaddr *)&a, sizeof a) != 0 ||
		    !put_bytes(add_socket(SYSTEM_TCP, SOCK_STREAM, accept(server, NULL, NULL), client, ""), i))
			return false;
	}
	snprintf(name, sizeof name, "127.0.0.1:%d", ntohs(a.sin_port));
	m = add_socket(SYSTEM_TCP, SOCK_STREAM, server, -1, name);
	m->backlog = 30;
	return true;
}

static bool make_udp(void)
{
	struct sockaddr_in a[2];

	for (int i = 0; i < UDPS; i++) {
		int fd[2] = { bound(SOCK_DGRAM, &a[0]), bound(SOCK_DGRAM, &a[1]) };

		if (fd[0] < 0 || fd[1] < 0 || connect(fd[0], (struct sockaddr *)&a[1], sizeof *a) != 0 ||
		    connect(fd[1], (struct sockaddr *)&a[0], sizeof *a) != 0 ||
		    !put_bytes(add_socket(SYSTEM_UDP, SOCK_DGRAM, fd[0], fd[1], ""), i))
			return false;
	}
	add_socket(SYSTEM_UDP, SOCK_DGRAM, bound(SOCK_DGRAM, &a[0]), -1, "");
	return true;
}

static pid_t fork_partner(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < count_made; i++)
			close(made_here.list[i].fd[0]);
		_exit(getppid() == parent ? child_idle(NULL) : 1);
	}
	return pid;
}

static int hold_sockets(void *arg)
{
	int say = *(int *)arg;

	if (!make_pairs() || !make_unix_server() || !make_tcp() || !make_udp() || count_made != SOCKET_OBJECTS)
		return 1;
	made_here.partner = fork_partner();
	for (int i = 0; i < count_made; i++)
		if (made_here.list[i].fd[1] >= 0)
			close(made_here.list[i].fd[1]);
	if (made_here.partner < 0 || write(say, &made_here, sizeof made_here) != sizeof made_here)
		return 1;
	return child_idle(NULL);
}

static void check_unread(const struct made_socket *m, const struct system_object *o, int i)
{
	const struct system_reading *level = o->inode == m->inode[i] ? &o->level : &o->level_b;

	/* Of datagrams the kernel tells the first one's bytes (unix), or the memory they take (UDP). */
	if (m->kind == SYSTEM_UNIX && m->type == SOCK_DGRAM && m->unread[i]) {
		ck_assert(!level->known && level->why);
		return;
	}
	ck_assert_msg(level->known, "%s: %s", o->name, level->why);
	if (m->kind == SYSTEM_UDP && m->unread[i])
		ck_assert_int_ge(level->number, m->unread[i]);
	else
		ck_assert_int_eq(level->number, m->unread[i]);
}

static void check_socket(const struct system *s, const struct system_object *o, const pid_t who[2],
			 const struct made_socket *m)
{
	ck_assert_int_eq(o->kind, m->kind);
	ck_assert_int_eq(o->type, m->type);
	ck_assert_int_eq(o->n_ends, m->fd[1] < 0 ? 1 : 2);
	if (m->name[0])
		ck_assert_str_eq(o->name, m->name);
	for (int i = 0; i < 2 && m->fd[i] >= 0; i++) {
		const struct system_end *e = snapshot_end(s, o, who[i], m->fd[i]);

		ck_assert_ptr_nonnull(e);
		ck_assert_int_eq(e->side, o->inode == m->inode[i] ? 'a' : 'b');
		if (!m->backlog)
			check_unread(m, o, i);
	}
	if (m->backlog) {
		ck_assert_int_eq(o->level.number, m->pending);
		ck_assert_int_eq(o->limit.number, m->backlog);
	}
}

static void check_sockets(const struct system *s, const struct child *holder, const struct made_sockets *made)
{
	size_t n;
	struct many_place *list = many_places(s, &n);

	for (int h = 0; h < SOCKET_HOLDERS; h++)
		for (int i = 0; i < SOCKET_OBJECTS; i++) {
			const struct made_socket *m = &made[h].list[i];
			const struct system_object *o = many_only(list, n, m->inode[0]);
			pid_t who[2] = { holder[h].pid, made[h].partner };

			if (m->fd[1] >= 0)
				ck_assert_ptr_eq(o, many_only(list, n, m->inode[1]));
			check_socket(s, o, who, m);
		}
	free(list);
}

START_TEST(a_thousand_sockets_are_complete_and_correct)
{
	static struct made_sockets made[SOCKET_HOLDERS];
	struct child holder[SOCKET_HOLDERS];
	struct system *s = system_new();
	int64_t deadline = 0;
	int say[2];

	ck_assert_int_ge(SOCKET_HOLDERS * SOCKETS_EACH, 1000);
	ck_assert_int_eq(pipe2(say, O_CLOEXEC), 0);
	for (int h = 0; h < SOCKET_HOLDERS; h++) {
		child_start(&holder[h], hold_sockets, &say[1]);
		many_receive(say[0], &made[h], sizeof made[h]);
	}
	/* The last partner closes what is not its own. */
	do
		snapshot_take(s);
	while (snapshot_object(s, SYSTEM_UNIX, made[SOCKET_HOLDERS - 1].list[0].inode[0])->n_ends != 2 &&
	       child_wait(&deadline));
	for (int round = 0; round < 3; round++) {
		snapshot_take(s);
		check_sockets(s, holder, made);
	}
	for (int h = 0; h < SOCKET_HOLDERS; h++)
		child_stop(&holder[h]);
	close(say[0]);
	close(say[1]);
	system_free(s);
}
END_TEST

Suite *suite_many_sockets(void)
{
	Suite *suite = suite_create("many_sockets");
	TCase *many = tcase_create("many");

	tcase_set_timeout(many, 120);
	tcase_add_test(many, a_thousand_sockets_are_complete_and_correct);
	suite_add_tcase(suite, many);
	return suite;
}
