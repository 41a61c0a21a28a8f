/* SPDX-License-Identifier: MIT */
/* System V queues and segments of a real stage, beside what msgctl(2), shmctl(2) and ipcs(1) say. */
#include "tests/unit.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <unistd.h>

#include "tests/stage/objects.h"

static int id_of(struct play *p, const char *name)
{
	return (int)play_object(p, name)->identity;
}

static struct msqid_ds queue_of(struct play *p, const char *name)
{
	struct msqid_ds d;

	ck_assert_int_eq(msgctl(id_of(p, name), IPC_STAT, &d), 0);
	return d;
}

static struct shmid_ds segment_of(struct play *p, const char *name)
{
	struct shmid_ds d;

	ck_assert_int_eq(shmctl(id_of(p, name), IPC_STAT, &d), 0);
	return d;
}

/* ---- queues ------------------------------------------------------------------------------------ */

static void queue_is_as_told(struct play *p, const char *name)
{
	struct msqid_ds d = queue_of(p, name);

	part_is(p, name, "messages", (int64_t)d.msg_qnum);
	part_is(p, name, "bytes", (int64_t)d.__msg_cbytes);
	part_is(p, name, "limit", (int64_t)d.msg_qbytes);
}

START_TEST(a_queue_is_as_msgctl_says)
{
	struct play p;

	part_open(&p, "parent q = msgget(IPC_PRIVATE, 0600)\nsay empty\n"
		      "parent fork child\nchild msgsnd(q, 3, \"hello\") = 0\nparent msgsnd(q, 1, 4K) = 0\n"
		      "parent msgsnd(q, 7, \"\") = 0\nsay full\n"
		      "child msgrcv(q, 8K, 1) = 4K\nsay taken\nparent msgctl(q, IPC_RMID) = 0\n");
	queue_is_as_told(&p, "q");
	part_says(&p, "q", "last_sender", "");
	part_next(&p);
	queue_is_as_told(&p, "q");
	part_is(&p, "q", "messages", 3);
	part_is(&p, "q", "bytes", 4096 + 5);
	part_is_at(&p, "q", "type", 0, 3);
	part_is_at(&p, "q", "type", 1, 1);
	part_is_at(&p, "q", "type", 2, 7);
	part_is_at(&p, "q", "length", 0, 5);
	part_is_at(&p, "q", "length", 1, 4096);
	part_is_at(&p, "q", "length", 2, 0);
	ck_assert_str_eq(play_object(&p, "q")->queue.message[0].text, "hello");
	part_why(&p, "q", "type", 3);
	part_says(&p, "q", "last_sender", "parent");
	part_says(&p, "q", "last_receiver", "");
	ck_assert_int_eq(queue_of(&p, "q").msg_lspid, part_pid(&p, "parent"));
	part_next(&p);
	queue_is_as_told(&p, "q");
	part_is_at(&p, "q", "type", 1, 7);
	part_says(&p, "q", "last_receiver", "child");
	ck_assert_int_eq(queue_of(&p, "q").msg_lrpid, part_pid(&p, "child"));
	part_next(&p);
	part_is(&p, "q", "gone", 1);
	part_why(&p, "q", "messages", 0);
	play_close(&p);
}
END_TEST

START_TEST(looking_at_a_queue_takes_nothing)
{
	struct msqid_ds before, after;
	struct play p;

	part_open(&p, "parent q = msgget(IPC_PRIVATE, 0600)\nparent msgsnd(q, 3, \"hello\") = 0\n"
		      "parent msgsnd(q, 4, \"you\") = 0\n"
		      "spawn reader\nreader msgrcv(q, 100, 9) ...\nsay sent\n"
		      "parent msgrcv(q, 100, 0) = 5 \"hello\" [3]\n");
	before = queue_of(&p, "q");
	part_look(&p, 100);
	after = queue_of(&p, "q");
	ck_assert_mem_eq(&before, &after, sizeof before);
	ck_assert_int_eq(after.msg_lrpid, 0);
	ck_assert_int_eq(after.msg_rtime, 0);
	part_is(&p, "q", "messages", 2);
	part_next(&p);
	play_close(&p);
}
END_TEST

START_TEST(who_waits_at_a_queue)
{
	struct play p;

	part_open(&p, "parent q = msgget(IPC_PRIVATE, 0600)\nparent r = msgget(IPC_PRIVATE, 0600)\nspawn a\n"
		      "spawn b\nspawn c\n"
		      "a msgrcv(q, 100, 0) ...\nb msgrcv(q, 100, 5) ...\nparent msgsnd(r, 1, 8K) = 0\n"
		      "parent msgsnd(r, 1, 8K) = 0\n"
		      "c msgsnd(r, 1, 1) ...\nsay waiting\n");
	part_is(&p, "q", "receivers", 2);
	part_is(&p, "q", "senders", 0);
	part_is(&p, "r", "senders", 1);
	part_is(&p, "r", "receivers", 0);
	part_says(&p, "q", "waiting", "a, b");
	part_says(&p, "r", "waiting", "c");
	part_kill(&p, "a");
	part_is(&p, "q", "receivers", 1);
	part_says(&p, "q", "waiting", "b");
	part_kill(&p, "c");
	part_is(&p, "r", "senders", 0);
	ck_assert_int_eq(msgctl(id_of(&p, "q"), IPC_RMID, NULL), 0);
	part_is(&p, "q", "gone", 1);
	play_until(&p, "b", PROCESS_READY);
	ck_assert_int_eq(stage_finished(p.stage, "b")->outcome.error, EIDRM);
	play_close(&p);
}
END_TEST

/* ---- segments ---------------------------------------------------------------------------------- */

static void segment_is_as_told(struct play *p, const char *name, int attached)
{
	struct shmid_ds d = segment_of(p, name);

	part_is(p, name, "size", (int64_t)d.shm_segsz);
	part_is(p, name, "attached", (int64_t)d.shm_nattch);
	part_is(p, name, "marked", (d.shm_perm.mode & SHM_DEST) != 0);
	part_is(p, name, "attached", attached);
}

START_TEST(a_segment_is_as_shmctl_says)
{
	struct play p;

	part_open(&p, "parent m = shmget(IPC_PRIVATE, 4097, 0600)\nsay made\nparent a = shmat(m)\nsay attached\n"
		      "parent fork child\nsay inherited\n"
		      "spawn other\nother b = shmat(m)\nsay three\nchild shmdt(a) = 0\nsay two\n"
		      "parent shmctl(m, IPC_RMID) = 0\nsay marked\n"
		      "parent shmdt(a) = 0\nsay one\n");
	segment_is_as_told(&p, "m", 0);
	part_is(&p, "m", "size", 4097);
	part_next(&p);
	segment_is_as_told(&p, "m", 1);
	part_next(&p);
	segment_is_as_told(&p, "m", 2);
	part_is(&p, "m", "mapped", 2);
	part_next(&p);
	segment_is_as_told(&p, "m", 3);
	part_is(&p, "m", "mapped", 3);
	part_next(&p);
	segment_is_as_told(&p, "m", 2);
	part_is(&p, "m", "marked", 0);
	part_next(&p);
	segment_is_as_told(&p, "m", 2);
	part_is(&p, "m", "marked", 1);
	ck_assert_uint_eq(play_object(&p, "m")->sysv.key, 0);
	part_next(&p);
	segment_is_as_told(&p, "m", 1);
	part_is(&p, "m", "gone", 0);
	part_kill(&p, "other");
	part_is(&p, "m", "gone", 1);
	part_why(&p, "m", "size", 0);
	play_close(&p);
}
END_TEST

START_TEST(pages_of_a_segment_are_as_in_smaps)
{
	struct play p;
	const struct picture_memory *m;

	part_needs_small_pages();
	part_open(&p, "parent m = shmget(IPC_PRIVATE, 64K, 0600)\nparent a = shmat(m)\nsay untouched\n"
		      "parent store(a, 0, 1) = 0\nparent store(a, 20K, 1) = 0\nparent fork child\n"
		      "child load(a, 0) = 1\nchild store(a, 40K, 7) = 0\nsay touched\n");
	part_is(&p, "m", "resident", 0);
	ck_assert_int_eq(part_smaps(&p, "parent", play_object(&p, "m")->memory.view[0].address).resident, 0);
	part_next(&p);
	part_is(&p, "m", "resident", 3);
	m = &play_object(&p, "m")->memory;
	ck_assert_int_eq(m->n_views, 2);
	for (int i = 0; i < 2; i++) {
		struct part_smaps s = part_smaps(&p, m->view[i].process, m->view[i].address);

		ck_assert_int_eq(s.size, 64);
		ck_assert_int_eq(s.resident, 2 * 4);
	}
	ck_assert_str_eq(m->view[0].page, "s....s..........");
	ck_assert_str_eq(m->view[1].page, "s.........s.....");
	part_is_at(&p, "m", "word", 40960, 7);
	play_close(&p);
}
END_TEST

/* What a lesson calls `a` is its own in each process. */
START_TEST(two_attachments_of_one_name)
{
	struct play p;
	const struct picture_memory *m;

	part_open(&p, "parent m = shmget(IPC_PRIVATE, 4096, 0600)\nspawn other\n"
		      "other x = mmap(0, 1M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS)\n"
		      "parent a = shmat(m)\nother a = shmat(m)\nparent store(a, 0, 11) = 0\nother load(a, 0) = 11\n"
		      "other store(a, 4, 12) = 0\n"
		      "parent load(a, 4) = 12\nparent fork child\nchild add(a, 0, 1) = 11\nother fork mine\n"
		      "mine load(a, 0) = 12\nsay both\n"
		      "other shmdt(a) = 0\nparent load(a, 0) = 12\nsay one\n");
	m = &play_object(&p, "m")->memory;
	ck_assert_int_eq(m->n_views, 4);
	ck_assert_str_eq(m->view[0].process, "parent");
	ck_assert_str_eq(m->view[1].process, "other");
	for (int i = 0; i < m->n_views; i++)
		part_smaps(&p, m->view[i].process, m->view[i].address);
	ck_assert_ptr_eq(play_object(&p, "a"), play_object(&p, "m"));
	part_is_at(&p, "a", "word", 0, 12);
	part_is_at(&p, "m", "word", 4, 12);
	part_next(&p);
	part_is(&p, "m", "mapped", 3);
	play_close(&p);
}
END_TEST

START_TEST(one_process_attaches_twice)
{
	struct play p;

	part_open(&p, "parent m = shmget(IPC_PRIVATE, 4096, 0600)\nparent a = shmat(m)\nparent b = shmat(m)\n"
		      "parent store(b, 8, 5) = 0\n"
		      "parent store(a, 16, 4) = 0\nparent load(a, 8) = 5\nsay twice\nparent shmdt(a) = 0\n"
		      "parent store(b, 8, 6) = 0\nsay once\n");
	segment_is_as_told(&p, "m", 2);
	part_is(&p, "m", "mapped", 1);
	part_is_at(&p, "m", "word", 8, 5);
	part_is_at(&p, "m", "word", 16, 4);
	part_next(&p);
	segment_is_as_told(&p, "m", 1);
	part_is_at(&p, "m", "word", 8, 6);
	play_close(&p);
}
END_TEST

START_TEST(looking_at_a_segment_changes_nothing)
{
	struct shmid_ds before, after;
	struct play p;

	part_open(&p, "parent m = shmget(IPC_PRIVATE, 4096, 0600)\nparent a = shmat(m)\nsay attached\n");
	before = segment_of(&p, "m");
	part_look(&p, 100);
	after = segment_of(&p, "m");
	ck_assert_mem_eq(&before, &after, sizeof before);
	ck_assert_int_eq(part_smaps(&p, "parent", play_object(&p, "m")->memory.view[0].address).resident, 0);
	play_close(&p);
}
END_TEST

/* ---- all three ----------------------------------------------------------------------------------- */

/* In a new namespace all begin at 0: one number, three objects. */
START_TEST(equal_numbers_are_told_apart)
{
	struct play p;

	if (unshare(CLONE_NEWIPC) < 0)
		unit_skip("no IPC namespace may be made here");
	part_open(&p, "parent q = msgget(IPC_PRIVATE, 0600)\nparent m = shmget(IPC_PRIVATE, 4096, 0600)\n"
		      "parent s = semget(IPC_PRIVATE, 2, 0600)\n"
		      "parent msgsnd(q, 1, \"x\") = 0\nparent a = shmat(m)\nparent store(a, 0, 3) = 0\n"
		      "parent semop(s, {1, 4}) = 0\nsay made\n"
		      "parent msgctl(q, IPC_RMID) = 0\nsay fewer\n");
	ck_assert_int_eq(id_of(&p, "q"), 0);
	ck_assert_int_eq(id_of(&p, "m"), 0);
	ck_assert_int_eq(id_of(&p, "s"), 0);
	part_is(&p, "q", "messages", 1);
	part_is(&p, "m", "attached", 1);
	part_is_at(&p, "m", "word", 0, 3);
	part_is_at(&p, "s", "value", 1, 4);
	part_next(&p);
	part_is(&p, "q", "gone", 1);
	part_is(&p, "m", "gone", 0);
	part_is(&p, "s", "gone", 0);
	play_close(&p);
}
END_TEST

/* One after the other gets the same number in no time; the kernel numbers them anew all the same. */
START_TEST(a_removed_one_is_not_the_next)
{
	struct play p;

	part_open(&p, "parent q = msgget(IPC_PRIVATE, 0600)\nparent msgsnd(q, 1, \"x\") = 0\n"
		      "parent msgctl(q, IPC_RMID) = 0\n"
		      "parent r = msgget(IPC_PRIVATE, 0600)\nsay r\n");
	part_is(&p, "q", "gone", 1);
	part_is(&p, "r", "gone", 0);
	part_is(&p, "r", "messages", 0);
	play_close(&p);
}
END_TEST

/* Listed as ipcs(1) lists them, with and without a name. */
START_TEST(the_listing_is_as_ipcs_gives_it)
{
	struct play p;
	const struct picture *picture;
	char line[256];
	bool queue = false, segment = false;
	FILE *f;

	if (access("/usr/bin/ipcs", X_OK) < 0)
		unit_skip("there is no ipcs here");
	part_open(&p, "parent msgget(IPC_PRIVATE, 0600) = ?\nparent m = shmget(IPC_PRIVATE, 5000, 0640)\n"
		      "parent a = shmat(m)\n"
		      "parent shmctl(m, IPC_RMID) = 0\nsay made\n");
	stage_sample(p.stage);
	picture = stage_picture(p.stage);
	for (int i = 0; i < picture->n_sysv; i++) {
		const struct sysv_object *o = &picture->sysv[i];
		unsigned perms = 0;
		int size = 0, attached = 0, id = -1;
		bool found = false;

		if (!picture->sysv_ours[i])
			continue;
		queue |= o->kind == SYSV_QUEUE;
		if (o->kind != SYSV_SEGMENT)
			continue;
		segment = true;
		f = popen("LC_ALL=C ipcs -m", "r");
		while (f && fgets(line, sizeof line, f))
			if (sscanf(line, "0x%*x %d %*s %o %d %d", &id, &perms, &size, &attached) == 4 && id == o->id) {
				ck_assert_int_eq(size, (int)o->segment.size);
				ck_assert_int_eq(attached, (int)o->segment.attached);
				ck_assert_uint_eq(perms, o->mode);
				ck_assert_ptr_nonnull(strstr(line, "dest"));
				found = o->segment.marked;
			}
		if (f)
			pclose(f);
		ck_assert_msg(found, "ipcs does not list segment %d", o->id);
	}
	ck_assert(queue && segment);
	play_close(&p);
}
END_TEST

Suite *suite_objects_sysv(void)
{
	Suite *s = suite_create("objects_sysv");
	TCase *queue = tcase_create("queues"), *segment = tcase_create("segments"), *all = tcase_create("all");

	tcase_add_test(queue, a_queue_is_as_msgctl_says);
	tcase_add_test(queue, looking_at_a_queue_takes_nothing);
	tcase_add_test(queue, who_waits_at_a_queue);
	tcase_add_test(segment, a_segment_is_as_shmctl_says);
	tcase_add_test(segment, pages_of_a_segment_are_as_in_smaps);
	tcase_add_test(segment, two_attachments_of_one_name);
	tcase_add_test(segment, one_process_attaches_twice);
	tcase_add_test(segment, looking_at_a_segment_changes_nothing);
	tcase_add_test(all, equal_numbers_are_told_apart);
	tcase_add_test(all, a_removed_one_is_not_the_next);
	tcase_add_test(all, the_listing_is_as_ipcs_gives_it);
	suite_add_tcase(s, queue);
	suite_add_tcase(s, segment);
	suite_add_tcase(s, all);
	return s;
}
