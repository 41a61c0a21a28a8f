/* SPDX-License-Identifier: MIT */
/* The menu of calls: each line of it must be one that can be played, and make sense. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "script/parse.h"
#include "tests/ui/sample.h"
#include "ui/offers.h"

static bool has(const struct offer *list, int n, const char *part)
{
	for (int i = 0; i < n; i++)
		if (strstr(list[i].call, part))
			return true;
	return false;
}

static void expect_playable(const struct offer *o, const char *who)
{
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("offer", o->line, strlen(o->line), &m);

	ck_assert_msg(m.count == 0 && l->n_steps == 1, "\"%s\" cannot be played: %s", o->line, m.count ? m.list[0].text : "");
	ck_assert_msg(!strncmp(o->line, who, strlen(who)) && o->line[strlen(who)] == ' ', "\"%s\" is not %s's", o->line, who);
	for (const char *hole = strchr(o->line, '{'); hole; hole = strchr(hole + 1, '{')) /* {0, -1} is none */
		ck_assert_msg(hole[1] < 'a' || hole[1] > 'z', "\"%s\" is not filled in", o->line);
	ck_assert(o->call > o->line && o->call < o->line + sizeof o->line && o->call[0] && o->call[0] != ' ');
	ck_assert(o->detail && o->detail[0]);
	mistakes_free(&m);
	lesson_free(l);
}

/* For every process of every picture, made ready. */
START_TEST(all_can_be_played)
{
	struct picture *p;
	int offered = 0;

	for (int k = 0; (p = sample_nth(k)); k++) {
		for (int i = 0; i < p->n_processes; i++) {
			struct offer list[OFFERS];
			int n;

			p->process[i].state = PROCESS_READY;
			n = offers_list(p, i, list);
			ck_assert_int_ge(n, 1);
			ck_assert_int_le(n, OFFERS);
			for (int a = 0; a < n; a++) {
				expect_playable(&list[a], p->process[i].name);
				for (int b = 0; b < a; b++)
					ck_assert_msg(strcmp(list[a].line, list[b].line), "%s is offered twice", list[a].line);
			}
			offered += n;
		}
		picture_free(p);
	}
	ck_assert_int_gt(offered, 100);
}
END_TEST

START_TEST(not_now)
{
	struct offer list[OFFERS];
	struct picture *p = sample_new();

	sample_process(p, "one", 4711, PROCESS_READY);
	for (int s = PROCESS_STARTING; s <= PROCESS_ENDED; s++) {
		p->process[0].state = (enum process_state)s;
		if (s == PROCESS_READY)
			ck_assert_int_gt(offers_list(p, 0, list), 0);
		else
			ck_assert_int_eq(offers_list(p, 0, list), 0);
	}
	picture_free(p);
}
END_TEST

/* Reading is offered to who holds an end for reading, and so on. */
START_TEST(makes_sense)
{
	struct offer list[OFFERS];
	struct picture *p = sample_new();
	int pipe = 0, n;

	sample_object(p, OBJECT_PIPE, "p");
	sample_end(sample_process(p, "writer", 4711, PROCESS_READY), 4, pipe, 'w', "p.w");
	sample_end(sample_process(p, "reader", 4712, PROCESS_READY), 3, pipe, 'r', "p.r");
	sample_process(p, "dead", 4713, PROCESS_ENDED);
	n = offers_list(p, 0, list);
	ck_assert(has(list, n, "write(p.w"));
	ck_assert(has(list, n, "close(p.w"));
	ck_assert(!has(list, n, "read(p."));
	ck_assert(has(list, n, "kill(reader"));
	ck_assert(!has(list, n, "kill(writer"));
	ck_assert(!has(list, n, "kill(dead"));
	ck_assert(has(list, n, "fork "));
	/* what can be done with what is there comes first */
	ck_assert(strstr(list[0].call, "p.w") || strstr(list[0].call, "reader"));
	n = offers_list(p, 1, list);
	ck_assert(has(list, n, "read(p.r"));
	ck_assert(!has(list, n, "write(p."));
	picture_free(p);
}
END_TEST

/* An address by name where the process has it as the name's owner does, else by number; a segment's
 * name is its id. Queues and semaphores of POSIX. */
START_TEST(memory_and_posix)
{
	struct offer list[OFFERS];
	struct picture *p = sample_copied();
	int n = offers_list(p, 1, list);

	ck_assert(has(list, n, "load(m, 0)"));
	ck_assert(!has(list, n, "shmat("));
	p->object->memory.view[1].address = 0x7f0000000000;
	n = offers_list(p, 1, list);
	ck_assert(has(list, n, "load(0x7f0000000000, 0)"));
	picture_free(p);
	p = sample_shared();
	n = offers_list(p, 1, list);
	ck_assert(has(list, n, "store(0x7f3c2b4c2000, 0, 1)"));
	ck_assert(has(list, n, "shmat(m)"));
	ck_assert(!has(list, n, "load(m, 0)"));
	p->object->memory.n_views = 1;
	n = offers_list(p, 1, list);
	ck_assert(!has(list, n, "load("));
	picture_free(p);
	p = sample_mqueue();
	n = offers_list(p, 0, list);
	ck_assert(has(list, n, "mq_receive(q)"));
	ck_assert(!has(list, n, "read(q"));
	picture_free(p);
	p = sample_named();
	n = offers_list(p, 0, list);
	ck_assert(has(list, n, "sem_post(s)"));
	picture_free(p);
}
END_TEST

/* A pipe without a name is written by its descriptor. */
START_TEST(numbers)
{
	struct offer list[OFFERS];
	struct picture *p = sample_new();
	int n;

	sample_object(p, OBJECT_PIPE, "pipe:[27408]");
	sample_end(sample_process(p, "one", 4711, PROCESS_READY), 7, 0, 'r', "pipe:[27408]");
	n = offers_list(p, 0, list);
	ck_assert(has(list, n, "read(7"));
	ck_assert(!has(list, n, "27408"));
	picture_free(p);
}
END_TEST

/* The names that fork offers are free. */
START_TEST(fork_names)
{
	static const char *const names[] = { "child", "writer", "reader", "helper", "other" };
	struct offer list[OFFERS];

	for (size_t taken = 0; taken <= sizeof names / sizeof names[0]; taken++) {
		struct picture *p = sample_new();
		int n;

		sample_process(p, "parent", 4711, PROCESS_READY);
		for (size_t i = 0; i < taken; i++)
			sample_process(p, names[i], 4712 + (int)i, PROCESS_READY);
		n = offers_list(p, 0, list);
		for (size_t i = 0; i < taken; i++) {
			char fork[32];

			snprintf(fork, sizeof fork, "fork %s", names[i]);
			ck_assert_msg(!has(list, n, fork), "%s is taken", fork);
		}
		picture_free(p);
	}
}
END_TEST

/* More than there is room for: cut, and what is there can be played. */
START_TEST(many)
{
	struct offer list[OFFERS];
	struct picture *p = sample_new();
	int n;

	sample_process(p, "parent", 4711, PROCESS_READY);
	for (int i = 0; i < 40; i++) {
		char name[16];

		snprintf(name, sizeof name, "child%d", i);
		sample_process(p, name, 4712 + i, PROCESS_READY);
		snprintf(name, sizeof name, "q%d", i);
		sample_object(p, OBJECT_QUEUE, name);
		snprintf(name, sizeof name, "m%d", i);
		sample_object(p, OBJECT_SEGMENT, name);
		snprintf(name, sizeof name, "p%d", i);
		sample_object(p, OBJECT_PIPE, name);
		if (i < PICTURE_ENDS)
			sample_end(&p->process[0], 3 + i, p->n_objects - 1, i % 2 ? 'r' : 'w', name);
	}
	n = offers_list(p, 0, list);
	ck_assert_int_le(n, OFFERS);
	ck_assert_int_gt(n, OFFERS / 2);
	for (int i = 0; i < n; i++)
		expect_playable(&list[i], "parent");
	picture_free(p);
}
END_TEST

Suite *suite_offers(void)
{
	Suite *suite = suite_create("offers");
	TCase *tc = tcase_create("offers");

	tcase_add_test(tc, all_can_be_played);
	tcase_add_test(tc, not_now);
	tcase_add_test(tc, makes_sense);
	tcase_add_test(tc, memory_and_posix);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, fork_names);
	tcase_add_test(tc, many);
	suite_add_tcase(suite, tc);
	return suite;
}
