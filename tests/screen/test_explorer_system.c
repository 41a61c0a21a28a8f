/* SPDX-License-Identifier: MIT */
/* The tabs System and Objects on the machine as it is: a real stuck pipeline is seen, explained, watched
 * from outside and left as it was; a real object is removed when asked, and only then. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/system.h"
#include "tests/probe/child.h"
#include "tests/screen/explorer.h"

static struct child writer, reader;
static int fd[2];
static char pipe_name[40], pipe_number[24];

static int fills(void *unused)
{
	static char page[4096];

	(void)unused;
	prctl(PR_SET_NAME, "stuckwriter");
	close(fd[0]);
	for (;;)
		if (write(fd[1], page, sizeof page) < 0)
			return 1;
}

static int holds(void *unused)
{
	prctl(PR_SET_NAME, "lazyreader");
	close(fd[1]);
	return child_idle(unused);
}

/* Until the child has closed its copy of a descriptor. */
static void await_closed(const struct child *c, int descriptor)
{
	int64_t deadline = 0;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)c->pid, descriptor);
	while (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		ck_assert(child_wait(&deadline));
}

static void make_pipeline(void)
{
	siginfo_t info;
	struct stat st;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	ck_assert_int_eq(fstat(fd[0], &st), 0);
	snprintf(pipe_number, sizeof pipe_number, "%llu", (unsigned long long)st.st_ino);
	snprintf(pipe_name, sizeof pipe_name, "pipe:[%s]", pipe_number);
	child_start(&writer, fills, NULL);
	child_start(&reader, holds, NULL);
	close(fd[0]);
	close(fd[1]);
	child_await_call(&writer, SYS_write, NULL);
	await_closed(&reader, fd[1]);
	ck_assert_int_eq(kill(reader.pid, SIGSTOP), 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)reader.pid, &info, WSTOPPED | WNOWAIT), 0);
}

static void left_alone(void)
{
	siginfo_t info = { 0 };

	child_await_call(&writer, SYS_write, NULL);
	ck_assert_int_eq(waitid(P_PID, (id_t)reader.pid, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT), 0);
	ck_assert_int_eq(info.si_code, CLD_STOPPED);
	child_stop(&writer);
	child_stop(&reader);
}

/* The System tab with the one row that is meant. */
static void find(struct explorer *e, const char *filter)
{
	explorer_sees(e, "Pipes");
	explorer_press(e, "2");
	explorer_sees(e, "OBJECT");
	explorer_press(e, "/");
	screen_type(e->s, filter);
	explorer_press(e, "Enter");
	explorer_sees(e, "Esc shows all");
}

START_TEST(stuck)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e;

	make_pipeline();
	e = explorer_start(size->width, size->height, NULL, "");
	find(e, "stuckwriter");
	explorer_sees(e, "STUCK");
	explorer_sees(e, "64K/64K");
	explorer_press(e, "w");
	explorer_sees(e, "in write(");
	explorer_sees(e, "is stopped by SIGSTOP");
	explorer_sees(e, "kill -CONT");
	explorer_press(e, "i");
	explorer_sees(e, "/proc/");
	explorer_press(e, "Enter");
	explorer_sees(e, "Watched from outside");
	explorer_sees(e, "BLOCKED");
	explorer_sees(e, "stopped");
	explorer_press(e, "Escape");
	explorer_sees(e, "OBJECT");
	explorer_quit(e);
	explorer_free(e);
	left_alone();
}
END_TEST

/* ---- what has no descriptor, or none that says what it is ---------------------------------------------- */

static sem_t *semaphore;
static char semaphore_name[40];
static int32_t *memory;

/* Nothing else of theirs is to be found. */
static void close_others(void)
{
	for (int i = 0; i < 1024; i++)
		if (i != fd[0] && i != fd[1])
			close(i);
}

static int shares(void *unused)
{
	(void)unused;
	close_others();
	prctl(PR_SET_NAME, "sharerone");
	memory[0] = 31337;
	return child_idle(NULL);
}

static int waits(void *which)
{
	uint64_t n;
	char byte;

	close_others();
	prctl(PR_SET_NAME, "sharertwo");
	if (*(const int *)which == SYSTEM_SEMAPHORE)
		return sem_wait(semaphore) < 0;
	if (*(const int *)which == SYSTEM_EVENT)
		return read(fd[0], &n, sizeof n) < 0;
	if (*(const int *)which == SYSTEM_TERMINAL)
		return read(fd[1], &byte, 1) < 0;
	return syscall(SYS_futex, &memory[1], 0 /* FUTEX_WAIT */, 0, NULL, NULL, 0) < 0;
}

/* Both have it, and the second one sleeps about it. */
static void make_shared(int kind)
{
	char name[40];
	unsigned n;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	fd[0] = fd[1] = -1;
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(memory != MAP_FAILED);
	snprintf(semaphore_name, sizeof semaphore_name, "/explorer-%d", (int)getpid());
	if (kind == SYSTEM_SEMAPHORE) {
		semaphore = sem_open(semaphore_name, O_CREAT | O_EXCL, 0600, 0);
		if (semaphore == SEM_FAILED)
			unit_skip("there are no named semaphores here");
	} else if (kind == SYSTEM_EVENT) {
		fd[0] = eventfd(0, EFD_CLOEXEC);
		ck_assert_int_ge(fd[0], 0);
	} else if (kind == SYSTEM_TERMINAL) {
		fd[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
		ck_assert(fd[0] >= 0 && grantpt(fd[0]) == 0 && unlockpt(fd[0]) == 0 && ioctl(fd[0], TIOCGPTN, &n) == 0);
		snprintf(name, sizeof name, "/dev/pts/%u", n);
		fd[1] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
		ck_assert_int_ge(fd[1], 0);
	}
	child_start(&writer, shares, NULL);
	child_start(&reader, waits, &kind);
	child_await_call(&reader, kind == SYSTEM_EVENT || kind == SYSTEM_TERMINAL ? SYS_read : SYS_futex, NULL);
}

static const struct { int kind; const char *sees[4]; } shared_kinds[] = {
	{ SYSTEM_TERMINAL, { "terminal pts/", "B for a", "B for b" } },
	{ SYSTEM_EVENT, { "eventfd:[", "count 0", "waits" } },
	{ SYSTEM_MEMORY, { "memory:[", "31337", "anonymous" } },
	{ SYSTEM_SEMAPHORE, { "semaphore explorer-", "needs 1" } },
};

/* What somebody waits for stands first. */
START_TEST(shared_objects)
{
	int kind = shared_kinds[_i].kind;
	struct explorer *e;

	make_shared(kind);
	e = explorer_start(100, 30, NULL, "");
	find(e, "sharertwo");
	explorer_sees(e, "waiting");
	explorer_press(e, "Enter");
	explorer_sees(e, "watched from outside");
	explorer_sees(e, "sharerone-");
	explorer_sees(e, "sharertwo-");
	for (int i = 0; shared_kinds[_i].sees[i]; i++)
		explorer_sees(e, shared_kinds[_i].sees[i]);
	explorer_press(e, "Escape");
	explorer_sees(e, "OBJECT");
	explorer_quit(e);
	explorer_free(e);
	child_await_call(&reader, kind == SYSTEM_EVENT || kind == SYSTEM_TERMINAL ? SYS_read : SYS_futex, NULL);
	sem_unlink(semaphore_name);
	child_stop(&writer);
	child_stop(&reader);
}
END_TEST

/* Quitting in the middle of watching, by a key and by a signal. */
START_TEST(left_while_watching)
{
	struct explorer *e;

	make_pipeline();
	e = explorer_start(80, 24, NULL, "");
	find(e, "lazyreader");
	explorer_sees(e, "STUCK");
	explorer_press(e, "Enter");
	explorer_sees(e, "BLOCKED");
	explorer_press(e, "r"); /* means nothing here */
	if (_i == 0) {
		explorer_quit(e);
	} else {
		kill(screen_pid(e->s), SIGKILL);
		screen_exit(e->s);
		explorer_nothing_left(e);
	}
	explorer_free(e);
	left_alone();
}
END_TEST

START_TEST(goes_away_while_watched)
{
	struct explorer *e;

	make_pipeline();
	e = explorer_start(100, 30, NULL, "");
	find(e, "stuckwriter");
	explorer_sees(e, "STUCK");
	explorer_press(e, "Enter");
	explorer_sees(e, "BLOCKED");
	child_stop(&reader);
	explorer_sees(e, "SIGPIPE");
	explorer_loses(e, "BLOCKED");
	child_stop(&writer);
	explorer_press(e, "Escape");
	explorer_sees(e, "Nothing has this"); /* the filter is still there, and they are not */
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* It goes by itself: a reader that goes on is seen without a key. */
START_TEST(live)
{
	struct explorer *e;

	make_pipeline();
	e = explorer_start(80, 24, NULL, "");
	find(e, "stuckwriter");
	explorer_sees(e, "STUCK");
	explorer_press(e, "p");
	explorer_sees(e, "HELD");
	ck_assert_int_eq(kill(reader.pid, SIGCONT), 0);
	explorer_press(e, "Down Up");
	explorer_sees(e, "STUCK");
	explorer_press(e, "p");
	explorer_loses(e, "STUCK");
	child_stop(&reader);
	child_stop(&writer);
	explorer_sees(e, "Nothing has this");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(why_of_one_who_goes)
{
	struct explorer *e;

	make_pipeline();
	e = explorer_start(80, 24, NULL, "");
	find(e, "stuckwriter");
	explorer_sees(e, "STUCK");
	explorer_press(e, "w");
	explorer_sees(e, "kill -CONT");
	child_stop(&writer);
	child_stop(&reader);
	explorer_sees(e, "is gone");
	explorer_press(e, "Escape");
	explorer_loses(e, "is gone");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(trees)
{
	struct explorer *e;
	char fd_row[32];

	make_pipeline();
	snprintf(fd_row, sizeof fd_row, "fd %d", fd[1]);
	e = explorer_start(100, 30, NULL, "");
	find(e, "stuckwriter");
	explorer_sees(e, pipe_name);
	explorer_press(e, "T");
	explorer_sees(e, "tree by object");
	explorer_sees(e, fd_row);
	explorer_press(e, "T");
	explorer_sees(e, "tree by process");
	explorer_sees(e, "stopped");
	explorer_press(e, "T");
	explorer_loses(e, fd_row);
	explorer_press(e, "Right");
	explorer_sees(e, fd_row);
	explorer_press(e, "Left");
	explorer_loses(e, fd_row);
	explorer_quit(e);
	explorer_free(e);
	left_alone();
}
END_TEST

/* q is a letter while a filter is typed; Escape goes layer by layer and never leaves. */
START_TEST(layers)
{
	struct explorer *e = explorer_start(80, 24, NULL, "");

	explorer_sees(e, "Pipes");
	explorer_press(e, "2");
	explorer_sees(e, "OBJECT");
	explorer_press(e, "?");
	explorer_sees(e, "In the tab System");
	explorer_press(e, "Escape");
	explorer_loses(e, "In the tab System");
	explorer_press(e, "/");
	screen_type(e->s, "q2");
	explorer_sees(e, "/q2");
	explorer_press(e, "Escape Escape Escape");
	explorer_loses(e, "/q2");
	explorer_press(e, "3");
	explorer_sees(e, "KIND");
	explorer_press(e, "?");
	explorer_sees(e, "In the tab Objects");
	explorer_press(e, "Escape 1");
	explorer_sees(e, "Enter play");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(plain)
{
	static const char *const locale[] = { "LC_ALL=C", NULL };
	struct explorer *e;
	struct text t = { 0 };

	make_pipeline();
	e = explorer_start(60, 20, locale, "");
	find(e, "stuckwriter");
	explorer_sees(e, "STUCK");
	explorer_press(e, "w");
	explorer_sees(e, "kill -CONT");
	screen_text(e->s, &t);
	for (const char *c = text_string(&t); *c; c++)
		ck_assert_msg(!(*c & 0x80), "more than ASCII: %.8s", c);
	text_free(&t);
	explorer_quit(e);
	explorer_free(e);
	left_alone();
}
END_TEST

/* As `ipcscope system --json` would print it, in the folder where one is. */
START_TEST(exports)
{
	char command[200], line[200] = "";
	struct explorer *e;
	FILE *f;

	make_pipeline();
	e = explorer_start(100, 30, NULL, "");
	find(e, "stuckwriter");
	explorer_sees(e, "STUCK");
	explorer_press(e, "Escape S");
	explorer_sees(e, "saved as ipcscope-system-");
	snprintf(command, sizeof command, "grep -c '\"inode\": *%s[,}]' %s/ipcscope-system-*.json", pipe_number, e->folder);
	f = popen(command, "r");
	ck_assert(f && fgets(line, sizeof line, f));
	pclose(f);
	ck_assert_msg(atoi(line) == 1, "%s: %s", command, line);
	explorer_quit(e);
	explorer_free(e);
	left_alone();
}
END_TEST

START_TEST(removes)
{
	int id = msgget(IPC_PRIVATE, 0600);
	struct explorer *e = explorer_start(100, 30, NULL, "");
	struct msqid_ds ds;
	char number[16], what[40];

	ck_assert_int_ge(id, 0);
	snprintf(number, sizeof number, "%d", id);
	snprintf(what, sizeof what, "Remove message queue %d", id);
	explorer_sees(e, "Pipes");
	explorer_press(e, "3 /");
	screen_type(e->s, number);
	explorer_press(e, "Enter");
	explorer_sees(e, "Esc shows all");
	explorer_sees(e, "private");
	explorer_press(e, "x");
	explorer_sees(e, what);
	explorer_sees(e, "Nobody uses it.");
	explorer_press(e, "n");
	explorer_loses(e, what);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), 0);
	explorer_press(e, "x");
	explorer_sees(e, what);
	explorer_press(e, "y");
	explorer_loses(e, "private");
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), -1);
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* A key that is pressed by habit, and a y, remove nothing of what another user's process has attached: that takes
 * a word, and whose it is is said. */
START_TEST(removes_nothing_of_others_by_accident)
{
	int id = shmget(IPC_PRIVATE, 4096, 0666), ready[2];
	struct explorer *e;
	struct shmid_ds ds;
	char number[16];
	pid_t child;

	if (geteuid() != 0) {
		shmctl(id, IPC_RMID, NULL);
		unit_skip("needs root");
	}
	ck_assert_int_ge(id, 0);
	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "attacher");
		if (setuid(65534) < 0 || shmat(id, NULL, 0) == (void *)-1 || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], number, 1), 1);
	close(ready[0]);
	snprintf(number, sizeof number, "%d", id);
	e = explorer_start(100, 30, NULL, "");
	explorer_sees(e, "Pipes");
	explorer_press(e, "3 /");
	screen_type(e->s, "attacher");
	explorer_press(e, "Enter");
	explorer_sees(e, "Esc shows all");
	explorer_sees(e, number);
	explorer_press(e, "Enter");
	explorer_sees(e, "4096 bytes; attached 20");
	explorer_press(e, "x Escape"); /* x does nothing below it */
	explorer_press(e, "L");
	explorer_sees(e, "a semaphore's value");
	explorer_press(e, "Escape");
	explorer_loses(e, "a semaphore's value");
	explorer_press(e, "x");
	explorer_sees(e, "in use by others");
	explorer_sees(e, "Used by attacher");
	explorer_press(e, "y Enter");
	explorer_loses(e, "in use by others");
	ck_assert_int_eq(shmctl(id, IPC_STAT, &ds), 0);
	ck_assert(!(ds.shm_perm.mode & SHM_DEST));
	explorer_press(e, "x");
	explorer_sees(e, "in use by others");
	screen_type(e->s, "yes\r");
	explorer_sees(e, "goes with the last detach");
	ck_assert_int_eq(shmctl(id, IPC_STAT, &ds), 0);
	ck_assert(ds.shm_perm.mode & SHM_DEST);
	explorer_quit(e);
	explorer_free(e);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ck_assert_int_eq(shmctl(id, IPC_STAT, &ds), -1);
}
END_TEST

Suite *suite_explorer_system(void)
{
	Suite *suite = suite_create("explorer_system");
	TCase *tc = tcase_create("explorer_system");

	tcase_set_timeout(tc, 240);
	tcase_add_loop_test(tc, stuck, 0, 4);
	tcase_add_loop_test(tc, shared_objects, 0, 4);
	tcase_add_loop_test(tc, left_while_watching, 0, 2);
	tcase_add_test(tc, goes_away_while_watched);
	tcase_add_test(tc, live);
	tcase_add_test(tc, why_of_one_who_goes);
	tcase_add_test(tc, trees);
	tcase_add_test(tc, layers);
	tcase_add_test(tc, plain);
	tcase_add_test(tc, exports);
	tcase_add_test(tc, removes);
	tcase_add_test(tc, removes_nothing_of_others_by_accident);
	suite_add_tcase(suite, tc);
	return suite;
}
