/* SPDX-License-Identifier: MIT */
/* The calls that test_play_calls.c does not play: each once where it succeeds, through a stage with
 * processes, facts and a trace. Their errors are in tests/call. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/play/play.h"
#include "tests/probe/net.h"

/* Whatever sleeps is woken by somebody, not by a time: whether it was seen to sleep would differ from run
 * to run. `needs`: what must be there, or the lesson is skipped. */
static const struct { const char *needs, *text; } lessons[] = {
	{ "", /* files */
	  "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent pwrite(f, \"hello\", 3) = 5\nparent pread(f, 9, 4) = 4 \"ello\"\n"
	  "parent ftruncate(f, 4) = 0\nparent fsync(f) = 0\nparent fstat(f) = 0 {st_mode=S_IFREG|0600, st_size=4}\n"
	  "parent chmod(\"f\", 0644) = 0\nparent link(\"f\", \"g\") = 0\nparent rename(\"g\", \"h\") = 0\n"
	  "parent unlink(\"h\") = 0\nparent flock(f, LOCK_EX) = 0\nspawn other\nother f = open(\"f\", O_RDWR)\n"
	  "other flock(f, LOCK_SH) ...\nparent flock(f, LOCK_UN) = 0\nother ... flock = 0\n" },
	{ "", /* processes */
	  "parent fork child\nchild getpid() = child\nchild getppid() = parent\nparent u = geteuid()\nparent seteuid(u) = 0\n"
	  "parent setuid(u) = 0\n" },
	{ "", /* signals */
	  "parent sigprocmask(SIG_BLOCK, SIGUSR1|SIGRTMIN) = 0\nparent sigqueue(parent, SIGRTMIN, 7) = 0\nparent raise(SIGUSR1) = 0\n"
	  "parent sigpending() = 0 SIGUSR1|SIGRTMIN\nparent sigwaitinfo(SIGRTMIN) = SIGRTMIN [7]\n"
	  "parent sigtimedwait(SIGUSR1, 0) = SIGUSR1\nparent sigaction(SIGALRM, catch) = 0\nparent setitimer(ITIMER_REAL, 1) = 0\n"
	  "parent --- SIGALRM ---\nspawn other\nparent sigaction(SIGUSR2, catch) = 0\nparent sigsuspend(0) ...\n"
	  "other kill(parent, SIGUSR2) = 0\nparent ... sigsuspend = -1 EINTR\nparent --- SIGUSR2 ---\n"
	  "expect parent.handled == 2, parent.sender == other\n" },
	{ "", /* memory */
	  "parent getpagesize() = >0\nparent a = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nparent fork child\n"
	  "child store(a, 0, 7) = 0\nparent load(a, 0) = 7\nparent add(a, 0, 5) = 7\nchild load(a, 0) = 12\n"
	  "child store(a, 8, \"hello\") = 0\nparent load(a, 8, 5) = 5 \"hello\"\nparent msync(a, 64K, MS_SYNC) = 0\n"
	  "parent madvise(a, 64K, MADV_WILLNEED) = 0\nparent mprotect(a, 64K, PROT_READ) = 0\nparent munmap(a, 64K) = 0\n" },
	{ "", /* System V */
	  "parent open(\"f\", O_RDWR|O_CREAT, 0600)\nparent k = ftok(\"f\", 1)\nparent q = msgget(k, IPC_CREAT|0600)\n"
	  "parent msgsnd(q, 3, \"hello\") = 0\nparent msgrcv(q, 100, 3) = 5 \"hello\" [3]\nparent s = semget(IPC_PRIVATE, 1, 0600)\n"
	  "parent fork child\nchild semop(s, {0, -1}) ...\nparent semop(s, {0, 1}) = 0\nchild ... semop = 0\n"
	  "parent semtimedop(s, {0, -1}, 0) = -1 EAGAIN\n" },
	{ "", /* Unix sockets */
	  "parent s = socket(AF_UNIX, SOCK_STREAM)\nparent bind(s, \"sock\") = 0\nparent listen(s, 1) = 0\nspawn client\n"
	  "parent accept(s) ...\nclient c = socket(AF_UNIX, SOCK_STREAM)\nclient connect(c, \"sock\") = 0\n"
	  "parent ... accept = 4\nparent getsockname(4) = 0 {\"sock\"}\nclient getpeername(c) = 0 {\"sock\"}\n"
	  "parent getsockopt(4, SOL_SOCKET, SO_PEERCRED) = 0 [client, ?, ?]\nclient send(c, \"hello\") = 5\n"
	  "parent recv(4, 100) = 5 \"hello\"\nparent shutdown(4, SHUT_WR) = 0\nclient recv(c, 100) = 0\n" },
	{ "", /* abstract names */
	  "parent s = socket(AF_UNIX, SOCK_DGRAM)\nparent bind(s, \"@x\") = 0\nspawn client\nclient c = socket(AF_UNIX, SOCK_DGRAM)\n"
	  "client sendto(c, \"hello\", \"@x\") = 5\nparent recvfrom(s, 100) = 5 \"hello\"\n" },
	{ "inet",
	  "parent s = socket(AF_INET, SOCK_STREAM)\nparent bind(s, \"127.0.0.1\", 0) = 0\nparent port = getsockname(s)\n"
	  "parent listen(s, 1) = 0\nspawn client\nclient c = socket(AF_INET, SOCK_STREAM)\n"
	  "client connect(c, \"127.0.0.1\", port) = 0\nparent d = accept(s)\n"
	  "client setsockopt(c, IPPROTO_TCP, TCP_NODELAY, 1) = 0\nclient getsockopt(c, IPPROTO_TCP, TCP_NODELAY) = 0 [1]\n"
	  "parent u = socket(AF_INET, SOCK_DGRAM)\nparent bind(u, \"127.0.0.1\", 0) = 0\nparent other = getsockname(u)\n"
	  "client v = socket(AF_INET, SOCK_DGRAM)\nclient sendto(v, \"hi\", \"127.0.0.1\", other) = 2\n"
	  "parent recvfrom(u, 100) = 2 \"hi\" [?]\n" },
	{ "mqueue",
	  "parent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 4, 64)\nparent mq_send(q, \"low\", 1) = 0\n"
	  "parent mq_send(q, \"high\", 5) = 0\nexpect q.notified == none\nparent mq_receive(q) = 4 \"high\" [5]\n"
	  "parent mq_receive(q) = 3 \"low\" [1]\n"
	  "parent fork child\nchild mq_receive(q) ...\nparent mq_send(q, \"x\") = 0\nchild ... mq_receive = 1 \"x\" [0]\n"
	  "parent mq_notify(q, SIGCHLD) = 0\nparent mq_notify(q, 0) = 0\nparent mq_setattr(q, O_NONBLOCK) = 0\n"
	  "parent mq_receive(q) = -1 EAGAIN\nparent mq_close(q) = 0\nparent mq_unlink(\"/q\") = 0\n" },
	{ "", /* POSIX shared memory and semaphores */
	  "parent m = shm_open(\"/m\", O_RDWR|O_CREAT, 0600)\nparent ftruncate(m, 4096) = 0\n"
	  "parent a = mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, m)\nparent s = sem_init(a, 1, 0)\n"
	  "parent fork child\nchild sem_wait(s) ...\nparent sem_post(s) = 0\nchild ... sem_wait = 0\n"
	  "parent sem_trywait(s) = -1 EAGAIN\nparent sem_timedwait(s, 0) = -1 ETIMEDOUT\nparent sem_getvalue(s) = 0 [0]\n"
	  "parent sem_destroy(s) = 0\nparent shm_unlink(\"/m\") = 0\nparent n = sem_open(\"/s\", O_CREAT, 0600, 1)\n"
	  "spawn other\nother n = sem_open(\"/s\", 0)\nother sem_wait(n) = 0\nparent sem_wait(n) ...\n"
	  "other sem_post(n) = 0\nparent ... sem_wait = 0\nparent sem_close(n) = 0\nparent sem_unlink(\"/s\") = 0\n" },
	{ "", /* a mutex whose holder dies */
	  "parent a = mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\n"
	  "parent pthread_mutex_init(a, PTHREAD_PROCESS_SHARED|PTHREAD_MUTEX_ROBUST) = 0\nparent fork child\n"
	  "child pthread_mutex_lock(a) = 0\nparent pthread_mutex_trylock(a) = -1 EBUSY\nparent pthread_mutex_lock(a) ...\n"
	  "child raise(SIGKILL)\nparent ... pthread_mutex_lock = -1 EOWNERDEAD\nparent pthread_mutex_consistent(a) = 0\n"
	  "parent pthread_mutex_unlock(a) = 0\nparent pthread_mutex_destroy(a) = 0\n" },
	{ "", /* events */
	  "parent e = eventfd(0)\nparent p = epoll_create1()\nparent epoll_ctl(p, EPOLL_CTL_ADD, e, EPOLLIN) = 0\nparent fork child\n"
	  "parent epoll_wait(p, -1) ...\nchild eventfd_write(e, 3) = 0\nparent ... epoll_wait = 1 EPOLLIN\n"
	  "parent epoll_wait(p, 0) = 1 EPOLLIN {3}\nparent eventfd_read(e) = 3\n"
	  "parent sigprocmask(SIG_BLOCK, SIGUSR1) = 0\nparent g = signalfd(SIGUSR1)\nparent raise(SIGUSR1) = 0\n"
	  "parent signalfd_read(g) = SIGUSR1\nparent t = timerfd_create(CLOCK_MONOTONIC)\nparent fork other\n"
	  "other timerfd_read(t) ...\nparent timerfd_settime(t, 1) = 0\nother ... timerfd_read = 1\n" },
	{ "pidfd",
	  "parent fork child\nparent f = pidfd_open(child)\nparent pidfd_send_signal(f, SIGTERM) = 0\n"
	  "child +++ killed by SIGTERM +++\nparent poll(f, POLLIN, -1) = 1 POLLIN\n" },
	{ "pty", "parent t = openpty()\nparent write(t.b, \"hi\") = 2\nparent read(t.a, 10) = 2 \"hi\"\n" },
	{ "", /* more of memory */
	  "parent h = memfd_create(\"m\", MFD_ALLOW_SEALING)\nparent fcntl(h, F_ADD_SEALS, F_SEAL_GROW) = 0\n"
	  "parent fcntl(h, F_GET_SEALS) = F_SEAL_GROW\n"
	  "parent a = mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)\nparent store(a, 0, \"mine\") = 0\n"
	  "parent fork child\nchild store(a, 0, \"same\") = 0\nparent process_vm_readv(child, a, 4) = 4 \"same\"\n"
	  "parent process_vm_writev(child, a, \"tale\") = 4\nchild load(a, 0, 4) = 4 \"tale\"\n"
	  "parent b = mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nparent fork other\n"
	  "other futex(b, FUTEX_WAIT, 0) ...\nparent futex(b, FUTEX_WAKE, 1) = 1\nother ... futex = 0\n" },
	{ "", /* zero copy */
	  "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent pwrite(f, \"hello\", 0) = 5\nparent p = pipe()\nparent q = pipe()\n"
	  "parent sendfile(p.w, f, 0, 5) = 5\nparent tee(p.r, q.w, 5) = 5\nparent splice(p.r, q.w, 5) = 5\n"
	  "parent read(q.r, 100) = 10 \"hellohello\"\nparent splice(p.r, q.w, 5) ...\nspawn other\nexpect parent blocked in splice\n"
	  "other a = mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nother r = pipe()\nother store(a, 0, \"x\") = 0\n"
	  "other vmsplice(r.w, a, 1) = 1\nother store(a, 0, \"y\") = 0\nother read(r.r, 1) = 1 \"y\"\n"
	  "other g = open(\"g\", O_RDWR|O_CREAT, 0600)\nother h = open(\"f\", O_RDONLY)\nother copy_file_range(h, g, 100) = 5\n" },
	{ "", /* a splice that waits for a socket has its pipe locked: who asked for the level would wait as well */
	  "parent s = socketpair(AF_UNIX, SOCK_STREAM)\nparent p = pipe()\nparent fork other\nparent splice(s.a, p.w, 9) ...\n"
	  "expect parent blocked in splice\nother write(s.b, \"hi\") = 2\nparent ... splice = 2\nexpect p.bytes == 2\n" },
};

enum { LESSONS = sizeof lessons / sizeof *lessons };

bool play_ipc_plays(const char *call)
{
	char form[64];

	snprintf(form, sizeof form, " %s(", call);
	for (size_t i = 0; i < LESSONS; i++)
		if (strstr(lessons[i].text, form))
			return true;
	return false;
}

/* A call that fails so has no kernel for it. */
static bool fails(const char *line, const char *error)
{
	struct play p;
	bool does;

	play_open(&p, line);
	play_on(&p);
	does = strstr(p.failure, error) != NULL;
	play_close(&p);
	return does;
}

static void needs(const char *what)
{
	union net_address a;

	if (!strcmp(what, "inet"))
		net_bind(net_socket(AF_INET, SOCK_STREAM), AF_INET, &a);
	else if (!strcmp(what, "mqueue") && fails("parent mq_open(\"/q\", O_RDWR) = 0\n", "ENOSYS"))
		unit_skip("this kernel has no POSIX message queues");
	else if (!strcmp(what, "pidfd") && fails("parent pidfd_open(parent) = 0\n", "ENOSYS"))
		unit_skip("this kernel has no pidfd_open (Linux 5.3)");
	else if (!strcmp(what, "pty") && fails("parent t = openpty()\n", "ENOENT"))
		unit_skip("there is no /dev/ptmx here");
}

START_TEST(plays)
{
	needs(lessons[_i].needs);
	play_well(lessons[_i].text);
}
END_TEST

START_TEST(its_trace_plays_again)
{
	struct play p;
	char *trace;

	needs(lessons[_i].needs);
	play_open(&p, lessons[_i].text);
	play_on(&p);
	ck_assert_msg(!p.failure[0], "%s\n%s", p.failure, lessons[_i].text);
	trace = play_trace(&p);
	play_close(&p);
	play_well(trace);
	free(trace);
}
END_TEST

Suite *suite_play_ipc(void)
{
	Suite *s = suite_create("play_ipc");
	TCase *t = tcase_create("calls");

	tcase_add_loop_test(t, plays, 0, LESSONS);
	tcase_add_loop_test(t, its_trace_plays_again, 0, LESSONS);
	suite_add_tcase(s, t);
	return s;
}
