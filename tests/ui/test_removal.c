/* SPDX-License-Identifier: MIT */
/* The questions before an object is removed. */
#include "tests/unit.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/ui/panes_fixture.h"
#include "ui/removal.h"
#include "ui/term.h"

static struct picture picture;
static struct removal removal;

static void teardown(void)
{
	fixture_picture_free(&picture);
}

static void ask(int at)
{
	struct objects_row *row;

	ck_assert_int_gt(objects_rows(&picture, &row), at);
	removal_ask(&removal, &row[at]);
	free(row);
}

static struct canvas *drawn(int width, int height)
{
	struct canvas *c = canvas_new(width, height, false);

	removal_draw(c, &removal);
	return c;
}

static enum removal_result typed(const char *text)
{
	enum removal_result r = REMOVAL_GOES_ON;

	while (*text)
		r = removal_key(&removal, *text == '\n' ? TERM_ENTER : *text), text++;
	return r;
}

START_TEST(our_own)
{
	struct canvas *c;

	fixture_object(&picture, SYSV_QUEUE, 3, 0, "q")->queue.messages = 2;
	ask(0);
	c = drawn(44, 8);
	fixture_expect(c,
		       "\n"
		       "     ╭─ remove ───────────────────────╮\n"
		       "     │ Remove queue q (id 3)? y/n     │\n"
		       "     │ 2 messages in it will be lost. │\n"
		       "     │                                │\n"
		       "     │ y removes it  n keeps it       │\n"
		       "     ╰────────────────────────────────╯\n");
	canvas_free(c);
	ck_assert_int_eq(removal_key(&removal, 'q'), REMOVAL_GOES_ON);
	ck_assert_int_eq(removal_key(&removal, TERM_ENTER), REMOVAL_GOES_ON); /* no answer is no yes */
	ck_assert_int_eq(removal_key(&removal, 'n'), REMOVAL_LEFT);
	ck_assert_int_eq(removal_key(&removal, TERM_ESCAPE), REMOVAL_LEFT);
	ck_assert(!removal_typing(&removal));
	ck_assert_int_eq(removal_key(&removal, 'y'), REMOVAL_SURE);
}
END_TEST

START_TEST(somebody_elses)
{
	struct canvas *c;

	fixture_object(&picture, SYSV_SEMAPHORES, 7, 0x5101, NULL)->uid = geteuid() + 12345678;
	ask(0);
	ck_assert_str_eq(removal.what, "semaphores 7 (key 0x00005101)");
	ck_assert_int_eq(removal_key(&removal, 'y'), REMOVAL_GOES_ON);
	ck_assert(removal_typing(&removal));
	ck_assert_int_eq(typed("ye"), REMOVAL_GOES_ON);
	snprintf(removal.whose, sizeof removal.whose, "user bob");
	c = drawn(60, 8);
	fixture_expect_styled(c,
			      "\n"
			      "  {frame-focus}╭─{title} semaphores 7 (key 0x00005101) {frame-focus}──────────────────────╮\n"
			      "  {frame-focus}│{text} {strong}This belongs to user bob, not to this stage.{text}         {frame-focus}│\n"
			      "  {frame-focus}│{text} Remove it all the same? Type yes: {key}ye{text}                 {frame-focus}│\n"
			      "  {frame-focus}│{text}                                                      {frame-focus}│\n"
			      "  {frame-focus}│{text} {key}Enter{text} does it  {key}Esc{text} keeps it                          {frame-focus}│\n"
			      "  {frame-focus}╰──────────────────────────────────────────────────────╯\n");
	canvas_free(c);
	ck_assert_int_eq(typed("\n"), REMOVAL_LEFT);
	ask(0);
	ck_assert_int_eq(typed("yyess"), REMOVAL_GOES_ON);
	ck_assert_int_eq(removal_key(&removal, TERM_BACKSPACE), REMOVAL_GOES_ON);
	ck_assert_int_eq(typed("\n"), REMOVAL_SURE);
	ask(0);
	ck_assert_int_eq(typed("yyes please and thank you\n"), REMOVAL_LEFT);
	ask(0);
	ck_assert_int_eq(typed("yy"), REMOVAL_GOES_ON);
	ck_assert_int_eq(removal_key(&removal, TERM_ESCAPE), REMOVAL_LEFT);
}
END_TEST

/* Its user by name; one's own said to be that; a user without a name. */
START_TEST(whose)
{
	struct sysv_object *o = fixture_object(&picture, SYSV_SEGMENT, 7, 0, NULL);
	struct passwd *user = getpwuid(geteuid());
	char mine[100];

	o->uid = geteuid();
	ask(0);
	snprintf(mine, sizeof mine, "you (user %s)", user ? user->pw_name : "");
	if (user)
		ck_assert_str_eq(removal.whose, mine);
	else
		ck_assert_ptr_nonnull(strstr(removal.whose, "you"));
	o->uid = 0;
	ask(0);
	ck_assert_ptr_nonnull(strstr(removal.whose, "root"));
	o->uid = 4000000001;
	ask(0);
	ck_assert_str_eq(removal.whose, "user 4000000001");
}
END_TEST

START_TEST(what_comes_of_it)
{
	fixture_object(&picture, SYSV_SEGMENT, 8, 0, "m")->segment.attached = 1;
	fixture_object(&picture, SYSV_SEMAPHORES, 9, 0, "s");
	snprintf(picture.object[1].waiting, PICTURE_CALL, "ann, bob");
	fixture_posix(&picture, 'Q', "/q", true, 0);
	ask(0);
	ck_assert_str_eq(removal.what, "shared memory m (id 8)");
	ck_assert_str_eq(removal.effect, "It is attached: it goes with the last detach.");
	ask(1);
	ck_assert_str_eq(removal.effect, "EIDRM wakes those who sleep in a call about it: ann, bob.");
	ask(2);
	ck_assert_str_eq(removal.what, "POSIX queue /q");
	ck_assert_str_eq(removal.effect, "Its name goes at once; whoever has it open keeps it.");
}
END_TEST

START_TEST(why_not)
{
	struct canvas *c;

	removal_tell(&removal, "cannot remove 3: Operation not permitted. Only its owner, its creator and root may.");
	c = drawn(60, 8);
	fixture_expect(c,
		       "\n"
		       "╭─ nothing was removed ────────────────────────────────────╮\n"
		       "│ cannot remove 3: Operation not permitted. Only its       │\n"
		       "│ owner, its creator and root may.                         │\n"
		       "│                                                          │\n"
		       "│ Esc goes on                                              │\n"
		       "╰──────────────────────────────────────────────────────────╯\n");
	canvas_free(c);
	ck_assert_int_eq(removal_key(&removal, 'y'), REMOVAL_LEFT);
}
END_TEST

START_TEST(small)
{
	struct canvas *c;

	fixture_object(&picture, SYSV_QUEUE, 1234567, 0, "管道名字很长很长很长");
	for (int width = 1; width < 70; width++)
		for (int height = 1; height < 14; height++)
			for (int state = 0; state < 3; state++) {
				ask(0);
				removal_tell(&removal, "because");
				removal.state = state;
				c = drawn(width, height);
				canvas_free(c);
			}
}
END_TEST

Suite *suite_removal(void)
{
	Suite *s = suite_create("removal");
	TCase *t = tcase_create("removal");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, our_own);
	tcase_add_test(t, somebody_elses);
	tcase_add_test(t, whose);
	tcase_add_test(t, what_comes_of_it);
	tcase_add_test(t, why_not);
	tcase_add_test(t, small);
	suite_add_tcase(s, t);
	return s;
}
