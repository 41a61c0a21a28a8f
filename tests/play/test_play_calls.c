/* SPDX-License-Identifier: MIT */
/* Every call of the table, played: where it succeeds, and an error that its manual page tells of. */
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

#include "call/call.h"
#include "tests/play/play.h"

static const struct { const char *name, *text; } lessons[] = {
	{ "pipe",
	  "parent p = pipe() = [3, 4]\n"
	  "parent q = pipe() = [5, 6]\n"
	  "expect p.bytes == 0, p.capacity == 64K, p.readers == 1, p.writers == 1, q.bytes == 0\n" },
	{ "pipe2",
	  "parent p = pipe2(O_NONBLOCK|O_CLOEXEC) = [3, 4]\n"
	  "parent read(p.r, 1) = -1 EAGAIN\n"
	  "parent fcntl(p.r, F_GETFD) = FD_CLOEXEC\n"
	  "parent pipe2(1) = -1 EINVAL\n" },
	{ "mkfifo",
	  "parent mkfifo(\"f\", 0644) = 0\n"
	  "parent mkfifo(\"f\", 0644) = -1 EEXIST\n"
	  "parent mkfifo(\"no/f\", 0644) = -1 ENOENT\n"
	  "expect f.readers == 0\n" },
	{ "open",
	  "parent open(\"none\", O_RDONLY) = -1 ENOENT\n"
	  "parent open(\"file\", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3\n"
	  "parent open(\"file\", O_WRONLY|O_CREAT|O_EXCL, 0600) = -1 EEXIST\n"
	  "parent mkfifo(\"f\", 0600) = 0\n"
	  "parent open(\"f\", O_WRONLY|O_NONBLOCK) = -1 ENXIO\n"
	  "parent r = open(\"f\", O_RDONLY|O_NONBLOCK) = 4\n"
	  "parent close(r) = 0\n"
	  "parent fork other\n"
	  "parent r = open(\"f\", O_RDONLY) ...\n"
	  "expect parent blocked in open\n"
	  "other w = open(\"f\", O_WRONLY) = 4\n"
	  "parent ... open = 4\n" },
	{ "close", "parent p = pipe()\nparent close(p.r) = 0\nparent close(p.r) = -1 EBADF\nparent close(99) = -1 EBADF\n" },
	{ "dup", "parent p = pipe()\nparent dup(p.r) = 5\nparent dup(99) = -1 EBADF\nexpect p.readers == 1\n" },
	{ "dup2",
	  "parent p = pipe()\nparent dup2(p.w, 1) = 1\nparent dup2(p.w, 10) = 10\nparent dup2(99, 5) = -1 EBADF\n"
	  "parent write(10, \"x\") = 1\nparent read(p.r, 5) = 1 \"x\"\n" },
	{ "read",
	  "parent p = pipe()\n"
	  "parent write(p.w, \"hello\") = 5\n"
	  "parent read(p.r, 100) = 5 \"hello\"\n"
	  "parent read(p.w, 1) = -1 EBADF\n"
	  "parent write(p.w, 300) = 300\n"
	  "parent read(p.r, 300) = 300 \"p\"*300\n"
	  "parent read(p.r, 0) = 0\n"
	  "parent close(p.w) = 0\n"
	  "parent read(p.r, 1) = 0\n" },
	{ "write",
	  "parent p = pipe()\n"
	  "parent write(p.w, 64K) = 64K\n"
	  "expect p.bytes == 64K, p.slots == 16\n"
	  "parent write(p.r, 1) = -1 EBADF\n"
	  "parent write(p.w, \"\") = 0\n"
	  "parent sigaction(SIGPIPE, ignore) = 0\n"
	  "parent close(p.r) = 0\n"
	  "parent write(p.w, 1) = -1 EPIPE\n" },
	{ "lseek",
	  "parent p = pipe()\nparent lseek(p.r, 0, SEEK_CUR) = -1 ESPIPE\n"
	  "parent f = open(\"file\", O_RDWR|O_CREAT, 0600)\nparent write(f, \"hello\") = 5\n"
	  "parent lseek(f, 1, SEEK_SET) = 1\nparent read(f, 9) = 4 \"ello\"\nparent lseek(f, -1, SEEK_SET) = -1 EINVAL\n" },
	{ "fcntl",
	  "parent p = pipe()\n"
	  "parent fcntl(p.r, F_GETFL) = O_RDONLY\n"
	  "parent fcntl(p.w, F_GETFL) = O_WRONLY\n"
	  "parent fcntl(p.w, F_SETFL, O_NONBLOCK) = 0\n"
	  "parent fcntl(p.w, F_GETFL) = O_WRONLY|O_NONBLOCK\n"
	  "parent fcntl(p.w, F_GETPIPE_SZ) = 64K\n"
	  "parent fcntl(p.w, F_SETPIPE_SZ, 4096) = 4096\n"
	  "expect p.capacity == 4096, p.slots_capacity == 1\n"
	  "parent write(p.w, 4097) = 4096\n"
	  "parent write(p.w, 1) = -1 EAGAIN\n"
	  "parent fcntl(p.w, F_SETFD, FD_CLOEXEC) = 0\n"
	  "parent fcntl(p.w, F_GETFD) = FD_CLOEXEC\n"
	  "parent fcntl(p.r, F_DUPFD, 20) = 20\n"
	  "parent fcntl(99, F_GETFD) = -1 EBADF\n" },
	{ "ioctl",
	  "parent p = pipe()\nparent write(p.w, 17) = 17\nparent ioctl(p.r, FIONREAD) = 0 [17]\n"
	  "parent ioctl(99, FIONREAD) = -1 EBADF\n" },
	{ "poll",
	  "parent p = pipe()\n"
	  "parent poll(p.r, POLLIN, 0) = 0\n"
	  "parent poll(p.w, POLLOUT, 0) = 1 POLLOUT\n"
	  "parent write(p.w, 1) = 1\n"
	  "parent poll(p.r, POLLIN, -1) = 1 POLLIN\n"
	  "parent close(p.w) = 0\n"
	  "parent poll(p.r, POLLIN, -1) = 1 POLLIN|POLLHUP\n"
	  "parent poll(99, POLLIN, 0) = 1 POLLNVAL\n"
	  "parent q = pipe()\n"
	  "parent poll(q.r, POLLIN, -1) ...\n"
	  "expect parent blocked in poll\n" },
	{ "unlink", "parent mkfifo(\"f\", 0600) = 0\nparent unlink(\"f\") = 0\nparent unlink(\"f\") = -1 ENOENT\nexpect f.gone == 1\n" },
	{ "umask",
	  "parent umask(0) = 022\nparent mkfifo(\"f\", 0666) = 0\nparent stat(\"f\") = 0 {st_mode=S_IFIFO|0666, st_size=0}\n"
	  "parent umask(077) = 0\nparent mkfifo(\"g\", 0666) = 0\nparent stat(\"g\") = 0 {st_mode=S_IFIFO|0600, st_size=0}\n" },
	{ "stat", "parent stat(\"f\") = -1 ENOENT\nparent stat(\"/dev/null\") = 0\nparent stat(\"f/g\") = -1 ENOENT\n" },
	{ "wait",
	  "parent wait() = -1 ECHILD\nparent fork child\nparent wait() ...\nexpect parent blocked in wait\n"
	  "child _exit(3)\nparent ... wait = child exited with 3\n" },
	{ "waitpid",
	  "parent fork child\nparent waitpid(child, WNOHANG) = 0\nchild raise(SIGKILL)\n"
	  "parent waitpid(child) = child killed by SIGKILL\nparent waitpid(ANY) = -1 ECHILD\nparent fork other\n"
	  "parent kill(other, SIGSTOP) = 0\nparent waitpid(other, WUNTRACED) = other stopped by SIGSTOP\n"
	  "expect other stopped\n"
	  "parent kill(other, SIGCONT) = 0\nparent waitpid(other, WCONTINUED) = other continued\n" },
	{ "exit", "parent fork child\nchild exit(7)\nchild +++ exited with 7 +++\nexpect child zombie\nparent wait() = child exited with 7\nexpect child ended\n" },
	{ "_exit", "parent fork child\nchild _exit(0)\nchild +++ exited with 0 +++\nparent wait() = child exited with 0\n" },
	{ "kill",
	  "parent fork child\nparent kill(child, 0) = 0\nparent kill(child, SIGTERM) = 0\nchild +++ killed by SIGTERM +++\n"
	  "parent kill(child, 1000) = -1 EINVAL\nparent wait() = child killed by SIGTERM\nparent kill(child, 0) = -1 ESRCH\n" },
	{ "raise", "parent sigaction(SIGUSR1, catch) = 0\nparent raise(SIGUSR1) = 0\nparent --- SIGUSR1 ---\nparent raise(1000) = -1 EINVAL\n" },
	{ "sigaction",
	  "parent sigaction(SIGKILL, ignore) = -1 EINVAL\nparent sigaction(SIGPIPE, ignore) = 0\nexpect parent.ignored == SIGPIPE, parent.sigpipe == ignored\n"
	  "parent sigaction(SIGPIPE, catch) = 0\nexpect parent.caught == SIGPIPE, parent.sigpipe == caught\n"
	  "parent sigaction(SIGPIPE, default) = 0\nexpect parent.ignored == 0, parent.sigpipe == default\n"
	  "parent sigaction(SIGUSR1, catch, SA_RESTART) = 0\nparent sigaction(SIGUSR2, catch) = 0\nparent p = pipe()\nspawn other\n"
	  "parent read(p.r, 1) ...\nother kill(parent, SIGUSR1) = 0\nparent --- SIGUSR1 ---\nexpect parent blocked in read\n"
	  "other kill(parent, SIGUSR2) = 0\nparent ... read = -1 EINTR\nparent --- SIGUSR2 ---\n" },
	{ "sigprocmask",
	  "parent sigprocmask(SIG_BLOCK, SIGUSR1|SIGUSR2) = 0\nexpect parent.blocked_signals == SIGUSR1|SIGUSR2\n"
	  "parent raise(SIGUSR1) = 0\nexpect parent.pending == SIGUSR1\nparent sigaction(SIGUSR1, catch) = 0\n"
	  "parent sigprocmask(SIG_SETMASK, 0) = 0\nparent --- SIGUSR1 ---\nexpect parent.pending == 0, parent.blocked_signals == 0\n"
	  "parent sigprocmask(17, 0) = -1 EINVAL\n" },
	{ "pause",
	  "parent sigaction(SIGUSR1, catch) = 0\nspawn other\nparent pause() ...\nexpect parent blocked in pause\n"
	  "other kill(parent, SIGUSR1) = 0\nparent ... pause = -1 EINTR\nparent --- SIGUSR1 ---\n" },
	{ "alarm", "parent alarm(100) = 0\nparent alarm(0) = >0\nparent alarm(0) = 0\n" },
	{ "printf",
	  "parent p = pipe()\nparent dup2(p.w, 1) = 1\nparent printf(\"a%sb\") = 4\nexpect p.bytes == 0\nparent fflush() = 0\n"
	  "parent read(p.r, 10) = 4 \"a%sb\"\n" },
	{ "fflush", "parent printf(\"hi\") = 2\nparent close(1) = 0\nparent fflush() = -1 EBADF\n" },
	{ "socketpair",
	  "parent s = socketpair(AF_UNIX, SOCK_STREAM) = [3, 4]\nparent write(s.a, \"x\") = 1\nparent read(s.b, 1) = 1 \"x\"\n"
	  "parent socketpair(99, SOCK_STREAM) = -1 EAFNOSUPPORT\nparent socketpair(AF_UNIX, 9) = -1\n" },
	{ "sendmsg",
	  "parent s = socketpair(AF_UNIX, SOCK_STREAM)\nspawn other\nparent p = pipe()\nparent sendmsg(s.a, \"x\", p.r) = 1\n"
	  "parent recvmsg(s.b, 1) = 1 \"x\" [7]\nparent sendmsg(s.a, \"x\", 99) = -1 EBADF\nparent sendmsg(p.w, \"x\") = -1 ENOTSOCK\n" },
	{ "recvmsg",
	  "parent s = socketpair(AF_UNIX, SOCK_STREAM)\nparent fork child\nchild p = pipe()\nparent recvmsg(s.b, 1) ...\n"
	  "expect parent blocked in recvmsg\nchild sendmsg(s.a, \"y\", p.w) = 1\nparent ... recvmsg = 1 \"y\" [5]\n"
	  "parent write(5, \"through\") = 7\nchild read(p.r, 10) = 7 \"through\"\nparent recvmsg(99, 1) = -1 EBADF\n" },
	{ "msgget",
	  "parent q = msgget(IPC_PRIVATE, 0600)\nexpect q.messages == 0\nparent msgget(0x49504301, 0) = -1 ENOENT\n"
	  "parent k = msgget(0x49504301, IPC_CREAT|IPC_EXCL|0600)\nparent msgget(0x49504301, IPC_CREAT|IPC_EXCL|0600) = -1 EEXIST\n"
	  "parent msgget(0x49504301, IPC_CREAT|0600) = k\nparent msgctl(k, IPC_RMID) = 0\n" },
	{ "msgsnd",
	  "parent q = msgget(IPC_PRIVATE, 0600)\nparent msgsnd(q, 1, \"hello\") = 0\nexpect q.messages == 1, q.bytes == 5\n"
	  "parent msgsnd(q, 0, \"x\") = -1 EINVAL\nparent msgsnd(q, 1, 8192) = 0\nparent msgsnd(q, 1, 8K, IPC_NOWAIT) = -1 EAGAIN\n" },
	{ "msgctl",
	  "parent q = msgget(IPC_PRIVATE, 0600)\nparent msgctl(q, IPC_RMID) = 0\nexpect q.gone == 1\n"
	  "parent msgctl(q, IPC_RMID) = -1 EPERM\n" },
	{ "shmget",
	  "parent m = shmget(IPC_PRIVATE, 4097, 0600)\nexpect m.size == 4097, m.attached == 0\n"
	  "parent shmget(IPC_PRIVATE, 0, 0600) = -1 EINVAL\n" },
	{ "shmat",
	  "parent m = shmget(IPC_PRIVATE, 4096, 0600)\nparent a = shmat(m)\nexpect m.attached == 1\nparent shmat(-1) = -1 EINVAL\n" },
	{ "shmdt",
	  "parent m = shmget(IPC_PRIVATE, 4096, 0600)\nparent a = shmat(m)\nparent shmdt(a) = 0\nexpect m.attached == 0\n"
	  "parent shmdt(a) = -1 EINVAL\n" },
	{ "shmctl",
	  "parent m = shmget(IPC_PRIVATE, 4096, 0600)\nparent a = shmat(m)\nparent shmctl(m, IPC_RMID) = 0\nexpect m.marked == 1\n"
	  "parent shmdt(a) = 0\nexpect m.gone == 1\nparent shmctl(m, IPC_RMID) = -1 EPERM\n" },
	{ "semget",
	  "parent s = semget(IPC_PRIVATE, 2, 0600)\nexpect s.count == 2, s.value[0] == 0\nparent semget(IPC_PRIVATE, -1, 0600) = -1 EINVAL\n" },
	{ "semctl",
	  "parent s = semget(IPC_PRIVATE, 2, 0600)\nparent semctl(s, 1, SETVAL, 5) = 0\nparent semctl(s, 1, GETVAL) = 5\n"
	  "expect s.value[1] == 5\nparent semctl(s, 7, GETVAL) = -1 EINVAL\nparent semctl(s, 0, IPC_RMID) = 0\nexpect s.gone == 1\n" },
};

START_TEST(plays)
{
	play_well(lessons[_i].text);
}
END_TEST

/* The trace of a run, saved, is a lesson that passes when run again. */
START_TEST(its_trace_plays_again)
{
	struct play p;
	char *trace;

	play_open(&p, lessons[_i].text);
	play_on(&p);
	ck_assert_msg(!p.failure[0], "%s\n%s", p.failure, lessons[_i].text);
	trace = play_trace(&p);
	play_close(&p);
	play_well(trace);
	free(trace);
}
END_TEST

START_TEST(every_call_is_played)
{
	const struct call *c;

	for (size_t i = 0; (c = call_nth(i)); i++) {
		bool played = c->special != CALL_PLAIN || play_ipc_plays(c->name);

		for (size_t k = 0; k < sizeof lessons / sizeof *lessons; k++)
			played |= !strcmp(lessons[k].name, c->name);
		ck_assert_msg(played, "%s is not played here", c->name);
	}
}
END_TEST

/* A lesson can fail: otherwise nothing above would mean anything. */
START_TEST(otherwise_is_seen)
{
	static const char *const rows[][2] = {
		{ "parent p = pipe() = [4, 5]\n", "[3, 4]" },
		{ "parent p = pipe()\nparent write(p.w, 5) = 6\n", "write returned 5" },
		{ "parent p = pipe()\nparent write(p.w, \"a\") = 1\nparent read(p.r, 1) = 1 \"b\"\n", "1 \"a\"" },
		{ "parent close(99) = -1 EINVAL\n", "EBADF" },
		{ "parent close(99) = 0\n", "EBADF" },
		{ "parent f = open(\"none\", O_RDONLY)\n", "ENOENT" },
		{ "parent p = pipe()\nparent write(p.w, 1) ...\n", "write returned 1" },
		{ "parent p = pipe()\nwithin 100ms\nexpect p.bytes == 1\n", "p.bytes is 0" },
		{ "parent p = pipe()\nwithin 100ms\nparent read(p.r, 1) = 1\n", "blocked in read" },
		{ "within 100ms\nexpect parent blocked\n", "parent is ready" },
		{ "parent fork c\nc _exit(1)\nc +++ exited with 0 +++\n", "exited with 1" },
		{ "parent fork c\nc raise(SIGTERM)\nc +++ killed by SIGKILL +++\n", "killed by SIGTERM" },
		{ "parent sigaction(SIGUSR1, catch) = 0\nwithin 100ms\nparent --- SIGUSR1 ---\n", "0 times" },
		{ "spawn x = /no/such/program\n", "could not be run" },
		{ "parent exec /no/such/program\n", "ENOENT" },
	};

	play_badly(rows[_i][0], rows[_i][1]);
}
END_TEST

Suite *suite_play_calls(void)
{
	Suite *s = suite_create("play_calls");
	TCase *t = tcase_create("calls");
	int n = sizeof lessons / sizeof *lessons;

	tcase_add_test(t, every_call_is_played);
	tcase_add_loop_test(t, plays, 0, n);
	tcase_add_loop_test(t, its_trace_plays_again, 0, n);
	tcase_add_loop_test(t, otherwise_is_seen, 0, 15);
	suite_add_tcase(s, t);
	return s;
}
