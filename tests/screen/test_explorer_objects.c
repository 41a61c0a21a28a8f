/* SPDX-License-Identifier: MIT */
/* The objects pane: choosing, removing with x, the facts of what is chosen; and what the prompt completes
 * of them. What is not the stage's in these tests they have made themselves. */
#include "tests/unit.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/screen/explorer.h"

static const char lesson[] =
	"lesson  Objects\n"
	"parent  q = msgget(IPC_PRIVATE, IPC_CREAT|0600)\n"
	"parent  msgsnd(q, 7, \"hello\") = 0\n"
	"parent  s = semget(IPC_PRIVATE, 2, IPC_CREAT|0600)\n"
	"parent  f = shm_open(\"/m\", O_CREAT|O_RDWR, 0600)\n"
	"parent  p = socketpair(AF_UNIX, SOCK_STREAM, 0)\n";

/* The lesson above, played to its end, the listing zoomed. */
static struct explorer *start(int width, int height, const char *before)
{
	char script[300], text[sizeof lesson + 16];
	const char *const env[] = { text, NULL };
	struct explorer *e;

	snprintf(text, sizeof text, "LESSON=%s", lesson);
	snprintf(script, sizeof script, "printf %%s \"$LESSON\" >o.lesson; %s $P o.lesson", before);
	e = explorer_start_shell(width, height, env, script);
	explorer_sees(e, "Space next");
	explorer_press(e, "g");
	screen_type(e->s, "99\r");
	explorer_sees(e, "5 of 5");
	explorer_press(e, "Tab Tab z");
	explorer_loses(e, " events");
	explorer_sees(e, "key/name");
	explorer_sees(e, "1 msg");
	return e;
}

static bool queue_is_there(int id)
{
	struct msqid_ds ds;

	return msgctl(id, IPC_STAT, &ds) == 0;
}

/* The id of the row that holds `text`: the number behind its type. */
static int id_of(struct explorer *e, const char *text)
{
	int x, y, id = 0;

	if (!screen_find(e->s, text, &x, &y))
		explorer_fail(e, "\"%s\" is not there", text);
	for (x = 6; x < e->width && (x < 18 || id); x++) {
		char c = screen_cell(e->s, x, y).text[0];

		if (c >= '0' && c <= '9')
			id = id * 10 + c - '0';
		else if (id)
			break;
	}
	if (!queue_is_there(id))
		explorer_fail(e, "there is no queue %d", id);
	return id;
}

START_TEST(removes_its_own)
{
	struct explorer *e = start(80, 24, "");
	int id = id_of(e, "1 msg");

	ck_assert(queue_is_there(id));
	explorer_press(e, "x"); /* nothing is chosen */
	explorer_sees(e, "Choose an object first");
	explorer_press(e, "Escape");
	explorer_loses(e, "Choose an object first");
	explorer_press(e, "Down");
	explorer_sees(e, "x removes");
	explorer_press(e, "x");
	explorer_sees(e, "Remove queue q (id");
	explorer_sees(e, "1 message in it will be lost");
	explorer_press(e, "n");
	explorer_loses(e, "Remove queue");
	explorer_press(e, "x");
	explorer_sees(e, "Remove queue");
	explorer_press(e, "Escape");
	explorer_loses(e, "Remove queue");
	ck_assert(queue_is_there(id));
	explorer_press(e, "x");
	explorer_sees(e, "Remove queue");
	explorer_press(e, "y");
	explorer_loses(e, "1 msg"); /* gone from the listing */
	ck_assert(!queue_is_there(id));
	explorer_press(e, "z");
	explorer_press(e, "Tab");
	explorer_sees(e, "removed: queue q (id");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(removes_a_name)
{
	struct explorer *e = start(120, 40, "");

	explorer_sees(e, "/m ");
	explorer_press(e, "Down Down Down x");
	explorer_sees(e, "Remove POSIX shared memory /m? y/n");
	explorer_press(e, "y");
	explorer_loses(e, "/m ");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Down to the row of this id. */
static void choose(struct explorer *e, const char *question)
{
	for (int i = 0; i < 200; i++) {
		explorer_press(e, "Down x");
		explorer_sees(e, "Remove ");
		if (explorer_shows(e, question))
			return;
		explorer_press(e, "n");
		explorer_loses(e, "y removes it");
	}
	explorer_fail(e, "\"%s\" was never asked", question);
}

START_TEST(asks_twice_for_others)
{
	int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	struct explorer *e;
	char question[60];

	ck_assert_int_ge(id, 0);
	e = start(explorer_sizes[_i].width, explorer_sizes[_i].height, "");
	snprintf(question, sizeof question, "Remove queue %d? y/n", id);
	choose(e, question);
	explorer_press(e, "y");
	explorer_sees(e, "not to this stage.");
	explorer_sees(e, "This belongs to you (user ");
	explorer_press(e, "Enter"); /* no yes */
	explorer_loses(e, "This belongs");
	ck_assert(queue_is_there(id));
	explorer_press(e, "x");
	explorer_sees(e, question);
	explorer_press(e, "y");
	explorer_sees(e, "This belongs");
	screen_type(e->s, "qt?"); /* letters here */
	explorer_sees(e, "yes: qt?");
	explorer_press(e, "Escape");
	explorer_loses(e, "This belongs");
	ck_assert(queue_is_there(id));
	explorer_press(e, "x y");
	screen_type(e->s, "yes");
	explorer_sees(e, "yes: yes");
	explorer_press(e, "Enter");
	explorer_loses(e, "This belongs");
	ck_assert(!queue_is_there(id));
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Somebody else was faster. */
START_TEST(gone_meanwhile)
{
	int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	struct explorer *e;
	char question[60];

	ck_assert_int_ge(id, 0);
	e = start(80, 24, "");
	snprintf(question, sizeof question, "Remove queue %d? y/n", id);
	choose(e, question);
	explorer_press(e, "y");
	screen_type(e->s, "yes");
	explorer_sees(e, "yes: yes");
	ck_assert_int_eq(msgctl(id, IPC_RMID, NULL), 0);
	explorer_press(e, "Enter");
	explorer_sees(e, "nothing was removed");
	explorer_press(e, "Escape");
	explorer_loses(e, "nothing was removed");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Played by another user, whom the kernel refuses. */
START_TEST(not_permitted)
{
	struct explorer *e;
	char question[60];
	int id;

	if (geteuid() != 0 || system("setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null") != 0)
		unit_skip("only root can play as another user, with setpriv");
	id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	ck_assert_int_ge(id, 0);
	e = start(80, 24, "chmod -R 777 .; exec setpriv --reuid 65534 --regid 65534 --clear-groups");
	snprintf(question, sizeof question, "Remove queue %d? y/n", id);
	choose(e, question);
	explorer_press(e, "y");
	explorer_sees(e, "This belongs to user root, not to this stage.");
	screen_type(e->s, "yes\r");
	explorer_sees(e, "Operation not permitted");
	explorer_sees(e, "owner, its creator and root may.");
	ck_assert(queue_is_there(id));
	explorer_press(e, "Escape");
	explorer_loses(e, "nothing was removed");
	explorer_quit(e);
	explorer_free(e);
	msgctl(id, IPC_RMID, NULL);
}
END_TEST

START_TEST(not_of_the_past)
{
	struct explorer *e = start(explorer_sizes[_i].width, explorer_sizes[_i].height, "");
	int id = id_of(e, "private");

	explorer_press(e, "Down Backspace");
	explorer_sees(e, "looking back");
	explorer_press(e, "x");
	explorer_sees(e, "This is the past");
	explorer_press(e, "y");
	explorer_loses(e, "This is the past");
	explorer_sees(e, "looking back");
	ck_assert(queue_is_there(id));
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Of the scene's boxes, those that stay. */
/* A question, or why there is none. */
static bool is_answer(struct screen *s, void *unused)
{
	static const char *const answers[] = { "removes it", "goes by itself", "nothing was" };
	int x, y;

	(void)unused;
	for (size_t i = 0; i < 3; i++)
		if (screen_find(s, answers[i], &x, &y))
			return true;
	return false;
}

static void answered(struct explorer *e)
{
	if (!screen_wait(e->s, is_answer, NULL, SCREEN_DEADLINE))
		explorer_fail(e, "no answer to x");
}

START_TEST(of_the_scene)
{
	struct explorer *e = start(120, 40, "");
	bool stays = false, goes = false;

	explorer_press(e, "z BackTab BackTab");
	explorer_sees(e, "─ events");
	/* A key that comes while a box is asked about goes to its question: several ways round. */
	for (int i = 0; i < 24 && !(stays && goes); i++) {
		explorer_press(e, "Right x");
		answered(e);
		stays |= explorer_shows(e, "Remove queue q (id") || explorer_shows(e, "Remove semaphores s (id");
		goes |= explorer_shows(e, "This goes by itself");
		explorer_press(e, "Escape");
		explorer_loses(e, "─ remove");
		explorer_loses(e, "nothing was");
	}
	if (!stays || !goes)
		explorer_fail(e, "no box was asked about, or none refused: %d, %d", stays, goes);
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* A fact [N] is listed for each N there is; long lists scroll. */
START_TEST(facts)
{
	struct explorer *e = start(explorer_sizes[_i].width, explorer_sizes[_i].height, "");

	explorer_press(e, "Down i");
	explorer_sees(e, "facts, and where");
	explorer_sees(e, "q.messages");
	explorer_press(e, "End");
	explorer_sees(e, "q.receivers");
	explorer_press(e, "PageUp");
	explorer_sees(e, "q.type[0]");
	explorer_sees(e, "q.length[0]");
	if (explorer_shows(e, "q.type[1]"))
		explorer_fail(e, "there is no second message");
	explorer_press(e, "Escape Down i");
	explorer_sees(e, "s.value[0]");
	explorer_sees(e, "s.value[1]");
	explorer_press(e, "End Up");
	explorer_sees(e, "s.last[0]");
	explorer_press(e, "Up");
	explorer_sees(e, "Not known here: nobody has changed it");
	explorer_press(e, "Escape");
	explorer_loses(e, "facts, and where");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* What the stage did not make: what the kernel tells anybody. */
START_TEST(facts_of_others)
{
	int fd = shm_open("/ipcscope-test-objects", O_CREAT | O_RDWR, 0600);
	struct explorer *e;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, 12345), 0);
	e = start(120, 40, "");
	explorer_sees(e, "/ipcscope-test-objects");
	for (int i = 0; i < 200 && !explorer_shows(e, "12345 bytes"); i++) {
		explorer_press(e, "Escape");
		explorer_loses(e, "facts, and where");
		explorer_press(e, "z Down i");
		explorer_sees(e, "facts, and where");
	}
	explorer_sees(e, "12345 bytes");
	explorer_sees(e, "owner");
	explorer_press(e, "Escape");
	explorer_quit(e);
	explorer_free(e);
	close(fd);
	shm_unlink("/ipcscope-test-objects");
}
END_TEST

START_TEST(completes)
{
	static const struct { const char *typed, *sees; } row[] = {
		{ "expect s.val\t", ": expect s.value[" },   /* a fact of this kind, with an index */
		{ "expect q.mess\t", ": expect q.messages" },
		{ "expect parent.sta\t", ": expect parent.state" },
		{ "ho\t", ": host" },
		{ "parent send(p.\t", "p.a  p.b" },
		{ "parent close(s.\t", "s.waiting  s.gone" }, /* which has no ends */
		{ "parent IPC_PRI\t", ": parent IPC_PRIVATE" },
	};
	struct explorer *e = start(80, 24, "");

	explorer_press(e, "z :");
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		screen_type(e->s, row[i].typed);
		explorer_sees(e, row[i].sees);
		explorer_press(e, "C-u");
		explorer_loses(e, row[i].sees);
	}
	explorer_line(e, "use pipe/full");
	explorer_sees(e, "only a lesson in a file can use another");
	explorer_press(e, "Escape");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Where that is permitted, out of sight of what else the machine has: the test looks for words of its own. */
static void apart(void)
{
	if (unit_forked())
		(void)!unshare(CLONE_NEWIPC);
}

Suite *suite_explorer_objects(void)
{
	Suite *suite = suite_create("explorer_objects");
	TCase *tc = tcase_create("objects");

	tcase_add_checked_fixture(tc, apart, NULL);
	tcase_add_test(tc, removes_its_own);
	tcase_add_test(tc, removes_a_name);
	tcase_add_loop_test(tc, asks_twice_for_others, 0, 4);
	tcase_add_test(tc, gone_meanwhile);
	tcase_add_test(tc, not_permitted);
	tcase_add_loop_test(tc, not_of_the_past, 0, 4);
	tcase_add_test(tc, of_the_scene);
	tcase_add_loop_test(tc, facts, 0, 4);
	tcase_add_test(tc, facts_of_others);
	tcase_add_test(tc, completes);
	suite_add_tcase(suite, tc);
	return suite;
}
