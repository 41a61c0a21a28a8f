/* SPDX-License-Identifier: MIT */
/* The ledger on a board of our own: what is on it is removed, and nothing else. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "process/ledger.h"

static char base[] = "/tmp/ledger-test-XXXXXX";
static int other_queue = -1;

/* Stages of this test live in a folder of its own; one queue belongs to somebody else. */
static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(base));
	unsetenv("XDG_RUNTIME_DIR");
	setenv("TMPDIR", base, 1);
	other_queue = msgget(IPC_PRIVATE, 0600);
	if (other_queue < 0 && errno == ENOSYS)
		unit_skip("no System V IPC here");
	ck_assert_int_ge(other_queue, 0);
}

static void teardown(void)
{
	/* Reached only when the test passed: the last thing proved is that it was let alone. */
	ck_assert_int_eq(msgctl(other_queue, IPC_RMID, NULL), 0);
	ck_assert_msg(rmdir(base) == 0, "%s is not empty", base);
}

static bool there(char kind, int id)
{
	struct msqid_ds q;
	struct shmid_ds m;
	struct semid_ds s;

	switch (kind) {
	case 'q':
		return msgctl(id, IPC_STAT, &q) == 0;
	case 'm':
		return shmctl(id, IPC_STAT, &m) == 0;
	default:
		return semctl(id, 0, IPC_STAT, &s) == 0;
	}
}

static int make(char kind, key_t key)
{
	int flags = 0600 | (key == IPC_PRIVATE ? 0 : IPC_CREAT | IPC_EXCL);

	return kind == 'q' ? msgget(key, flags) : kind == 'm' ? shmget(key, 4096, flags) : semget(key, 1, flags);
}

START_TEST(sweep_removes_what_is_written_down)
{
	struct board *b = board_create(NULL);
	struct ledger l = { b, 5 };
	static const char kinds[] = "qms";
	int id[3];

	ck_assert_ptr_nonnull(b);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(ledger_creating(&l, kinds[i], IPC_PRIVATE), 0);
		id[i] = make(kinds[i], IPC_PRIVATE);
		ledger_created(&l, kinds[i], id[i]);
		ck_assert(ledger_has(b, kinds[i], id[i]));
		ck_assert(ledger_may_remove(&l, kinds[i], id[i]));
		ck_assert_int_eq(b->place[5].intent_kind, 0);
	}
	ck_assert(!ledger_may_remove(&l, 'q', other_queue));
	ledger_sweep(b);
	for (int i = 0; i < 3; i++) {
		ck_assert(!there(kinds[i], id[i]));
		ck_assert(!ledger_has(b, kinds[i], id[i]));
	}
	ck_assert(there('q', other_queue));
	ledger_remove_folder(b);
	board_unmap(b);
}
END_TEST

START_TEST(what_was_removed_is_struck_off)
{
	struct board *b = board_create(NULL);
	struct ledger l = { b, 0 };
	int id;

	ledger_creating(&l, 'q', IPC_PRIVATE);
	id = make('q', IPC_PRIVATE);
	ledger_created(&l, 'q', id);
	msgctl(id, IPC_RMID, NULL);
	ledger_removed(&l, 'q', id);
	ck_assert(!ledger_has(b, 'q', id));
	ledger_sweep(b);
	/* One that came to nothing leaves nothing. */
	ledger_creating(&l, 'q', 4711);
	ledger_created(&l, 'q', -1);
	ck_assert_int_eq(b->place[0].intent_kind, 0);
	ck_assert(there('q', other_queue));
	ledger_remove_folder(b);
	board_unmap(b);
}
END_TEST

START_TEST(a_full_ledger_says_so)
{
	struct board *b = board_create(NULL);
	struct ledger l = { b, 0 };

	for (int i = 0; i < BOARD_ENTRIES; i++) {
		ck_assert_int_eq(ledger_creating(&l, 'q', IPC_PRIVATE), 0);
		ledger_created(&l, 'q', 0x7f000000 + i);
	}
	ck_assert_int_eq(ledger_creating(&l, 'q', IPC_PRIVATE), -1);
	ck_assert_int_eq(errno, ENOSPC);
	ledger_removed(&l, 'q', 0x7f000007);
	ck_assert_int_eq(ledger_creating(&l, 'q', IPC_PRIVATE), 0);
	memset(b->entry, 0, sizeof b->entry);
	b->place[0].intent_kind = 0;
	ledger_remove_folder(b);
	board_unmap(b);
}
END_TEST

/* The creator was killed before it wrote the id down. */
START_TEST(an_intent_finds_what_was_made)
{
	static const char kinds[] = "qms";
	key_t key = 0x49500000 | (getpid() & 0xffff);
	struct board *b = board_create(NULL);
	int id[3];

	for (int i = 0; i < 3; i++) {
		struct ledger l = { b, i };

		board_note(&b->place[i].who, getpid()); /* who made the segment */
		ck_assert_int_eq(ledger_creating(&l, kinds[i], (uint32_t)key), 0);
		id[i] = make(kinds[i], key);
		ck_assert_int_ge(id[i], 0);
	}
	ledger_sweep(b);
	for (int i = 0; i < 3; i++) {
		ck_assert_msg(!there(kinds[i], id[i]), "%c %d is left", kinds[i], id[i]);
		ck_assert_int_eq(b->place[i].intent_kind, 0);
	}
	ck_assert(there('q', other_queue));
	ledger_remove_folder(b);
	board_unmap(b);
}
END_TEST

/* Two of that kind, key and moment: which one is not known, so none is touched. */
START_TEST(an_intent_in_doubt_touches_nothing)
{
	struct board *b = board_create(NULL);
	struct ledger l = { b, 0 };
	int a, c;

	board_note(&b->place[0].who, getpid());
	ck_assert_int_eq(ledger_creating(&l, 'q', IPC_PRIVATE), 0);
	a = make('q', IPC_PRIVATE);
	c = make('q', IPC_PRIVATE);
	ledger_sweep(b);
	ck_assert(there('q', a) && there('q', c));
	msgctl(a, IPC_RMID, NULL);
	msgctl(c, IPC_RMID, NULL);
	/* An old one is not what was about to be made. */
	ck_assert_int_eq(ledger_creating(&l, 'q', IPC_PRIVATE), 0);
	b->place[0].intent_time += 3600;
	ledger_sweep(b);
	ck_assert(there('q', other_queue));
	ledger_remove_folder(b);
	board_unmap(b);
}
END_TEST

/* ---- leftovers of earlier runs ------------------------------------------------------------ */

/* A front end that made a board, an object and files; it lives until it is killed or let go. */
static pid_t front_end(char folder[BOARD_FOLDER], int *queue, int hold[2])
{
	int told[2];
	pid_t pid;

	ck_assert_int_eq(pipe(told), 0);
	ck_assert_int_eq(pipe(hold), 0);
	pid = fork();
	if (pid == 0) {
		struct board *b = board_create(NULL);
		struct ledger l = { b, 0 };
		char path[BOARD_FOLDER + 32], byte;
		int id;

		ledger_creating(&l, 'q', IPC_PRIVATE);
		id = make('q', IPC_PRIVATE);
		ledger_created(&l, 'q', id);
		board_stage_folder(b, path, sizeof path);
		strcat(path, "/fifo");
		mkfifo(path, 0600);
		if (write(told[1], b->folder, BOARD_FOLDER) < 0 || write(told[1], &id, sizeof id) < 0)
			_exit(1);
		close(hold[1]);
		_exit(read(hold[0], &byte, 1) < 0); /* until we are told, or killed */
	}
	close(told[1]);
	ck_assert_int_eq(read(told[0], folder, BOARD_FOLDER), BOARD_FOLDER);
	ck_assert_int_eq(read(told[0], queue, sizeof *queue), sizeof *queue);
	close(told[0]);
	return pid;
}

START_TEST(leftovers_of_the_dead_are_removed)
{
	char folder[BOARD_FOLDER];
	int queue, hold[2];
	pid_t pid = front_end(folder, &queue, hold);

	/* Alive: it is let alone. */
	ck_assert_int_eq(ledger_remove_leftovers(), 0);
	ck_assert(there('q', queue));
	ck_assert_int_eq(access(folder, F_OK), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ck_assert_int_eq(ledger_remove_leftovers(), 1);
	ck_assert(!there('q', queue));
	ck_assert_int_ne(access(folder, F_OK), 0);
	ck_assert(there('q', other_queue));
	ck_assert_int_eq(ledger_remove_leftovers(), 0);
}
END_TEST

/* Dead but not waited for is dead too. */
START_TEST(a_zombie_is_dead)
{
	char folder[BOARD_FOLDER];
	int queue, hold[2];
	pid_t pid = front_end(folder, &queue, hold);
	siginfo_t info;

	kill(pid, SIGKILL);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(ledger_remove_leftovers(), 1);
	ck_assert(!there('q', queue));
	waitpid(pid, NULL, 0);
}
END_TEST

/* A process of the dead stage that lives on, blocked for ever, is killed. */
START_TEST(survivors_are_killed)
{
	char folder[BOARD_FOLDER];
	int queue, hold[2], status;
	pid_t pid = front_end(folder, &queue, hold), survivor = fork();
	struct board *b;

	if (survivor == 0)
		for (;;)
			pause();
	b = board_open(folder);
	ck_assert_ptr_nonnull(b);
	board_note(&b->place[0].who, survivor);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ck_assert_int_eq(ledger_remove_leftovers(), 1);
	ck_assert_int_eq(waitpid(survivor, &status, 0), survivor);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	board_unmap(b);
}
END_TEST

/* A pid that is somebody else's by now is not who was noted. */
START_TEST(a_reused_pid_is_somebody_else)
{
	struct board_who w = { 0 };

	ck_assert(!board_alive(&w));
	board_note(&w, getpid());
	ck_assert(board_alive(&w));
	w.start++;
	ck_assert(!board_alive(&w));
}
END_TEST

/* What is not a board, or not ours, is not opened and not removed. */
START_TEST(what_is_no_board_stays)
{
	char folder[sizeof base + 64], path[sizeof folder + 16];
	int fd;

	snprintf(folder, sizeof folder, "%s/ipcscope-%u-strang", base, (unsigned)geteuid());
	snprintf(path, sizeof path, "%s/board", folder);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
	ck_assert_ptr_null(board_open(folder));
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_ptr_null(board_open(folder)); /* too short */
	ck_assert_int_eq(ftruncate(fd, sizeof(struct board)), 0);
	ck_assert_ptr_null(board_open(folder)); /* no magic */
	close(fd);
	ck_assert_int_eq(ledger_remove_leftovers(), 0);
	ck_assert_int_eq(access(path, F_OK), 0);
	/* A board that was moved elsewhere names another folder. */
	unlink(path);
	ck_assert_int_eq(symlink("/dev/null", path), 0);
	ck_assert_ptr_null(board_open(folder));
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* Killed while it made the board: the folder goes when it is old enough not to be somebody's who is
 * just making it. */
START_TEST(what_was_never_finished_goes)
{
	static const long sizes[] = { -1, 0, 8, sizeof(struct board) }; /* of the board; -1: none yet */
	char folder[sizeof base + 64], path[sizeof folder + 16];
	struct timespec old[2];

	clock_gettime(CLOCK_REALTIME, &old[0]);
	old[0].tv_sec -= 120;
	old[1] = old[0];
	snprintf(folder, sizeof folder, "%s/ipcscope-%u-unmade", base, (unsigned)geteuid());
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		ck_assert_int_eq(mkdir(folder, 0700), 0);
		snprintf(path, sizeof path, "%s/stage", folder);
		ck_assert_int_eq(mkdir(path, 0700), 0);
		snprintf(path, sizeof path, "%s/board", folder);
		if (sizes[i] >= 0) {
			int fd = open(path, O_CREAT | O_WRONLY, 0600);

			ck_assert_int_eq(ftruncate(fd, sizes[i]), 0);
			close(fd);
		}
		ck_assert_int_eq(ledger_remove_leftovers(), 0);
		ck_assert_int_eq(utimensat(AT_FDCWD, folder, old, 0), 0);
		ck_assert_msg(ledger_remove_leftovers() == 1, "a board of %ld bytes stays", sizes[i]);
	}
}
END_TEST

/* Folders without permissions, links that lead elsewhere. */
START_TEST(the_folder_is_emptied_and_nothing_beyond)
{
	struct board *b = board_create(NULL);
	char stage[BOARD_FOLDER + 16], path[sizeof stage + 64], outside[sizeof base + 16];
	int fd;

	board_stage_folder(b, stage, sizeof stage);
	snprintf(outside, sizeof outside, "%s/outside", base);
	fd = open(outside, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	snprintf(path, sizeof path, "%s/link", stage);
	ck_assert_int_eq(symlink(outside, path), 0);
	snprintf(path, sizeof path, "%s/up", stage);
	ck_assert_int_eq(symlink(base, path), 0);
	snprintf(path, sizeof path, "%s/closed", stage);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/closed/f", stage);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	snprintf(path, sizeof path, "%s/closed", stage);
	ck_assert_int_eq(chmod(path, 0), 0);
	ledger_empty_folder(b);
	ck_assert_int_eq(rmdir(stage), 0); /* it is empty */
	ck_assert_int_eq(access(outside, F_OK), 0);
	ledger_remove_folder(b);
	ck_assert_int_ne(access(b->folder, F_OK), 0);
	board_unmap(b);
	unlink(outside);
}
END_TEST

Suite *suite_ledger(void)
{
	Suite *s = suite_create("ledger");
	TCase *t = tcase_create("objects");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, sweep_removes_what_is_written_down);
	tcase_add_test(t, what_was_removed_is_struck_off);
	tcase_add_test(t, a_full_ledger_says_so);
	tcase_add_test(t, an_intent_finds_what_was_made);
	tcase_add_test(t, an_intent_in_doubt_touches_nothing);
	suite_add_tcase(s, t);
	t = tcase_create("leftovers");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, leftovers_of_the_dead_are_removed);
	tcase_add_test(t, a_zombie_is_dead);
	tcase_add_test(t, survivors_are_killed);
	tcase_add_test(t, a_reused_pid_is_somebody_else);
	tcase_add_test(t, what_is_no_board_stays);
	tcase_add_test(t, what_was_never_finished_goes);
	tcase_add_test(t, the_folder_is_emptied_and_nothing_beyond);
	suite_add_tcase(s, t);
	return s;
}
