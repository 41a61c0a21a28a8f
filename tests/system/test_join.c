/* SPDX-License-Identifier: MIT */
/* The two sides of things, and who has what: made worlds, compared. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <pty.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

/* --- sockets ------------------------------------------------------------------------------------- */

static struct system *s;

static void setup(void)
{
	s = system_new();
}

static void teardown(void)
{
	system_free(s);
}

static socklen_t unix_address(struct sockaddr_un *a, const char *name, size_t length)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(a->sun_path, name, length);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

START_TEST(a_socket_pair_is_one_object)
{
	struct system_object *o;
	struct child child;
	uint64_t inode[2];
	char a, b;
	int end[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, end), 0);
	inode[0] = snapshot_inode(end[0]);
	inode[1] = snapshot_inode(end[1]);
	child_start(&child, child_idle, NULL);
	close(end[1]);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_UNIX, inode[0]);
	ck_assert_ptr_eq(o, snapshot_object(s, SYSTEM_UNIX, inode[1]));
	ck_assert_int_eq(o->n_ends, 3);
	a = snapshot_end(s, o, getpid(), end[0])->side;
	b = snapshot_end(s, o, child.pid, end[1])->side;
	ck_assert((a == 'a' && b == 'b') || (a == 'b' && b == 'a'));
	ck_assert_int_eq(snapshot_end(s, o, child.pid, end[0])->side, a);
	ck_assert_int_eq(o->readers + o->writers, 3); /* this process on one side, the child on both */
	ck_assert_int_eq(o->type, SOCK_STREAM);
	ck_assert(o->socket && o->socket[0].found && o->socket[1].found);
	ck_assert_uint_eq(o->socket[0].inode, o->inode);
	ck_assert_uint_eq(o->socket[1].inode, o->inode_b);
	child_stop(&child);
	close(end[0]);
}
END_TEST

START_TEST(a_servers_name_is_the_connections)
{
	static const char name[] = "\0ipcscope-test\n\033\\\xff\"";
	struct system_object *connection, *listener;
	struct sockaddr_un a;
	socklen_t size = unix_address(&a, name, sizeof name - 1);
	int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	int waiting = socket(AF_UNIX, SOCK_STREAM, 0), accepted;

	ck_assert_int_eq(bind(server, (struct sockaddr *)&a, size), 0);
	ck_assert_int_eq(listen(server, 3), 0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&a, size), 0);
	accepted = accept(server, NULL, NULL);
	ck_assert_int_ge(accepted, 0);
	ck_assert_int_eq(connect(waiting, (struct sockaddr *)&a, size), 0);
	snapshot_take(s);
	listener = snapshot_object(s, SYSTEM_UNIX, snapshot_inode(server));
	connection = snapshot_object(s, SYSTEM_UNIX, snapshot_inode(client));
	ck_assert_ptr_eq(connection, snapshot_object(s, SYSTEM_UNIX, snapshot_inode(accepted)));
	ck_assert_ptr_ne(connection, listener);
	ck_assert_uint_eq(connection->inode, snapshot_inode(accepted)); /* side a: the server's */
	ck_assert_str_eq(connection->name, "@ipcscope-test\n\033\\\xff\"");
	ck_assert_str_eq(listener->name, connection->name);
	ck_assert_int_eq(listener->level.number, 1);
	ck_assert_int_eq(listener->limit.number, 3);
	ck_assert(!listener->full);
	ck_assert_uint_eq(listener->socket[0].pending_named, 1);
	ck_assert_uint_eq(listener->socket[0].pending_from[0], snapshot_inode(waiting));
	close(waiting);
	close(client);
	close(accepted);
	close(server);
}
END_TEST

START_TEST(senders_of_datagrams_are_on_the_receivers_object)
{
	struct system_object *o;
	struct sockaddr_un a;
	char path[128];
	int receiver = socket(AF_UNIX, SOCK_DGRAM, 0), sender[2];
	socklen_t size;

	snprintf(path, sizeof path, "%s/log", folder);
	size = unix_address(&a, path, strlen(path) + 1);
	ck_assert_int_eq(bind(receiver, (struct sockaddr *)&a, size), 0);
	for (int i = 0; i < 2; i++) {
		sender[i] = socket(AF_UNIX, SOCK_DGRAM, 0);
		ck_assert_int_eq(connect(sender[i], (struct sockaddr *)&a, size), 0);
	}
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_UNIX, snapshot_inode(receiver));
	ck_assert_str_eq(o->name, path);
	ck_assert_int_eq(o->n_ends, 3);
	ck_assert_int_eq(snapshot_end(s, o, getpid(), receiver)->side, 'a');
	ck_assert_int_eq(snapshot_end(s, o, getpid(), sender[0])->side, 'b');
	ck_assert_int_eq(snapshot_end(s, o, getpid(), sender[1])->side, 'b');
	close(receiver);
	close(sender[0]);
	close(sender[1]);
}
END_TEST

static int inet_socket(int family, int type)
{
	int fd = socket(family, type, 0);

	if (fd < 0)
		unit_skip("no sockets of this family");
	return fd;
}

START_TEST(both_ends_of_a_tcp_connection_are_one_object)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct system_object *o;
	socklen_t size = sizeof a;
	int server = inet_socket(AF_INET, SOCK_STREAM), client = inet_socket(AF_INET, SOCK_STREAM), accepted;
	char ending[32];

	ck_assert_int_eq(bind(server, (struct sockaddr *)&a, size), 0);
	ck_assert_int_eq(listen(server, 3), 0);
	ck_assert_int_eq(getsockname(server, (struct sockaddr *)&a, &size), 0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&a, size), 0);
	accepted = accept(server, NULL, NULL);
	ck_assert_int_eq(write(client, "12345", 5), 5);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_TCP, snapshot_inode(client));
	ck_assert_ptr_eq(o, snapshot_object(s, SYSTEM_TCP, snapshot_inode(accepted)));
	ck_assert_ptr_ne(o, snapshot_object(s, SYSTEM_TCP, snapshot_inode(server)));
	ck_assert_int_eq(o->n_ends, 2);
	ck_assert_int_eq(o->readers, 1);
	ck_assert_int_eq(o->writers, 1);
	ck_assert_ptr_nonnull(strstr(o->name, " - 127.0.0.1:"));
	snprintf(ending, sizeof ending, "127.0.0.1:%d", ntohs(a.sin_port));
	ck_assert_ptr_nonnull(strstr(o->name, ending));
	ck_assert_str_eq(snapshot_object(s, SYSTEM_TCP, snapshot_inode(server))->name, ending);
	ck_assert_int_eq(o->inode == snapshot_inode(accepted) ? o->level.number : o->level_b.number, 5);
	close(server);
	close(client);
	close(accepted);
}
END_TEST

START_TEST(connected_udp_sockets_are_one_object_and_others_are_not)
{
	struct sockaddr_in a[3];
	int fd[3];

	for (int i = 0; i < 3; i++) {
		socklen_t size = sizeof *a;

		a[i] = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		fd[i] = inet_socket(AF_INET, SOCK_DGRAM);
		ck_assert_int_eq(bind(fd[i], (struct sockaddr *)&a[i], size), 0);
		ck_assert_int_eq(getsockname(fd[i], (struct sockaddr *)&a[i], &size), 0);
	}
	ck_assert_int_eq(connect(fd[0], (struct sockaddr *)&a[1], sizeof *a), 0);
	ck_assert_int_eq(connect(fd[1], (struct sockaddr *)&a[0], sizeof *a), 0);
	ck_assert_int_eq(connect(fd[2], (struct sockaddr *)&a[0], sizeof *a), 0);
	snapshot_take(s);
	ck_assert_ptr_eq(snapshot_object(s, SYSTEM_UDP, snapshot_inode(fd[0])),
			 snapshot_object(s, SYSTEM_UDP, snapshot_inode(fd[1])));
	ck_assert_int_eq(snapshot_object(s, SYSTEM_UDP, snapshot_inode(fd[2]))->n_ends, 1);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
}
END_TEST

START_TEST(a_socket_without_a_port_is_there)
{
	int fd = inet_socket(AF_INET6, SOCK_STREAM);
	struct system_object *o;

	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_TCP, snapshot_inode(fd));
	ck_assert_int_eq(o->n_ends, 1);
	close(fd);
}
END_TEST

/* --- System V -------------------------------------------------------------------------------------- */

static int attach(void *arg)
{
	int *world = arg; /* id, pipe's write end */

	if (shmat(world[0], NULL, 0) == (void *)-1 || write(world[1], "x", 1) != 1)
		return 1;
	return child_idle(NULL);
}

START_TEST(a_segment_knows_who_has_it)
{
	int id = shmget(IPC_PRIVATE, 5000, 0600), ready[2], world[2];
	struct system_object *o;
	struct child child;
	char c;

	if (id < 0)
		unit_skip("no System V shared memory");
	ck_assert_int_eq(pipe(ready), 0);
	world[0] = id;
	world[1] = ready[1];
	child_start(&child, attach, world);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_SEGMENT, (uint64_t)id);
	ck_assert_int_eq(o->n_ends, 1);
	ck_assert_int_eq(snapshot_end(s, o, child.pid, -1)->access, 'b');
	ck_assert_int_eq(o->level.number, 5000);
	ck_assert_uint_eq(o->sysv.segment.attached, 1);
	ck_assert(!o->hidden);
	child_stop(&child);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_SEGMENT, (uint64_t)id);
	ck_assert_int_eq(o->n_ends, 0);
	shmctl(id, IPC_RMID, NULL);
	snapshot_take(s);
	ck_assert_ptr_null(snapshot_find(s, SYSTEM_SEGMENT, (uint64_t)id));
	close(ready[0]);
	close(ready[1]);
}
END_TEST

START_TEST(a_queue_and_a_semaphore_know_who_used_them)
{
	struct { long type; char text[100]; } message = { .type = 1 };
	int queue = msgget(IPC_PRIVATE, 0600), set = semget(IPC_PRIVATE, 1, 0600);
	struct sembuf up = { .sem_op = 3 };
	struct system_object *q, *m;

	if (queue < 0 || set < 0)
		unit_skip("no System V queues or semaphores");
	ck_assert_int_eq(msgsnd(queue, &message, 100, 0), 0);
	ck_assert_int_eq(semop(set, &up, 1), 0);
	snapshot_take(s);
	q = snapshot_object(s, SYSTEM_QUEUE, (uint64_t)queue);
	m = snapshot_object(s, SYSTEM_SEMAPHORES, (uint64_t)set);
	ck_assert_int_eq(q->level.number, 100);
	ck_assert_int_eq(q->limit.number, (int64_t)q->sysv.queue.limit);
	ck_assert_int_eq(snapshot_end(s, q, getpid(), -1)->access, 'w');
	ck_assert_int_eq(m->level.number, 3);
	ck_assert_int_eq(snapshot_end(s, m, getpid(), -1)->access, 'b');
	msgctl(queue, IPC_RMID, NULL);
	semctl(set, 0, IPC_RMID);
}
END_TEST

/* --- POSIX -------------------------------------------------------------------------------------------- */

START_TEST(a_posix_queue_is_found_by_its_descriptors_and_by_its_name)
{
	struct mq_attr attributes = { .mq_maxmsg = 2, .mq_msgsize = 8 };
	struct system_object *o;
	char name[64];
	uint64_t inode;
	mqd_t queue;

	snprintf(name, sizeof name, "/ipcscope-join-%d", (int)getpid());
	queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
	if (queue == (mqd_t)-1)
		unit_skip("no POSIX queues");
	if (!child_lends()) {
		mq_unlink(name);
		unit_skip("no descriptors are lent here (pidfd_getfd)");
	}
	inode = snapshot_inode((int)queue);
	ck_assert_int_eq(mq_send(queue, "a", 1, 0), 0);
	ck_assert_int_eq(mq_send(queue, "b", 1, 0), 0);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_MQUEUE, inode);
	ck_assert_str_eq(o->name, name);
	ck_assert_int_eq(o->level.number, 2);
	ck_assert_int_eq(o->limit.number, 2);
	ck_assert(o->full);
	ck_assert_int_eq(snapshot_end(s, o, getpid(), (int)queue)->access, 'b');
	mq_close(queue);
	snapshot_take(s);
	o = snapshot_find(s, SYSTEM_MQUEUE, inode);
	ck_assert(!o == !s->posix.queues_listed);
	if (o) {
		ck_assert_int_eq(o->n_ends, 0);
		ck_assert_int_eq(o->level.number, 2);
	}
	mq_unlink(name);
}
END_TEST

START_TEST(a_named_semaphore_knows_who_has_it)
{
	struct system_object *o = NULL;
	char name[64];
	sem_t *sem;

	snprintf(name, sizeof name, "/ipcscope-join-%d", (int)getpid());
	sem = sem_open(name, O_CREAT | O_EXCL, 0600, 7);
	if (sem == SEM_FAILED)
		unit_skip("no named semaphores");
	snapshot_take(s);
	for (size_t i = 0; i < s->n_objects; i++)
		if (s->object[i].kind == SYSTEM_SEMAPHORE && strcmp(s->object[i].name, name) == 0)
			o = &s->object[i];
	ck_assert_ptr_nonnull(o);
	ck_assert_int_eq(o->level.number, 7);
	ck_assert_ptr_nonnull(snapshot_end(s, o, getpid(), -1));
	sem_unlink(name);
	sem_close(sem);
}
END_TEST

START_TEST(named_memory_is_there_also_when_nobody_has_it)
{
	struct system_object *o;
	char name[64];
	uint64_t inode;
	void *at;
	int fd;

	snprintf(name, sizeof name, "/ipcscope-join-%d", (int)getpid());
	fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
	if (fd < 0)
		unit_skip("no shared memory with names");
	ck_assert_int_eq(ftruncate(fd, 10000), 0);
	inode = snapshot_inode(fd);
	at = mmap(NULL, 10000, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_MEMORY, inode);
	ck_assert_str_eq(o->name, name);
	ck_assert_int_eq(o->level.number, 10000);
	ck_assert_int_eq(snapshot_end(s, o, getpid(), -1)->access, 'r');
	munmap(at, 10000);
	snapshot_take(s);
	ck_assert_int_eq(snapshot_object(s, SYSTEM_MEMORY, inode)->n_ends, 0);
	shm_unlink(name);
}
END_TEST

static uint64_t inode_at(const void *address)
{
	unsigned long long begin, end, offset, inode;
	unsigned major_number, minor_number;
	char line[512], protection[8];
	uint64_t found = 0;
	FILE *f = fopen("/proc/self/maps", "r");

	while (fgets(line, sizeof line, f))
		if (sscanf(line, "%llx-%llx %7s %llx %x:%x %llu", &begin, &end, protection, &offset, &major_number,
			   &minor_number, &inode) == 7 && (uintptr_t)address >= begin && (uintptr_t)address < end)
			found = inode;
	fclose(f);
	return found;
}

START_TEST(memory_without_a_name_is_looked_for_when_asked_to)
{
	char *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), *own;
	uint64_t inode = inode_at(shared);
	struct system_object *o;
	struct child child;

	child_start(&child, child_idle, NULL);
	own = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	snapshot_take(s);
	ck_assert_ptr_null(snapshot_find(s, SYSTEM_MEMORY, inode));
	s->with_memory = true;
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_MEMORY, inode);
	ck_assert_ptr_nonnull(snapshot_end(s, o, child.pid, -1));
	ck_assert_ptr_nonnull(snapshot_end(s, o, getpid(), -1));
	ck_assert_ptr_null(snapshot_find(s, SYSTEM_MEMORY, inode_at(own)));
	/* Read by all and written by none is no communication. */
	mprotect(shared, 8192, PROT_READ);
	child_stop(&child);
	child_start(&child, child_idle, NULL);
	snapshot_take(s);
	ck_assert_ptr_null(snapshot_find(s, SYSTEM_MEMORY, inode));
	child_stop(&child);
	munmap(shared, 8192);
	munmap(own, 8192);
}
END_TEST

/* --- the rest ------------------------------------------------------------------------------------------- */

START_TEST(an_eventfd_that_several_have_is_an_object)
{
	int shared = eventfd(5, EFD_CLOEXEC), own;
	struct child child;
	size_t events = 0, mine = 0;

	child_start(&child, child_idle, NULL);
	own = eventfd(6, EFD_CLOEXEC);
	snapshot_take(s);
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct system_object *o = &s->object[i];

		if (o->kind != SYSTEM_EVENT)
			continue;
		events++;
		mine += snapshot_end(s, o, getpid(), shared) && snapshot_end(s, o, child.pid, shared) &&
			o->level.known && o->level.number == 5;
		ck_assert_ptr_null(snapshot_end(s, o, getpid(), own));
	}
	if (!events) {
		child_stop(&child);
		unit_skip("fdinfo does not number eventfds (Linux 5.2)");
	}
	ck_assert_uint_eq(mine, 1);
	child_stop(&child);
	close(shared);
	close(own);
}
END_TEST

START_TEST(a_terminal_and_its_master_are_one_object)
{
	struct system_object *o = NULL;
	char name[64] = "";
	int master, slave;

	if (openpty(&master, &slave, name, NULL, NULL) != 0)
		unit_skip("no pseudo-terminals");
	snapshot_take(s);
	for (size_t i = 0; i < s->n_objects; i++)
		if (s->object[i].kind == SYSTEM_TERMINAL && snapshot_end(s, &s->object[i], getpid(), slave))
			o = &s->object[i];
	ck_assert_ptr_nonnull(o);
	ck_assert_str_eq(o->name, name);
	ck_assert_int_eq(snapshot_end(s, o, getpid(), slave)->side, 'b');
	ck_assert_ptr_nonnull(snapshot_end(s, o, getpid(), master));
	ck_assert_int_eq(snapshot_end(s, o, getpid(), master)->side, 'a');
	close(master);
	close(slave);
}
END_TEST

static int wait_for_lock(void *arg)
{
	struct flock lock = { .l_type = F_WRLCK };
	int fd = open(arg, O_RDWR);

	alarm(120);
	return fd < 0 || fcntl(fd, F_SETLKW, &lock) < 0;
}

START_TEST(a_locked_file_knows_who_has_it_open)
{
	struct flock lock = { .l_type = F_WRLCK };
	struct system_object *o;
	struct child child;
	int fd, free_file, waits = 0;
	char path[128];

	snprintf(path, sizeof path, "%s/free", folder);
	free_file = open(path, O_CREAT | O_RDWR, 0600);
	snprintf(path, sizeof path, "%s/locked", folder);
	fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	snapshot_take(s);
	ck_assert_ptr_null(snapshot_find(s, SYSTEM_FILE, snapshot_inode(fd)));
	ck_assert_int_eq(fcntl(fd, F_SETLK, &lock), 0);
	child_start(&child, wait_for_lock, path);
	child_await_call(&child, SYS_fcntl, NULL);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_FILE, snapshot_inode(fd));
	ck_assert_str_eq(o->name, path);
	ck_assert_int_eq(snapshot_end(s, o, getpid(), fd)->access, 'b');
	ck_assert_ptr_nonnull(snapshot_end(s, o, child.pid, -2));
	ck_assert_ptr_null(snapshot_find(s, SYSTEM_FILE, snapshot_inode(free_file)));
	for (size_t i = 0; i < s->locks.count; i++)
		waits += s->locks.list[i].depth == 1 && s->locks.list[i].pid == child.pid;
	ck_assert_int_eq(waits, 1);
	child_stop(&child);
	close(fd);
	close(free_file);
}
END_TEST

static int stranger(void *unused)
{
	for (int fd = 0; fd < 256; fd++)
		close(fd);
	return child_idle(unused);
}

START_TEST(with_pids_only_they_and_who_shares_with_them)
{
	struct system_object *o;
	struct child child, other;
	int ours[2], others[2];
	int64_t deadline = 0;
	pid_t pid;

	if (unit_valgrind())
		unit_skip("valgrind holds pipes of its own, which all processes share");
	ck_assert_int_eq(pipe(ours), 0);
	ck_assert_int_eq(pipe2(others, O_CLOEXEC), 0);
	child_start(&child, child_idle, NULL);
	close(others[0]);
	close(others[1]);
	pid = child.pid;
	ck_assert_int_eq(pipe(others), 0); /* of this process alone */
	child_start(&other, stranger, NULL);
	do {
		snapshot_take(s);
	} while (snapshot_process(s, other.pid)->n_ends && child_wait(&deadline));
	ck_assert_int_eq(system_scan(s, &pid, 1, NULL), 0);
	system_join(s);
	system_levels(s, NULL, 0);
	snapshot_check(s);
	o = snapshot_object(s, SYSTEM_PIPE, snapshot_inode(ours[0]));
	ck_assert_int_eq(o->n_ends, 4);
	ck_assert_ptr_null(snapshot_find(s, SYSTEM_PIPE, snapshot_inode(others[0])));
	ck_assert_int_ge(system_find_process(s, pid), 0);
	ck_assert_int_ge(system_find_process(s, getpid()), 0);
	ck_assert_int_lt(system_find_process(s, other.pid), 0);
	child_stop(&child);
	child_stop(&other);
}
END_TEST

Suite *suite_system_join(void)
{
	Suite *suite = suite_create("system_join");
	TCase *all = tcase_create("all");

	folder_use(all);
	tcase_add_checked_fixture(all, setup, teardown);
	tcase_set_timeout(all, 60);
	tcase_add_test(all, a_socket_pair_is_one_object);
	tcase_add_test(all, a_servers_name_is_the_connections);
	tcase_add_test(all, senders_of_datagrams_are_on_the_receivers_object);
	tcase_add_test(all, both_ends_of_a_tcp_connection_are_one_object);
	tcase_add_test(all, connected_udp_sockets_are_one_object_and_others_are_not);
	tcase_add_test(all, a_socket_without_a_port_is_there);
	tcase_add_test(all, a_segment_knows_who_has_it);
	tcase_add_test(all, a_queue_and_a_semaphore_know_who_used_them);
	tcase_add_test(all, a_posix_queue_is_found_by_its_descriptors_and_by_its_name);
	tcase_add_test(all, a_named_semaphore_knows_who_has_it);
	tcase_add_test(all, named_memory_is_there_also_when_nobody_has_it);
	tcase_add_test(all, memory_without_a_name_is_looked_for_when_asked_to);
	tcase_add_test(all, an_eventfd_that_several_have_is_an_object);
	tcase_add_test(all, a_terminal_and_its_master_are_one_object);
	tcase_add_test(all, a_locked_file_knows_who_has_it_open);
	tcase_add_test(all, with_pids_only_they_and_who_shares_with_them);
	suite_add_tcase(suite, all);
	return suite;
}
