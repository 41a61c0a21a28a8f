/* SPDX-License-Identifier: MIT */
/* Namespaces of its own: what is different inside, what is the same, and what the one outside hands in
 * and out. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/isolate.h"

static char base[] = "/tmp/isolate-test-XXXXXX";

/* Leftovers are looked for in a folder of its own. */
static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(base));
	unsetenv("XDG_RUNTIME_DIR");
	setenv("TMPDIR", base, 1);
}

static void teardown(void)
{
	ck_assert_msg(rmdir(base) == 0, "%s is not empty", base);
}

enum { NOT_PERMITTED = 99 };

/* Runs a function inside; what it returns is its exit status. */
static pid_t inside_start(int (*function)(int), int argument)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct error e;

		/* Check has its own ways with these */
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		if (isolate_enter(&e) < 0)
			_exit(NOT_PERMITTED);
		_exit(function(argument));
	}
	ck_assert_int_gt(pid, 0);
	return pid;
}

static int end_of(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_PERMITTED) {
		rmdir(base);
		unit_skip("namespaces are not permitted here");
	}
	return status;
}

static int inside(int (*function)(int), int argument)
{
	return end_of(inside_start(function, argument));
}

/* Each check has a number, which comes out as the exit status when it fails. */
#define CHECK(number, what) do { if (!(what)) return (number); } while (0)

static uint64_t inode(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static const char *const spaces[] = { "ipc", "pid", "mnt", "net" };
static uint64_t before[4];
static uid_t user;
static int queue;

static int is_another_world(int unused)
{
	char path[40];
	int fd;

	(void)unused;
	CHECK(1, isolate_is_on());
	CHECK(2, getpid() == 2);
	CHECK(3, geteuid() == user);
	CHECK(4, isolate_shortfall()[0] == '\0' || strstr(isolate_shortfall(), "network"));
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "/proc/self/ns/%s", spaces[i]);
		CHECK(10 + i, (i == 3 && isolate_shortfall()[0]) || inode(path) != before[i]);
	}
	/* /proc is the namespace's: the first process is there, and others are not */
	CHECK(20, access("/proc/1/stat", R_OK) == 0 && access("/proc/3/stat", F_OK) < 0);
	/* System V ids begin at 0, and what is outside is not there */
	CHECK(21, msgctl(queue, IPC_RMID, NULL) < 0);
	CHECK(22, msgget(IPC_PRIVATE, 0600) == 0);
	/* files stay those of everybody */
	CHECK(23, access(base, W_OK) == 0);
	/* of what POSIX objects are named in nothing is seen outside */
	fd = open("/dev/shm/ipcscope-test-of-isolation", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(24, fd >= 0 || access("/dev/shm", F_OK) < 0);
	return 0;
}

START_TEST(another_world)
{
	char path[40];
	int status;

	queue = msgget(IPC_PRIVATE, 0600);
	user = geteuid();
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "/proc/self/ns/%s", spaces[i]);
		before[i] = inode(path);
	}
	status = inside(is_another_world, 0);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "wait status 0x%x", (unsigned)status);
	ck_assert_int_eq(access("/dev/shm/ipcscope-test-of-isolation", F_OK), -1);
	if (queue >= 0)
		ck_assert_int_eq(msgctl(queue, IPC_RMID, NULL), 0);
	ck_assert(!isolate_is_on());
}
END_TEST

/* Without it root in its own user namespace would be refused nothing. */
static int is_refused(int unused)
{
	int id = msgget(IPC_PRIVATE, 0);

	(void)unused;
	CHECK(1, id >= 0);
	CHECK(2, msgsnd(id, &(struct { long type; char text[1]; }){ 1, "" }, 1, IPC_NOWAIT) == 0);
	isolate_drop_privileges();
	CHECK(3, msgsnd(id, &(struct { long type; char text[1]; }){ 1, "" }, 1, IPC_NOWAIT) < 0 && errno == EACCES);
	return 0;
}

START_TEST(an_ordinary_user_stays_one)
{
	int status;

	if (geteuid() == 0) {
		rmdir(base);
		unit_skip("root is refused nothing");
	}
	status = inside(is_refused, 0);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "wait status 0x%x", (unsigned)status);
}
END_TEST

static int exit_with(int status)
{
	return status;
}

static int die_of(int number)
{
	raise(number);
	return 0;
}

START_TEST(ends_as_the_program_does)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGKILL, SIGABRT, SIGPIPE };
	int status = inside(exit_with, 37);

	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 37, "wait status 0x%x", (unsigned)status);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		status = inside(die_of, numbers[i]);
		ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == numbers[i], "wait status 0x%x", (unsigned)status);
	}
}
END_TEST

static int news[2];
static volatile sig_atomic_t got;

static void note(int number)
{
	got = number;
}

/* Says that it is ready, then which signal came. */
static int tell_signal(int number)
{
	struct sigaction act = { .sa_handler = note };
	sigset_t set, mask;
	char byte = 0;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_BLOCK, &set, &mask);
	sigaction(number, &act, NULL);
	CHECK(1, write(news[1], &byte, 1) == 1);
	while (!got)
		sigsuspend(&mask);
	return got;
}

START_TEST(hands_signals_on)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGWINCH, SIGUSR1, SIGCONT };
	char byte;

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		int status;
		pid_t pid;

		ck_assert_int_eq(pipe2(news, O_CLOEXEC), 0);
		pid = inside_start(tell_signal, numbers[i]);
		close(news[1]);
		if (read(news[0], &byte, 1) == 1)
			kill(pid, numbers[i]);
		status = end_of(pid);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == numbers[i], "wait status 0x%x", (unsigned)status);
		close(news[0]);
	}
}
END_TEST

/* Has a child that left everything behind, and waits for ever. */
static int never_end(int unused)
{
	char byte = 0;

	(void)unused;
	if (fork() == 0) {
		setsid();
		signal(SIGTERM, SIG_IGN);
		if (fork() > 0)
			_exit(0);
	}
	if (write(news[1], &byte, 1) != 1)
		return 1;
	for (;;)
		pause();
}

/* Everybody inside holds the pipe: its end is theirs. */
START_TEST(nobody_outlives_the_one_outside)
{
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe2(news, O_CLOEXEC), 0);
	pid = inside_start(never_end, 0);
	close(news[1]);
	for (int i = 0; i < 2 && read(news[0], &byte, 1) == 1; i++)
		if (i == 0)
			kill(pid, SIGKILL);
	end_of(pid);
	ck_assert_int_eq(read(news[0], &byte, 1), 0);
	close(news[0]);
}
END_TEST

Suite *suite_isolate(void)
{
	Suite *suite = suite_create("isolate");
	TCase *tc = tcase_create("isolate");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, another_world);
	tcase_add_test(tc, an_ordinary_user_stays_one);
	tcase_add_test(tc, ends_as_the_program_does);
	tcase_add_test(tc, hands_signals_on);
	tcase_add_test(tc, nobody_outlives_the_one_outside);
	suite_add_tcase(suite, tc);
	return suite;
}
