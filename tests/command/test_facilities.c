/* SPDX-License-Identifier: MIT */
/* Objects that outlive processes: which there are, who would be hurt, what of them is printed. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/facilities.h"
#include "command/objects_out.h"
#include "command/objects_remove.h"
#include "tests/command/machine.h"
#include "tests/unit.h"

static const struct paper ascii = { 80, false };

struct world {
	struct machine m;
	struct posix_named posix[2];
	int feed, cam;
	int queue, segment, semaphores;
};

static int sysv(struct machine *m, enum system_kind kind, enum sysv_kind sysv, int id, uint32_t key, enum system_word word)
{
	char name[32];
	int o;

	snprintf(name, sizeof name, "%d", id);
	o = machine_object(m, kind, name, 0, 0, word);
	m->object[o].sysv = (struct sysv_object){ .kind = sysv, .id = id, .key = key, .mode = 0640, .uid = geteuid(),
						  .gid = getegid(), .creator_uid = geteuid(), .creator_gid = getegid() };
	return o;
}

/* A queue that feed waits to send to, a segment that another user's cam has attached, an empty set. */
static void make(struct world *w)
{
	struct machine *m = &w->m;

	machine_init(m);
	memset(w->posix, 0, sizeof w->posix);
	w->feed = machine_process(m, 55, "feed", 'S', geteuid());
	w->cam = machine_process(m, 311, "cam", 'S', geteuid() + 1);
	w->queue = sysv(m, SYSTEM_QUEUE, SYSV_QUEUE, 3, 0x6f02, WORD_STUCK);
	m->object[w->queue].sysv.queue.messages = 12;
	m->object[w->queue].sysv.queue.bytes = 16384;
	m->object[w->queue].sysv.queue.limit = 16384;
	m->object[w->queue].sysv.queue.last_receiver = 4000;
	m->object[w->queue].sysv.queue.received = 1;
	m->object[w->queue].what = "feed 55 waits to write: nobody has ever read from it";
	machine_wait(m, w->feed, w->queue, WAIT_SEND, 0);
	w->segment = sysv(m, SYSTEM_SEGMENT, SYSV_SEGMENT, 8, 0, WORD_IDLE);
	m->object[w->segment].sysv.segment.size = 4 << 20;
	m->object[w->segment].sysv.segment.attached = 1;
	machine_end(m, w->cam, w->segment, -1, 'b', 0);
	w->semaphores = sysv(m, SYSTEM_SEMAPHORES, SYSV_SEMAPHORES, 0x7fffffff, 0x5101, WORD_IDLE);
	m->object[w->semaphores].sysv.semaphores.count = 2;
	w->posix[0] = (struct posix_named){ .kind = 'M', .name = "/ipcscope-test-none", .mode = 0600, .uid = geteuid() };
	m->s.posix = (struct posix_names){ .list = w->posix, .count = 1, .queues_listed = true };
}

static const struct facility *find(const struct facilities *f, char kind)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].kind == kind)
			return &f->list[i];
	ck_abort_msg("no object of kind %c", kind);
	return NULL;
}

START_TEST(each_kind_is_found_in_order)
{
	struct facilities f = { 0 };
	struct world w;

	make(&w);
	machine_object(&w.m, SYSTEM_MQUEUE, "/q", 1, 10, WORD_IDLE);      /* open, and not listed */
	machine_object(&w.m, SYSTEM_MEMORY, "/tmp/file", 0, 0, WORD_IDLE); /* shared, and not POSIX's */
	facilities_find(&f, &w.m.s, "");
	ck_assert_uint_eq(f.count, 5);
	for (size_t i = 0; i < f.count; i++)
		ck_assert_int_eq(f.list[i].kind, "qmsQM"[i]);
	ck_assert(!find(&f, 'Q')->listed);
	ck_assert_str_eq(find(&f, 'M')->name, "/ipcscope-test-none");
	facilities_find(&f, &w.m.s, "ms");
	ck_assert_uint_eq(f.count, 2);
	facilities_free(&f);
}
END_TEST

START_TEST(who_would_be_hurt)
{
	struct facilities f = { 0 };
	struct facility_users u;
	struct world w;

	make(&w);
	facilities_find(&f, &w.m.s, "");
	facility_users(&u, &w.m.s, find(&f, 'q'));
	ck_assert_uint_eq(u.count, 1);
	ck_assert_int_eq(u.process[0], w.feed);
	ck_assert(!facility_is_others(find(&f, 'q'), &u));
	free(u.process);
	facility_users(&u, &w.m.s, find(&f, 'm'));
	ck_assert_uint_eq(u.count, 1);
	ck_assert_uint_eq(u.others, 1);
	ck_assert_uint_eq(u.unseen, 0);
	ck_assert(facility_is_others(find(&f, 'm'), &u));
	free(u.process);
	w.m.object[w.segment].sysv.segment.attached = 3; /* two of them nobody sees */
	w.m.process[w.cam].uid = geteuid();
	facility_users(&u, &w.m.s, find(&f, 'm'));
	ck_assert_uint_eq(u.others, 0);
	ck_assert_uint_eq(u.unseen, 2);
	ck_assert(facility_is_others(find(&f, 'm'), &u));
	free(u.process);
	facilities_free(&f);
}
END_TEST

START_TEST(effects_are_told)
{
	struct facilities f = { 0 };
	struct facility_users u;
	struct text t = { 0 };
	struct world w;

	make(&w);
	facilities_find(&f, &w.m.s, "");
	facility_users(&u, &w.m.s, find(&f, 'q'));
	facility_effect(&t, &w.m.s, find(&f, 'q'), &u);
	ck_assert_str_eq(text_string(&t), "12 messages in it will be lost; 1 that sleeps in a call about it wakes with EIDRM");
	free(u.process);
	text_clear(&t);
	facility_users(&u, &w.m.s, find(&f, 'm'));
	facility_effect(&t, &w.m.s, find(&f, 'm'), &u);
	ck_assert_str_eq(text_string(&t), "attached 1: it goes with the last detach");
	free(u.process);
	text_free(&t);
	facilities_free(&f);
}
END_TEST

START_TEST(the_table)
{
	struct facilities f = { 0 };
	struct text t = { 0 };
	struct world w;

	make(&w);
	facilities_find(&f, &w.m.s, "qm");
	for (size_t i = 0; i < f.count; i++)
		f.list[i].uid = 0;
	objects_table(&t, &ascii, &w.m.s, &f, false);
	ck_assert_str_eq(text_string(&t),
		"TYPE   ID  KEY/NAME    OWNER  PERMS      HOLDS                 STATE\n"
		"queue   3  0x00006f02  root   rw-r-----  16K/16K  12 messages  stuck\n"
		"       feed 55 #\n"
		"       feed 55 waits to write: nobody has ever read from it\n"
		"shm     8  private     root   rw-r-----  4M  attached 1        idle\n"
		"       cam 311\n");
	text_clear(&t);
	objects_table(&t, &ascii, &w.m.s, &f, true);
	ck_assert_ptr_nonnull(strstr(text_string(&t), "by 4000 (gone)\n"));
	text_free(&t);
	facilities_free(&f);
}
END_TEST

START_TEST(hostile_names_are_harmless)
{
	struct facilities f = { 0 };
	struct text t = { 0 };
	struct world w;
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	json_t *o;

	make(&w);
	snprintf(w.posix[0].name, sizeof w.posix[0].name, "/\033[31m\n\xff\xe2\x80\xae");
	snprintf(w.m.process[0].name, SYSTEM_NAME, "\033]0;x\a");
	facilities_find(&f, &w.m.s, "");
	objects_table(&t, &ascii, &w.m.s, &f, true);
	for (const char *c = text_string(&t); *c; c++)
		ck_assert_msg(*c == '\n' || (*c >= ' ' && *c <= '~'), "%d reaches the terminal", *c);
	facilities_find(&f, &w.m.s, "M");
	objects_json(stream, &w.m.s, &f);
	fclose(stream);
	o = json_loads(text, 0, NULL);
	ck_assert_ptr_nonnull(o);
	ck_assert_str_eq(json_string_value(json_object_get(o, "name")), "/\\x1b[31m\\n\\xff\\u202e");
	json_decref(o);
	free(text);
	text_free(&t);
	facilities_free(&f);
}
END_TEST

/* Keeps what the removal prints out of the tests' own output. */
static int removes(const struct system *s, const char *operand, const struct removal_wanted *w)
{
	char *copy = strdup(operand), *list[] = { copy, NULL };
	int status, out = dup(1), err = dup(2), none = open("/dev/null", O_WRONLY);

	fflush(stdout);
	dup2(none, 1);
	dup2(none, 2);
	close(none);
	status = objects_remove(s, list, w);
	fflush(stdout);
	dup2(out, 1);
	dup2(err, 2);
	close(out);
	close(err);
	free(copy);
	return status;
}

START_TEST(what_is_meant_goes_and_nothing_else)
{
	struct removal_wanted w = { .kinds = "", .yes = true };
	struct machine m;
	struct msqid_ds ds;
	char text[40];
	int id = msgget(IPC_PRIVATE, 0600), other = msgget(IPC_PRIVATE, 0600), o;

	if (id < 0)
		unit_skip("no System V queues here");
	machine_init(&m);
	o = sysv(&m, SYSTEM_QUEUE, SYSV_QUEUE, id, 0, WORD_IDLE);
	o = sysv(&m, SYSTEM_QUEUE, SYSV_QUEUE, other, 0, WORD_IDLE);
	ck_assert_int_eq(removes(&m.s, "m:3", &w), 1);
	ck_assert_int_eq(removes(&m.s, "0x0", &w), 1); /* IPC_PRIVATE is no key */
	ck_assert_int_eq(removes(&m.s, "-1", &w), 1);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), 0);
	snprintf(text, sizeof text, "q:%d", id);
	ck_assert_int_eq(removes(&m.s, text, &w), 0);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), -1);
	ck_assert_int_eq(msgctl(other, IPC_STAT, &ds), 0);
	m.object[o].sysv.key = 77; /* as if the id had been given to another one */
	snprintf(text, sizeof text, "q:%d", other);
	ck_assert_int_eq(removes(&m.s, text, &w), 1);
	ck_assert_int_eq(msgctl(other, IPC_RMID, NULL), 0);
}
END_TEST

/* A number alone is an id; as a key it must be said. */
START_TEST(keys_are_said)
{
	struct removal_wanted w = { .kinds = "", .yes = true };
	struct machine m;
	struct msqid_ds ds;
	key_t key = 0x1c0de;
	char text[40];
	int id;

	while ((id = msgget(key, IPC_CREAT | IPC_EXCL | 0600)) < 0 && errno == EEXIST)
		key++;
	if (id < 0)
		unit_skip("no System V queues here");
	machine_init(&m);
	sysv(&m, SYSTEM_QUEUE, SYSV_QUEUE, id, (uint32_t)key, WORD_IDLE);
	snprintf(text, sizeof text, "%d", key);
	ck_assert_int_eq(removes(&m.s, text, &w), key == id ? 0 : 1);
	ck_assert_int_eq(removes(&m.s, "key:0", &w), 1);
	ck_assert_int_eq(removes(&m.s, "key:", &w), 1);
	snprintf(text, sizeof text, "m:key:%d", key);
	ck_assert_int_eq(removes(&m.s, text, &w), 1);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), 0);
	snprintf(text, sizeof text, "q:key:%d", key);
	ck_assert_int_eq(removes(&m.s, text, &w), 0);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), -1);
}
END_TEST

/* Ids of two kinds are often the same. */
START_TEST(ambiguous_ids_are_asked_about)
{
	struct removal_wanted w = { .kinds = "", .yes = true };
	struct machine m;
	struct msqid_ds ds;
	int id = msgget(IPC_PRIVATE, 0600);
	char text[40];

	if (id < 0)
		unit_skip("no System V queues here");
	machine_init(&m);
	sysv(&m, SYSTEM_QUEUE, SYSV_QUEUE, id, 0, WORD_IDLE);
	sysv(&m, SYSTEM_SEMAPHORES, SYSV_SEMAPHORES, id, 0, WORD_IDLE);
	snprintf(text, sizeof text, "%d", id);
	ck_assert_int_eq(removes(&m.s, text, &w), 1);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), 0);
	w.kinds = "q";
	ck_assert_int_eq(removes(&m.s, text, &w), 0);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), -1);
	ck_assert_int_eq(removes(&m.s, text, &w), 1); /* gone meanwhile */
}
END_TEST

/* The name of a queue that somebody in another IPC namespace has open is another one's here. */
START_TEST(names_of_other_namespaces_stay)
{
	struct removal_wanted w = { .kinds = "", .yes = true };
	char name[40];
	struct machine m;
	struct facilities f = { 0 };
	struct error e;
	struct stat st;
	mqd_t queue;
	int o;

	snprintf(name, sizeof name, "/ipcscope-test-%d", getpid());
	queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL);
	if (queue == (mqd_t)-1)
		unit_skip("no POSIX queues here");
	ck_assert_int_eq(fstat((int)queue, &st), 0);
	machine_init(&m);
	o = machine_object(&m, SYSTEM_MQUEUE, name, 0, 10, WORD_IDLE);
	m.object[o].device = st.st_dev;
	m.object[o].inode = st.st_ino + 1;
	facilities_find(&f, &m.s, "Q");
	ck_assert(!facility_is_here(find(&f, 'Q')));
	ck_assert_int_eq(facility_remove(find(&f, 'Q'), &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "another one"));
	ck_assert_int_eq(removes(&m.s, name, &(struct removal_wanted){ .kinds = "M", .yes = true }), 1);
	m.object[o].inode = st.st_ino;
	facilities_find(&f, &m.s, "Q");
	ck_assert(facility_is_here(find(&f, 'Q')));
	ck_assert_int_eq(removes(&m.s, name, &w), 0);
	ck_assert(!facility_is_here(find(&f, 'Q')));
	/* Nobody is seen to have it, and nothing lists it: its name is enough. */
	mq_close(queue);
	queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL);
	ck_assert_int_ne(queue, (mqd_t)-1);
	mq_close(queue);
	machine_init(&m);
	ck_assert_int_eq(removes(&m.s, name, &w), 0);
	ck_assert_int_eq(mq_unlink(name), -1);
	facilities_free(&f);
}
END_TEST

/* Who sleeps about a set and is not seen is counted by the kernel: the set is not removed by the way. */
START_TEST(sleepers_that_nobody_sees_count)
{
	struct facility_users u;
	struct world w;
	struct facility f;

	make(&w);
	f = (struct facility){ .kind = 's', .object = w.semaphores, .sysv = &w.m.object[w.semaphores].sysv, .listed = true,
			       .owned = true, .uid = geteuid(), .sleepers = 2 };
	facility_users(&u, &w.m.s, &f);
	ck_assert_uint_eq(u.unseen, 2);
	ck_assert(facility_is_others(&f, &u));
	ck_assert_str_eq(facility_state(&w.m.s, &f), "waiting");
	free(u.process);
	f.sleepers = -1; /* not to be read, and there are processes that may not be looked into */
	w.m.s.hidden_processes = 1;
	facility_users(&u, &w.m.s, &f);
	ck_assert(u.blind);
	ck_assert_str_eq(facility_state(&w.m.s, &f), "?");
	free(u.process);
}
END_TEST

START_TEST(what_another_user_has_attached_stays)
{
	struct removal_wanted w = { .kinds = "", .yes = true };
	struct machine m;
	struct shmid_ds ds;
	char text[40];
	int id = shmget(IPC_PRIVATE, 4096, 0600), o;

	if (id < 0)
		unit_skip("no System V segments here");
	machine_init(&m);
	machine_process(&m, 311, "cam", 'S', geteuid() + 1);
	o = sysv(&m, SYSTEM_SEGMENT, SYSV_SEGMENT, id, 0, WORD_IDLE);
	m.object[o].sysv.segment.attached = 1;
	machine_end(&m, 0, o, -1, 'b', 0);
	snprintf(text, sizeof text, "%d", id);
	ck_assert_int_eq(removes(&m.s, text, &w), 1);
	ck_assert_int_eq(shmctl(id, IPC_STAT, &ds), 0);
	w.force = true;
	ck_assert_int_eq(removes(&m.s, text, &w), 0);
	ck_assert_int_eq(shmctl(id, IPC_STAT, &ds), -1);
}
END_TEST

START_TEST(limits_are_the_kernels)
{
	struct limit limit[LIMITS_MOST];
	int n = limits_read(limit), found = 0;
	FILE *f = fopen("/proc/sys/kernel/shmmni", "r");
	unsigned long long shmmni;

	if (!f)
		unit_skip("no System V segments here");
	ck_assert_int_eq(fscanf(f, "%llu", &shmmni), 1);
	fclose(f);
	for (int i = 0; i < n; i++)
		if (!strcmp(limit[i].name, "SHMMNI")) {
			found++;
			ck_assert_uint_eq(limit[i].limit, shmmni);
			ck_assert(limit[i].used_known);
		}
	ck_assert_int_eq(found, 1);
}
END_TEST

Suite *suite_facilities(void)
{
	Suite *s = suite_create("facilities");
	TCase *t = tcase_create("facilities");

	tcase_add_test(t, each_kind_is_found_in_order);
	tcase_add_test(t, who_would_be_hurt);
	tcase_add_test(t, effects_are_told);
	tcase_add_test(t, the_table);
	tcase_add_test(t, hostile_names_are_harmless);
	tcase_add_test(t, what_is_meant_goes_and_nothing_else);
	tcase_add_test(t, keys_are_said);
	tcase_add_test(t, ambiguous_ids_are_asked_about);
	tcase_add_test(t, names_of_other_namespaces_stay);
	tcase_add_test(t, sleepers_that_nobody_sees_count);
	tcase_add_test(t, what_another_user_has_attached_stays);
	tcase_add_test(t, limits_are_the_kernels);
	suite_add_tcase(s, t);
	return s;
}
