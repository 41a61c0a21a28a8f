/* SPDX-License-Identifier: MIT */
/* Files of a real stage, beside stat(2), lseek(2), /proc/locks and lslocks(8); and the table of objects. */
#include "tests/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "process/board.h"
#include "tests/stage/objects.h"

static const char *path_of(struct play *p, const char *name)
{
	static char path[BOARD_FOLDER + 64];

	snprintf(path, sizeof path, "%s/%s", stage_folder(p->stage), name);
	return path;
}

static struct stat told(struct play *p, const char *name)
{
	struct stat st;

	ck_assert_int_eq(lstat(path_of(p, name), &st), 0);
	return st;
}

/* Lines of /proc/locks about a file: those held, those waiting. */
static int listed(struct play *p, const char *name, bool waiting)
{
	char inode[32], line[200];
	FILE *f = fopen("/proc/locks", "re");
	int n = 0;

	ck_assert_ptr_nonnull(f);
	snprintf(inode, sizeof inode, ":%llu ", (unsigned long long)told(p, name).st_ino);
	while (fgets(line, sizeof line, f))
		n += strstr(line, inode) && (strstr(line, "->") != NULL) == waiting;
	fclose(f);
	return n;
}

static void locks_are_as_listed(struct play *p, const char *name, int held, int waiting)
{
	part_is(p, name, "locks", held);
	part_is(p, name, "lock_waiters", waiting);
	ck_assert_int_eq(listed(p, name, false), held);
	ck_assert_int_eq(listed(p, name, true), waiting);
}

/* ---- size, content, offsets -------------------------------------------------------------------------- */

START_TEST(a_file_is_as_stat_says)
{
	struct play p;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nsay empty\nparent write(f, \"hello\\n"
		      "\\001x\") = 8\nsay written\nparent ftruncate(f, 100K) = 0\nsay long\n"
		      "parent close(f) = 0\nsay closed\nspawn other\nother g = open(\"f\", O_RDONLY)\n"
		      "other read(g, 3) = 3 \"hel\"\nsay again\nother unlink(\"f\") = 0\nsay unlinked\n"
		      "other close(g) = 0\nsay gone\n");
	part_is(&p, "f", "size", 0);
	part_is(&p, "f", "openings", 1);
	part_next(&p);
	part_is(&p, "f", "size", told(&p, "f").st_size);
	part_is_at(&p, "f", "offset", 0, 8);
	ck_assert_int_eq(play_object(&p, "f")->file.n_begin, 8);
	ck_assert_str_eq(play_object(&p, "f")->file.begin, "hello..x");
	part_next(&p);
	part_is(&p, "f", "size", told(&p, "f").st_size);
	part_is(&p, "f", "size", 100 * 1024);
	part_next(&p);
	part_is(&p, "f", "gone", 0);
	part_is(&p, "f", "openings", 0);
	part_is(&p, "f", "size", 100 * 1024);
	part_why(&p, "f", "offset", 0);
	part_next(&p);
	part_is_at(&p, "f", "offset", 0, 3);
	part_next(&p);
	part_is(&p, "f", "gone", 0);
	part_is(&p, "f", "size", 100 * 1024);
	part_next(&p);
	part_is(&p, "f", "gone", 1);
	play_close(&p);
}
END_TEST

/* One offset for those who share an opening by fork or dup, another for who opened again: as lseek says. */
START_TEST(offsets)
{
	struct play p;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent write(f, 100) = 100\n"
		      "parent fork child\nparent g = dup(f)\n"
		      "child h = open(\"f\", O_WRONLY|O_APPEND)\nparent lseek(g, 10, SEEK_SET) = 10\nsay two\n"
		      "child read(f, 5) = 5\nchild write(h, \"x\") = 1\nsay moved\n"
		      "parent lseek(f, 0, SEEK_CUR) = 15\nchild lseek(h, 0, SEEK_CUR) = 101\nchild close(f) = 0\n"
		      "parent close(f) = 0\nsay fewer\n");
	part_is(&p, "f", "openings", 2);
	part_is_at(&p, "f", "offset", 0, 10);
	part_is_at(&p, "f", "offset", 1, 0);
	ck_assert_str_eq(play_object(&p, "f")->file.opening[0].holders, "parent 3, parent 4, child 3");
	ck_assert_str_eq(play_object(&p, "f")->file.opening[1].holders, "child 4");
	ck_assert(play_object(&p, "f")->file.opening[1].append && !play_object(&p, "f")->file.opening[1].reads);
	part_why(&p, "f", "offset", 2);
	part_next(&p);
	part_is_at(&p, "f", "offset", 0, 15);
	part_is_at(&p, "f", "offset", 1, 101);
	part_next(&p);
	part_is(&p, "f", "openings", 2);
	part_is_at(&p, "f", "offset", 0, 15);
	part_kill(&p, "child");
	part_is(&p, "f", "openings", 1);
	play_close(&p);
}
END_TEST

START_TEST(a_renamed_file)
{
	struct play p;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent write(f, \"hello\") = 5\n"
		      "parent rename(\"f\", \"g\") = 0\nsay renamed\n"
		      "parent close(f) = 0\nsay closed\nparent h = open(\"f\", O_RDWR|O_CREAT, 0600)\n"
		      "say another\n");
	part_is(&p, "f", "size", 5);
	ck_assert_str_eq(play_object(&p, "f")->file.begin, "hello");
	part_next(&p);
	part_next(&p);
	part_is(&p, "f", "size", 0);
	part_is(&p, "f", "gone", 0);
	play_close(&p);
}
END_TEST

/* More openings than are shown. */
START_TEST(many_openings)
{
	struct text t = { 0 };
	struct play p;

	text_add(&t, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\n");
	for (int i = 0; i < PICTURE_OPENINGS + 3; i++)
		text_addf(&t, "parent open(\"f\", O_RDONLY) = ?\n");
	part_open(&p, text_string(&t));
	text_free(&t);
	part_is(&p, "f", "openings", PICTURE_OPENINGS + 4);
	ck_assert_int_eq(play_object(&p, "f")->file.n_openings, PICTURE_OPENINGS);
	part_is(&p, "f", "readers", 1);
	play_close(&p);
}
END_TEST

/* Shared memory with and without a name is a file too. */
START_TEST(files_in_memory)
{
	struct play p;

	part_open(&p, "parent m = shm_open(\"/m\", O_RDWR|O_CREAT, 0600)\nparent ftruncate(m, 5000) = 0\n"
		      "parent a = mmap(0, 5000, PROT_READ|PROT_WRITE, MAP_SHARED, m)\n"
		      "parent store(a, 0, \"hello\") = 0\nsay made\nparent close(m) = 0\nsay closed\nspawn other\n"
		      "other n = shm_open(\"/m\", O_RDWR)\nsay again\n"
		      "other close(n) = 0\nother shm_unlink(\"/m\") = 0\nsay unlinked\n"
		      "parent h = memfd_create(\"x\")\nparent write(h, \"abc\") = 3\nsay memfd\n"
		      "parent fork child\nparent close(h) = 0\nchild lseek(h, 1, SEEK_SET) = 1\nsay child\n");
	part_is(&p, "m", "size", 5000);
	ck_assert_int_eq(strncmp(play_object(&p, "m")->file.begin, "hello.", 6), 0);
	part_is(&p, "a", "mapped", 1);
	part_is(&p, "a", "size", 5000);
	part_next(&p);
	part_is(&p, "m", "gone", 0); /* the name is there */
	part_is(&p, "m", "size", 5000);
	part_next(&p);
	part_is(&p, "m", "openings", 1);
	part_next(&p);
	part_is(&p, "m", "gone", 1);
	part_is(&p, "a", "gone", 0);
	part_next(&p);
	part_is(&p, "x", "size", 3);
	ck_assert_str_eq(play_object(&p, "x")->file.begin, "abc");
	part_next(&p);
	part_is_at(&p, "x", "offset", 0, 1);
	part_kill(&p, "child");
	part_is(&p, "x", "gone", 1);
	play_close(&p);
}
END_TEST

/* ---- locks --------------------------------------------------------------------------------------------- */

START_TEST(locks_of_open_files)
{
	struct play p;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent flock(f, LOCK_EX) = 0\nspawn a\n"
		      "a f = open(\"f\", O_RDWR)\nspawn b\nb f = open(\"f\", O_RDWR)\n"
		      "a flock(f, LOCK_EX) ...\nb flock(f, LOCK_SH) ...\nsay waiting\n"
		      "parent flock(f, LOCK_UN) = 0\na ... flock = 0\nsay next\n");
	locks_are_as_listed(&p, "f", 1, 2);
	ck_assert_str_eq(part_word_at(&p, "f", "lock_holder", 0), "parent");
	part_why(&p, "f", "lock_holder", 1);
	part_says(&p, "f", "waiting", "a, b");
	part_next(&p);
	locks_are_as_listed(&p, "f", 1, 1);
	ck_assert_str_eq(part_word_at(&p, "f", "lock_holder", 0), "a");
	part_kill(&p, "a");
	play_until(&p, "b", PROCESS_READY);
	locks_are_as_listed(&p, "f", 1, 0);
	ck_assert_str_eq(part_word_at(&p, "f", "lock_holder", 0), "b");
	play_close(&p);
}
END_TEST

/* The lock stays with the open file when who asked for it has ended. */
START_TEST(an_inherited_lock)
{
	struct play p;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent fork a\na flock(f, LOCK_EX) = 0\n"
		      "spawn b\nb f = open(\"f\", O_RDWR)\nb flock(f, LOCK_EX) ...\nsay held\n");
	part_kill(&p, "a");
	locks_are_as_listed(&p, "f", 1, 1);
	ck_assert_str_eq(part_word_at(&p, "f", "lock_holder", 0), "parent");
	play_close(&p);
}
END_TEST

START_TEST(locks_of_processes)
{
	struct play p;
	const struct picture_file *f;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\n"
		      "parent fcntl(f, F_SETLK, {F_WRLCK, 0, 10}) = 0\n"
		      "parent fcntl(f, F_SETLK, {F_RDLCK, 100, 0}) = 0\n"
		      "spawn a\na f = open(\"f\", O_RDWR)\na fcntl(f, F_SETLKW, {F_WRLCK, 5, 10}) ...\nsay held\n"
		      "parent g = open(\"f\", O_RDONLY)\nparent close(g) = 0\na ... fcntl = 0\nsay lost\n");
	locks_are_as_listed(&p, "f", 2, 1);
	f = &play_object(&p, "f")->file;
	for (int i = 0; i < f->n_locks; i++) {
		ck_assert_int_eq(f->lock[i].type, 'p');
		ck_assert_str_eq(f->lock[i].who, f->lock[i].waits ? "a" : "parent");
		ck_assert_int_eq(f->lock[i].start, f->lock[i].waits ? 5 : f->lock[i].write ? 0 : 100);
		ck_assert_int_eq(f->lock[i].end, f->lock[i].waits ? 14 : f->lock[i].write ? 9 : -1);
	}
	part_next(&p); /* closing any descriptor of the file gave them up */
	locks_are_as_listed(&p, "f", 1, 0);
	ck_assert_str_eq(part_word_at(&p, "f", "lock_holder", 0), "a");
	play_close(&p);
}
END_TEST

/* Those of open file descriptions name no process: who has them is found, who waits too. */
START_TEST(locks_of_descriptions)
{
	struct play p;
	const struct picture_file *f;
	int waiters = 0;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nspawn a\na f = open(\"f\", O_RDWR)\nspawn b\n"
		      "b f = open(\"f\", O_RDWR)\n"
		      "a fcntl(f, F_OFD_SETLK, {F_WRLCK, 0, 10}) = 0\n"
		      "b fcntl(f, F_OFD_SETLK, {F_WRLCK, 20, 10}) = 0\n"
		      "b fcntl(f, F_OFD_SETLKW, {F_WRLCK, 0, 10}) ...\nsay held\n");
	locks_are_as_listed(&p, "f", 2, 1);
	f = &play_object(&p, "f")->file;
	for (int i = 0; i < f->n_locks; i++) {
		ck_assert_int_eq(f->lock[i].type, 'o');
		ck_assert_str_eq(f->lock[i].who, f->lock[i].waits || f->lock[i].start == 20 ? "b" : "a");
		waiters += f->lock[i].waits;
	}
	ck_assert_int_eq(waiters, 1);
	play_close(&p);
}
END_TEST

START_TEST(locks_as_lslocks_lists_them)
{
	char line[300];
	struct play p;
	int found = 0;
	FILE *f;

	if (access("/usr/bin/lslocks", X_OK) < 0)
		unit_skip("there is no lslocks here");
	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\n"
		      "parent fcntl(f, F_SETLK, {F_WRLCK, 3, 4}) = 0\nsay held\n");
	part_look(&p, 1);
	f = popen("lslocks -n -r -o PID,TYPE,MODE,START,END 2>/dev/null", "r");
	while (f && fgets(line, sizeof line, f)) {
		char type[16], mode[16];
		long long start, end;
		int pid;

		if (sscanf(line, "%d %15s %15s %lld %lld", &pid, type, mode, &start, &end) != 5 ||
		    pid != part_pid(&p, "parent"))
			continue;
		found++;
		ck_assert_str_eq(type, "POSIX");
		ck_assert_str_eq(mode, "WRITE");
		ck_assert_int_eq(start, play_object(&p, "f")->file.lock[0].start);
		ck_assert_int_eq(end, play_object(&p, "f")->file.lock[0].end);
	}
	if (f)
		pclose(f);
	play_close(&p);
	ck_assert_int_eq(found, 1);
}
END_TEST

/* ---- looking changes nothing ------------------------------------------------------------------------------- */

START_TEST(the_time_of_access_stays)
{
	struct timespec old[2] = { { .tv_sec = 1000000 }, { .tv_sec = 2000000 } };
	struct play p;
	char c;
	int fd;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent write(f, \"hello\") = 5\n"
		      "parent m = shm_open(\"/m\", O_RDWR|O_CREAT, 0600)\n"
		      "parent h = memfd_create(\"x\")\nparent write(h, \"abc\") = 3\nsay written\n");
	ck_assert_int_eq(utimensat(AT_FDCWD, path_of(&p, "f"), old, 0), 0);
	part_look(&p, 20);
	ck_assert_str_eq(play_object(&p, "f")->file.begin, "hello");
	ck_assert_int_eq(told(&p, "f").st_atime, 1000000);
	fd = open(path_of(&p, "f"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(read(fd, &c, 1), 1);
	close(fd);
	if (told(&p, "f").st_atime == 1000000) {
		play_close(&p);
		unit_skip("no times of access are kept in the temporary folder");
	}
	play_close(&p);
}
END_TEST

/* Of all kinds together: descriptors, offsets, sleeps stay as they are; nobody who waits in open(2) goes on. */
START_TEST(looking_disturbs_nobody)
{
	static const char *const who[] = { "parent", "a", "b", "c", "d" };
	char *before[5], *after;
	int64_t switches[5];
	struct play p;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent write(f, \"hello\") = 5\n"
		      "parent e = eventfd(3)\nparent mkfifo(\"ff\", 0600) = 0\n"
		      "parent t = socketpair(AF_UNIX, SOCK_STREAM)\nparent p = pipe()\n"
		      "parent flock(f, LOCK_EX) = 0\n"
		      "parent m = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nparent fork a\n"
		      "parent fork b\nparent fork c\nspawn d\n"
		      "a open(\"ff\", O_RDONLY) ...\nb read(p.r, 1) ...\nc futex(m, FUTEX_WAIT, 0) ...\n"
		      "d f = open(\"f\", O_RDWR)\nd flock(f, LOCK_EX) ...\nsay set\n");
	for (int i = 0; i < 5; i++) {
		before[i] = part_table(&p, who[i]);
		switches[i] = part_switches(&p, who[i]);
	}
	part_look(&p, 100);
	for (int i = 0; i < 5; i++) {
		after = part_table(&p, who[i]);
		ck_assert_str_eq(before[i], after);
		ck_assert_int_eq(part_switches(&p, who[i]), switches[i]);
		free(before[i]);
		free(after);
		ck_assert_int_eq(stage_state(p.stage, who[i]), i ? PROCESS_BLOCKED : PROCESS_READY);
	}
	play_close(&p);
}
END_TEST

/* ---- the table of objects --------------------------------------------------------------------------------------- */

static int alive(struct play *p)
{
	const struct picture *picture = stage_picture(p->stage);
	int n = 0;

	for (int i = 0; i < picture->n_objects; i++)
		n += !picture->object[i].gone;
	return n;
}

/* More objects than the stage has room for: those beyond are not drawn, and what is gone makes room. */
START_TEST(more_objects_than_room)
{
	struct text t = { 0 };
	struct play p;

	for (int i = 0; i < 70; i++)
		text_addf(&t, "parent e%d = eventfd(%d)\n", i, i);
	text_add(&t, "parent q = msgget(IPC_PRIVATE, 0600)\n"
		     "parent m = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\n"
		     "parent store(m, 0, 1) = 0\n"
		     "parent s = socket(AF_UNIX, SOCK_STREAM)\nparent x = pipe()\nsay full\n");
	for (int i = 0; i < 10; i++)
		text_addf(&t, "parent close(e%d) = 0\n", i);
	text_add(&t, "parent r = pipe()\nparent write(r.w, \"x\") = 1\n"
		     "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nsay room\n");
	for (int i = 10; i < 70; i++)
		text_addf(&t, "parent close(e%d) = 0\n", i);
	text_add(&t, "parent t = socketpair(AF_UNIX, SOCK_STREAM)\n");
	part_open(&p, text_string(&t));
	text_free(&t);
	part_look(&p, 2);
	ck_assert_int_eq(alive(&p), 64);
	part_is(&p, "e63", "count", 63);
	ck_assert_int_eq(picture_object_find(stage_picture(p.stage), "e64"), -1);
	part_next(&p);
	part_look(&p, 2);
	part_is(&p, "r", "bytes", 1);
	part_is(&p, "f", "size", 0);
	part_next(&p);
	part_look(&p, 2);
	part_is(&p, "r", "bytes", 1);
	play_close(&p);
}
END_TEST

static const struct picture_object *named(const struct picture *picture, const char *name)
{
	return &picture->object[picture_object_find(picture, name)];
}

/* Moments of a lesson keep what was then, of every kind. */
START_TEST(earlier_moments_stay)
{
	static const char *const name[] = { "f", "q", "s", "a", "t", "e", "x" };
	struct picture *copy;
	struct play p;

	play_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent q = msgget(IPC_PRIVATE, 0600)\n"
		      "parent s = semget(IPC_PRIVATE, 1, 0600)\n"
		      "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\n"
		      "parent t = socketpair(AF_UNIX, SOCK_STREAM)\nparent e = eventfd(1)\n"
		      "parent x = memfd_create(\"x\")\nparent store(a, 0, 7) = 0\nsay set\n"
		      "parent write(f, \"hello\") = 5\nparent msgsnd(q, 1, \"m\") = 0\n"
		      "parent semop(s, {0, 3}) = 0\nparent store(a, 0, 8) = 0\nparent send(t.a, \"x\") = 1\n"
		      "parent eventfd_write(e, 5) = 0\nparent close(x) = 0\nsay changed\n");
	part_next(&p);
	copy = picture_copy(stage_picture(p.stage));
	part_next(&p);
	play_on(&p);
	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		const struct picture *now = stage_picture(p.stage), *then = NULL;
		const struct moment *m;

		for (int k = 0; k < player_moments(p.player); k++) {
			m = player_moment(p.player, k);
			if (m->played && m->played->kind == STEP_SAY && !strcmp(m->played->text, "set"))
				then = m->picture;
		}
		ck_assert_ptr_nonnull(then);
		ck_assert_mem_eq(named(then, name[i]), named(copy, name[i]), sizeof *copy->object);
		ck_assert_mem_ne(named(then, name[i]), named(now, name[i]), sizeof *copy->object);
	}
	picture_free(copy);
	play_close(&p);
}
END_TEST

Suite *suite_objects_file(void)
{
	Suite *s = suite_create("objects_file");
	TCase *file = tcase_create("files"), *lock = tcase_create("locks"), *quiet = tcase_create("quiet");
	TCase *table = tcase_create("table");

	tcase_add_test(file, a_file_is_as_stat_says);
	tcase_add_test(file, offsets);
	tcase_add_test(file, a_renamed_file);
	tcase_add_test(file, many_openings);
	tcase_add_test(file, files_in_memory);
	tcase_add_test(lock, locks_of_open_files);
	tcase_add_test(lock, an_inherited_lock);
	tcase_add_test(lock, locks_of_processes);
	tcase_add_test(lock, locks_of_descriptions);
	tcase_add_test(lock, locks_as_lslocks_lists_them);
	tcase_add_test(quiet, the_time_of_access_stays);
	tcase_add_test(quiet, looking_disturbs_nobody);
	tcase_add_test(table, more_objects_than_room);
	tcase_add_test(table, earlier_moments_stay);
	suite_add_tcase(s, file);
	suite_add_tcase(s, lock);
	suite_add_tcase(s, quiet);
	suite_add_tcase(s, table);
	return s;
}
