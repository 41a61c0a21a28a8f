/* SPDX-License-Identifier: MIT */
/* Very many of each, and what comes and goes meanwhile: all that the test made is found, once, as it was made. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/system/many.h"
#include "tests/system/snapshot.h"
#include "tests/system/waiting.h"
#include "tests/unit.h"

/* --- 10,000 pipes --------------------------------------------------------------------------------------------------- */

enum { HOLDERS = 100, PIPES_EACH = 100 };

struct one_pipe { uint64_t inode; int end[2]; };

/* Makes its pipes, the nth with n + 1 bytes in it, says what it made, and waits. */
static int hold_pipes(void *arg)
{
	static const char bytes[PIPES_EACH];
	struct one_pipe made[PIPES_EACH];
	int say = *(int *)arg;

	for (int i = 0; i < PIPES_EACH; i++) {
		struct stat st;

		if (pipe(made[i].end) != 0 || fstat(made[i].end[0], &st) != 0 ||
		    write(made[i].end[1], bytes, (size_t)i + 1) != i + 1)
			return 1;
		made[i].inode = st.st_ino;
	}
	if (write(say, made, sizeof made) != sizeof made)
		return 1;
	return child_idle(NULL);
}

static int by_inode(const void *a, const void *b)
{
	const struct system_object *const *x = a, *const *y = b;

	return ((*x)->inode > (*y)->inode) - ((*x)->inode < (*y)->inode);
}

/* The pipes of a snapshot by their inodes; for the caller to free. */
static const struct system_object **sorted_pipes(const struct system *s, size_t *n)
{
	const struct system_object **list = calloc(s->n_objects + 1, sizeof *list);

	*n = 0;
	for (size_t i = 0; i < s->n_objects; i++)
		if (s->object[i].kind == SYSTEM_PIPE)
			list[(*n)++] = &s->object[i];
	qsort(list, *n, sizeof *list, by_inode);
	return list;
}

static void check_pipe(const struct system *s, const struct system_object *o, pid_t pid, const struct one_pipe *made, int i)
{
	ck_assert_int_eq(o->n_ends, 2);
	ck_assert_int_eq(snapshot_end(s, o, pid, made->end[0])->access, 'r');
	ck_assert_int_eq(snapshot_end(s, o, pid, made->end[1])->access, 'w');
	ck_assert(o->level.known);
	ck_assert_int_eq(o->level.number, i + 1);
	ck_assert_int_ge(o->limit.number, 4096);
	ck_assert(!o->full || o->limit.number == 4096); /* who has very many gets one page for each */
}

static void check_pipes(const struct system *s, const struct child *holder, struct one_pipe made[][PIPES_EACH])
{
	size_t n;
	const struct system_object **list = sorted_pipes(s, &n);

	for (int h = 0; h < HOLDERS; h++)
		for (int i = 0; i < PIPES_EACH; i++) {
			struct system_object wanted = { .inode = made[h][i].inode }, *at = &wanted;
			const struct system_object **found = bsearch(&at, list, n, sizeof *list, by_inode);

			ck_assert_ptr_nonnull(found);
			check_pipe(s, *found, holder[h].pid, &made[h][i], i);
		}
	free(list);
}

START_TEST(ten_thousand_pipes_are_complete_and_correct)
{
	static struct one_pipe made[HOLDERS][PIPES_EACH];
	struct child holder[HOLDERS];
	struct system *s;
	int say[2];

	child_must_lend();
	s = system_new();
	ck_assert_int_eq(pipe2(say, O_CLOEXEC), 0);
	for (int h = 0; h < HOLDERS; h++) {
		child_start(&holder[h], hold_pipes, &say[1]);
		many_receive(say[0], made[h], sizeof made[h]);
	}
	for (int round = 0; round < 3; round++) {
		snapshot_take(s);
		check_pipes(s, holder, made);
	}
	for (int h = 0; h < HOLDERS; h++)
		child_stop(&holder[h]);
	close(say[0]);
	close(say[1]);
	system_free(s);
}
END_TEST

/* --- what comes and goes ------------------------------------------------------------------------------ */

/* Forks and ends, or becomes another program, as fast as it can. */
static int storm(void *unused)
{
	(void)unused;
	alarm(60);
	for (int i = 0;; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			if (i % 4 == 0)
				execl("/bin/true", "true", (char *)NULL);
			_exit(0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
	return 0;
}

START_TEST(a_scan_in_a_storm_of_processes_is_complete)
{
	enum { STANDING = 20, SCANS = 40 };
	struct child standing, wind[2];
	struct system *s;
	int end[STANDING][2];
	uint64_t inode[STANDING];

	child_must_lend();
	s = system_new();
	for (int i = 0; i < STANDING; i++) {
		ck_assert_int_eq(pipe2(end[i], O_CLOEXEC), 0);
		inode[i] = snapshot_inode(end[i][0]);
	}
	child_start(&standing, child_idle, NULL);
	for (int i = 0; i < STANDING; i++)
		close(end[i][0]);
	for (int i = 0; i < 2; i++)
		child_start(&wind[i], storm, NULL);
	for (int n = 0; n < SCANS; n++) {
		snapshot_take(s);
		for (int i = 0; i < STANDING; i++) {
			const struct system_object *o = snapshot_object(s, SYSTEM_PIPE, inode[i]);

			ck_assert_ptr_nonnull(snapshot_end(s, o, standing.pid, end[i][0]));
			ck_assert_ptr_nonnull(snapshot_end(s, o, getpid(), end[i][1]));
			ck_assert(o->level.known);
		}
	}
	for (int i = 0; i < 2; i++)
		child_stop(&wind[i]);
	child_stop(&standing);
	for (int i = 0; i < STANDING; i++)
		close(end[i][1]);
	system_free(s);
}
END_TEST

/* --- 500 processes, each in a call ------------------------------------------------------------------------------- */

enum { MOTHERS = 10, CHILDREN_EACH = 50 };

struct sleeper { pid_t pid; int row; uint64_t pipe, pair[2]; };

static int sleep_as_told(int row, int say)
{
	struct sleeper me = { .pid = getpid(), .row = row };

	snprintf(with.fifo, sizeof with.fifo, "%s/f%d", folder, (int)me.pid);
	if (!waiting_make_pipes() || mkfifo(with.fifo, 0600) != 0)
		return 1;
	me.pipe = many_inode(with.pipe[0]);
	me.pair[0] = many_inode(with.pair[0]);
	me.pair[1] = many_inode(with.pair[1]);
	if (write(say, &me, sizeof me) != sizeof me)
		return 1;
	alarm(120);
	return waiting_rows[row].run(NULL);
}

/* They die with their mother, and she with the test. */
static int be_mother(void *arg)
{
	int say = *(int *)arg;
	pid_t parent = getpid();

	for (int i = 0; i < CHILDREN_EACH; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			_exit(getppid() == parent ? sleep_as_told(i % WAITING_ROWS, say) : 1);
		}
	}
	return child_idle(NULL);
}

static void take_all(struct system *s)
{
	snapshot_take(s);
	system_waits(s);
	system_judge(s, NULL);
}

/* NULL, or what is wrong. */
static const char *wrong_with(const struct system *s, const struct sleeper *p, const struct many_place *list, size_t n)
{
	const struct waiting_row *r = &waiting_rows[p->row];
	int process = system_find_process(s, p->pid), ends = r->wait == WAIT_CHILD ? 4 : 2; /* its child has them too */
	const struct system_object *o;

	if (process < 0)
		return "missing";
	if (s->process[process].n_threads != 1)
		return "not one thread";
	if (!waiting_is_as(s, &s->thread[s->process[process].first_thread], r))
		return "in another call";
	o = many_only(list, n, p->pair[0]);
	if (o != many_only(list, n, p->pair[1]) || o->n_ends != ends || !snapshot_end(s, o, p->pid, -2))
		return "without its sockets";
	o = snapshot_find(s, SYSTEM_PIPE, p->pipe);
	if (!o || o->n_ends != ends || !snapshot_end(s, o, p->pid, -2))
		return "without its pipe";
	return NULL;
}

/* How many of them are not told as they are, and what is wrong with the last of those. */
static int count_wrong(const struct system *s, const struct sleeper *sleeper, struct text *what)
{
	size_t n;
	struct many_place *list = many_places(s, &n);
	int wrong = 0;

	for (int i = 0; i < MOTHERS * CHILDREN_EACH; i++) {
		const char *problem = wrong_with(s, &sleeper[i], list, n);

		if (!problem)
			continue;
		wrong++;
		text_clear(what);
		text_addf(what, "%d (%s): %s", (int)sleeper[i].pid, waiting_rows[sleeper[i].row].name, problem);
	}
	free(list);
	return wrong;
}

static struct child mother[MOTHERS];
static struct sleeper sleeper[MOTHERS * CHILDREN_EACH];

static void must_have_room(void)
{
	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	if (unit_valgrind())
		unit_skip("500 processes under valgrind take more memory than there is");
}

static void start_sleepers(struct system *s, struct text *what)
{
	int64_t deadline = 0;
	int say[2], wrong;

	waiting_make_sysv();
	ck_assert_int_eq(pipe2(say, O_CLOEXEC), 0);
	for (int i = 0; i < MOTHERS; i++)
		child_start(&mother[i], be_mother, &say[1]);
	many_receive(say[0], sleeper, sizeof sleeper);
	close(say[0]);
	close(say[1]);
	/* Until the last of them sleeps. */
	do {
		take_all(s);
		wrong = count_wrong(s, sleeper, what);
	} while (wrong && child_wait(&deadline));
	ck_assert_msg(wrong == 0, "%d are wrong, among them %s", wrong, text_string(what));
}

static void stop_sleepers(void)
{
	for (int i = 0; i < MOTHERS; i++)
		child_stop(&mother[i]);
	msgctl(with.queue, IPC_RMID, NULL);
	semctl(with.set, 0, IPC_RMID);
}

START_TEST(five_hundred_processes_are_each_in_their_call)
{
	struct system *s;
	struct text what = { 0 };
	int wrong;

	must_have_room();
	s = system_new();
	start_sleepers(s, &what);
	for (int round = 0; round < 5; round++) {
		take_all(s);
		wrong = count_wrong(s, sleeper, &what);
		ck_assert_msg(wrong == 0, "%d are wrong, among them %s", wrong, text_string(&what));
	}
	stop_sleepers();
	text_free(&what);
	system_free(s);
}
END_TEST

START_TEST(sleepers_in_a_storm_are_neither_missed_nor_doubled)
{
	struct child wind[2];
	struct system *s;
	struct text what = { 0 };
	int wrong;

	must_have_room();
	s = system_new();
	start_sleepers(s, &what);
	for (int i = 0; i < 2; i++)
		child_start(&wind[i], storm, NULL);
	for (int round = 0; round < 20; round++) {
		take_all(s);
		wrong = count_wrong(s, sleeper, &what);
		ck_assert_msg(wrong == 0, "%d are wrong, among them %s", wrong, text_string(&what));
	}
	for (int i = 0; i < 2; i++)
		child_stop(&wind[i]);
	stop_sleepers();
	text_free(&what);
	system_free(s);
}
END_TEST

static void add_tests(TCase *many)
{
	folder_use(many);
	tcase_set_timeout(many, 120);
	tcase_add_test(many, ten_thousand_pipes_are_complete_and_correct);
	tcase_add_test(many, a_scan_in_a_storm_of_processes_is_complete);
	tcase_add_test(many, five_hundred_processes_are_each_in_their_call);
	tcase_add_test(many, sleepers_in_a_storm_are_neither_missed_nor_doubled);
}

Suite *suite_system_many(void)
{
	Suite *suite = suite_create("system_many");

	snapshot_both_ways(suite, add_tests);
	return suite;
}
