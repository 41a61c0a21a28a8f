/* SPDX-License-Identifier: MIT */
/* Processes in each kind of call. */
#include "tests/system/waiting.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/probe/child.h"
#include "tests/unit.h"

struct waiting with;

/* --- one kind after the other ------------------------------------------------------------------------ */

static char byte[65536];

static int in_read(void *unused)
{
	(void)unused;
	return (int)read(with.pipe[0], byte, 10);
}

static int in_readv(void *unused)
{
	struct iovec v = { byte, 3 };

	(void)unused;
	return (int)readv(with.pipe[0], &v, 1);
}

static int in_write(void *unused)
{
	(void)unused;
	while (write(with.pipe[1], byte, sizeof byte) > 0)
		;
	return 0;
}

static int in_recv(void *unused)
{
	(void)unused;
	return (int)recv(with.pair[0], byte, 10, 0);
}

static int in_recvmsg(void *unused)
{
	struct iovec v = { byte, 3 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	(void)unused;
	return (int)recvmsg(with.pair[1], &m, 0);
}

static int in_send(void *unused)
{
	(void)unused;
	while (send(with.pair[0], byte, 4096, 0) > 0)
		;
	return 0;
}

static int in_splice(void *unused)
{
	int other[2];

	(void)unused;
	return pipe(other) ? 1 : (int)splice(with.pipe[0], NULL, other[1], NULL, 10, 0);
}

static int in_fifo(void *unused)
{
	(void)unused;
	return open(with.fifo, O_WRONLY);
}

static int in_accept(void *unused)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr none = { .sa_family = AF_UNIX };

	(void)unused;
	return bind(fd, &none, sizeof(sa_family_t)) || listen(fd, 1) ? 1 : accept(fd, NULL, NULL);
}

static int in_semop(void *unused)
{
	struct sembuf two[2] = { { 0, 1, 0 }, { 1, -1, 0 } };

	(void)unused;
	return semop(with.set, two, 2);
}

static int in_msgrcv(void *unused)
{
	struct { long type; char c[4]; } message;

	(void)unused;
	return (int)msgrcv(with.queue, &message, 4, 7, 0);
}

static int in_wait(void *unused)
{
	pid_t pid = child_fork_idle();

	(void)unused;
	return waitpid(pid, NULL, 0);
}

static int in_poll(void *unused)
{
	struct pollfd list[3] = { { with.pipe[0], POLLIN, 0 }, { -1, POLLIN, 0 }, { with.pair[0], POLLIN, 0 } };

	(void)unused;
	return poll(list, 3, 100000);
}

static int in_select(void *unused)
{
	fd_set set;

	(void)unused;
	FD_ZERO(&set);
	FD_SET(with.pipe[0], &set);
	return select(with.pipe[0] + 1, &set, NULL, NULL, NULL);
}

static int in_epoll(void *unused)
{
	int fd = epoll_create1(0);
	struct epoll_event e = { .events = EPOLLIN };

	(void)unused;
	return epoll_ctl(fd, EPOLL_CTL_ADD, with.pair[0], &e) ? 1 : epoll_wait(fd, &e, 1, -1);
}

static int in_sleep(void *unused)
{
	struct timespec t = { 1000, 0 };

	(void)unused;
	return nanosleep(&t, NULL);
}

static int in_poll_alone(void *unused)
{
	(void)unused;
	return poll(NULL, 0, 100000);
}

static int in_stop(void *unused)
{
	(void)unused;
	return raise(SIGSTOP);
}

const struct waiting_row waiting_rows[WAITING_ROWS] = {
	{ "read", in_read, WAIT_READ, SYSTEM_PIPE, 0, -1 },
	{ "readv", in_readv, WAIT_READ, SYSTEM_PIPE, 0, -1 },
	{ "write", in_write, WAIT_WRITE, SYSTEM_PIPE, 0, -1 },
	{ "recv", in_recv, WAIT_READ, SYSTEM_UNIX, 0, -1 },
	{ "recvmsg", in_recvmsg, WAIT_READ, SYSTEM_UNIX, 0, -1 },
	{ "send", in_send, WAIT_WRITE, SYSTEM_UNIX, 0, -1 },
	{ "splice", in_splice, WAIT_READ, SYSTEM_PIPE, 0, -1 },
	{ "open", in_fifo, WAIT_OPEN, SYSTEM_FIFO, 0, -1 },
	{ "accept", in_accept, WAIT_ACCEPT, SYSTEM_UNIX, 0, -1 },
	{ "semop", in_semop, WAIT_SEMAPHORE, SYSTEM_SEMAPHORES, 0, -1 },
	{ "msgrcv", in_msgrcv, WAIT_RECEIVE, SYSTEM_QUEUE, 0, -1 },
	{ "waitpid", in_wait, WAIT_CHILD, SYSTEM_KINDS, 0, -1 },
	{ "poll", in_poll, WAIT_POLL, SYSTEM_KINDS, 2, 100 * CLOCK_S },
	{ "select", in_select, WAIT_POLL, SYSTEM_PIPE, 1, -1 },
	{ "epoll", in_epoll, WAIT_POLL, SYSTEM_UNIX, 1, -1 },
	{ "pause", child_idle, WAIT_SIGNAL, SYSTEM_KINDS, 0, -1 },
	{ "nanosleep", in_sleep, WAIT_TIME, SYSTEM_KINDS, 0, 1000 * CLOCK_S },
	{ "poll of nothing", in_poll_alone, WAIT_TIME, SYSTEM_KINDS, 0, 100 * CLOCK_S },
	{ "stop", in_stop, WAIT_STOPPED, SYSTEM_KINDS, 0, -1 },
};

bool waiting_is_as(const struct system *s, const struct system_thread *t, const struct waiting_row *r)
{
	if (!t || t->wait != r->wait || t->n_watched != r->watched)
		return false;
	if (t->timeout != r->timeout && t->timeout != -2) /* -2: an older C library sleeps to a point in time */
		return false;
	return r->kind == SYSTEM_KINDS ? t->object < 0 : t->object >= 0 && s->object[t->object].kind == r->kind;
}

bool waiting_make_pipes(void)
{
	return pipe(with.pipe) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, with.pair) == 0;
}

void waiting_make_sysv(void)
{
	/* Where that is permitted they go with the test, also when it fails. */
	if (unit_forked())
		(void)!unshare(CLONE_NEWIPC);
	with.queue = msgget(IPC_PRIVATE, 0600);
	with.set = semget(IPC_PRIVATE, 2, 0600);
	ck_assert_int_ge(with.queue, 0);
	ck_assert_int_ge(with.set, 0);
}

void waiting_make(void)
{
	strcpy(with.folder, "/tmp/ipcscope-wait-XXXXXX");
	ck_assert_ptr_ne(mkdtemp(with.folder), NULL);
	snprintf(with.fifo, sizeof with.fifo, "%s/f", with.folder);
	ck_assert_int_eq(mkfifo(with.fifo, 0600), 0);
	ck_assert(waiting_make_pipes());
	waiting_make_sysv();
}

void waiting_remove(void)
{
	msgctl(with.queue, IPC_RMID, NULL);
	semctl(with.set, 0, IPC_RMID);
	for (int i = 0; i < 2; i++) {
		close(with.pipe[i]);
		close(with.pair[i]);
	}
	unlink(with.fifo);
	rmdir(with.folder);
}

const struct system_thread *waiting_thread(const struct system *s, pid_t pid)
{
	int i = system_find_process(s, pid);
	const struct system_process *p;

	ck_assert_int_ge(i, 0);
	p = &s->process[i];
	for (int k = 0; k < p->n_threads; k++)
		if (s->thread[p->first_thread + k].tid == pid)
			return &s->thread[p->first_thread + k];
	return NULL;
}
