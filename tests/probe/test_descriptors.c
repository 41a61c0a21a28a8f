/* SPDX-License-Identifier: MIT */
/* Descriptor tables: the links' and fdinfo's texts, and the tables of live children. */
#include "probe/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

START_TEST(links_are_told_apart)
{
	static const struct {
		const char *text;
		enum descriptor_kind kind;
		uint64_t inode;
		const char *name;
	} cases[] = {
		{ "pipe:[4711]", DESCRIPTOR_PIPE, 4711, "pipe:[4711]" },
		{ "socket:[4712]", DESCRIPTOR_SOCKET, 4712, "socket:[4712]" },
		{ "pipe:[18446744073709551615]", DESCRIPTOR_PIPE, UINT64_MAX,
		  "pipe:[18446744073709551615]" },
		{ "net:[4026531833]", DESCRIPTOR_OTHER, 4026531833, "net:[4026531833]" },
		{ "anon_inode:[eventfd]", DESCRIPTOR_ANON, 0, "eventfd" },
		{ "anon_inode:inotify", DESCRIPTOR_ANON, 0, "inotify" },
		{ "anon_inode:[]", DESCRIPTOR_UNKNOWN, 0, "" },
		{ "/dev/null", DESCRIPTOR_OTHER, 0, "/dev/null" },
		{ "/", DESCRIPTOR_OTHER, 0, "/" },
		{ "/tmp/a\nb [x] (deleted)", DESCRIPTOR_OTHER, 0, "/tmp/a\nb [x] (deleted)" },
		{ "/pipe:[1]", DESCRIPTOR_OTHER, 0, "/pipe:[1]" },
		{ "/\xff\x1b[31m", DESCRIPTOR_OTHER, 0, "/\xff\x1b[31m" },
		{ "(unreachable)/x", DESCRIPTOR_OTHER, 0, "(unreachable)/x" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct descriptor d = { .number = 7 };
		bool ok = descriptor_parse_link(cases[i].text, strlen(cases[i].text), &d);

		ck_assert_msg(ok == (cases[i].kind != DESCRIPTOR_UNKNOWN), "%s", cases[i].text);
		ck_assert_msg(d.kind == cases[i].kind, "%s: %d", cases[i].text, (int)d.kind);
		ck_assert_msg(d.inode == cases[i].inode, "%s", cases[i].text);
		ck_assert_str_eq(d.name, cases[i].name);
		ck_assert_int_eq(d.number, 7);
	}
}
END_TEST

START_TEST(links_without_sense_are_refused)
{
	static const char *const cases[] = {
		"", "x", "pipe:", "pipe:[", "pipe:[]", "pipe:[1", "pipe:1]", "pipe[1]", ":[1]", "[1]",
		"pipe:[-1]", "pipe:[1 ]", "pipe:[0x1]", "pipe:[18446744073709551616]", "anon_inode:",
		"relative/path", "pipe:[1]x",
	};
	struct descriptor d = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_msg(!descriptor_parse_link(cases[i], strlen(cases[i]), &d), "%s", cases[i]);
		ck_assert_int_eq(d.kind, DESCRIPTOR_UNKNOWN);
	}
	ck_assert(!descriptor_parse_link("/a\0b", 4, &d));
}
END_TEST

START_TEST(long_names_are_cut)
{
	char text[5000];
	struct descriptor d = { 0 };

	memset(text, '/', sizeof text);
	ck_assert(descriptor_parse_link(text, sizeof text, &d));
	ck_assert_uint_eq(strlen(d.name), sizeof d.name - 1);
}
END_TEST

static void link_is_sane(const char *text, size_t length)
{
	struct descriptor d = { 0 };
	bool ok = descriptor_parse_link(text, length, &d);

	ck_assert_int_eq(ok, d.kind != DESCRIPTOR_UNKNOWN);
	ck_assert_ptr_nonnull(memchr(d.name, '\0', sizeof d.name));
}

START_TEST(any_link_is_borne)
{
	static const char *const texts[] = { "pipe:[4711]", "anon_inode:[eventfd]", "/a/b" };

	for (size_t i = 0; i < 3; i++) {
		hostile_beginnings(texts[i], strlen(texts[i]), link_is_sane);
		hostile_noise(texts[i], strlen(texts[i]), link_is_sane);
	}
}
END_TEST

static const char info[] = "pos:\t2133\nflags:\t02104001\nmnt_id:\t27\nino:\t10953119\n";

START_TEST(fdinfo_is_read)
{
	struct descriptor d = { .number = 7 };

	ck_assert(descriptor_parse_info(info, strlen(info), &d));
	ck_assert_int_eq(d.offset, 2133);
	ck_assert_int_eq(d.flags, 02104001);
	ck_assert_int_eq(d.flags & O_ACCMODE, O_WRONLY);
	ck_assert_int_ne(d.flags & O_CLOEXEC, 0);
	ck_assert_int_ne(d.flags & O_NONBLOCK, 0);
	ck_assert(!descriptor_parse_info("", 0, &d));
	ck_assert_int_eq(d.flags, -1);
	ck_assert(!descriptor_parse_info("flags:\t8\n", 9, &d));
	ck_assert(!descriptor_parse_info("flags: 1\n", 9, &d));
	ck_assert(!descriptor_parse_info("flags:\t77777777777\n", 19, &d));
	ck_assert(!descriptor_parse_info("pos:\t9223372036854775808\n", 25, &d));
	ck_assert(descriptor_parse_info("pos:\t9223372036854775807\n", 25, &d));
	ck_assert_int_eq(d.flags, -1);
}
END_TEST

static void info_is_part(const char *text, size_t length)
{
	struct descriptor d = { 0 };
	bool ok = descriptor_parse_info(text, length, &d);

	ck_assert_int_eq(ok, length >= 10);
	ck_assert_int_eq(d.offset, length >= 10 ? 2133 : 0);
	ck_assert_int_eq(d.flags, length >= 26 ? 02104001 : -1);
}

static void info_is_sane(const char *text, size_t length)
{
	struct descriptor d = { 0 };

	descriptor_parse_info(text, length, &d);
	ck_assert_int_ge(d.flags, -1);
	ck_assert_int_ge(d.offset, 0);
}

START_TEST(any_fdinfo_is_borne)
{
	hostile_beginnings(info, strlen(info), info_is_part);
	hostile_noise(info, strlen(info), info_is_sane);
}
END_TEST

/* What the child opens, from descriptor 3 on. */
enum { READ_END = 3, WRITE_END, SOCKET, SOCKET_2, EVENT, FIFO, FILE_END, DELETED, NOTHING, HIGH = 700 };

static int open_many(void *unused)
{
	int end[2];

	for (int fd = 3; fd < 256; fd++)
		close(fd);
	if (chdir(folder) || pipe2(end, O_NONBLOCK) || socketpair(AF_UNIX, SOCK_STREAM, 0, end) ||
	    eventfd(0, EFD_CLOEXEC) != EVENT || mkfifo("fifo", 0600) ||
	    open("fifo", O_RDWR) != FIFO || open("file", O_RDWR | O_CREAT | O_APPEND, 0600) != FILE_END ||
	    write(FILE_END, "12345", 5) != 5 || open("gone", O_RDWR | O_CREAT, 0600) != DELETED ||
	    unlink("gone") || open("/dev/null", O_RDONLY) != NOTHING || dup2(NOTHING, HIGH) != HIGH)
		return 1;
	return child_idle(unused);
}

static const struct descriptor *numbered(const struct descriptors *d, int number)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->list[i].number == number)
			return &d->list[i];
	return NULL;
}

/* The table of the child, when all of it is there: read once more after the last descriptor
 * was seen, for one reading takes its time and may have passed the others' places before. */
static void read_many(struct child *c, struct descriptors *d)
{
	int64_t deadline = 0;

	child_start(c, open_many, NULL);
	do
		ck_assert_int_eq(descriptors_read(c->procdir, INT_MAX, d), 0);
	while (!numbered(d, HIGH) && child_wait(&deadline));
	ck_assert_ptr_nonnull(numbered(d, HIGH));
	ck_assert_int_eq(descriptors_read(c->procdir, INT_MAX, d), 0);
}

static void is(const struct descriptors *d, int number, enum descriptor_kind kind, const char *name)
{
	const struct descriptor *found = numbered(d, number);

	ck_assert_ptr_nonnull(found);
	ck_assert_msg(found->kind == kind, "%d is %d: %s", number, (int)found->kind, found->name);
	ck_assert_msg(!name || strstr(found->name, name), "%d: %s", number, found->name);
	ck_assert_int_ge(found->flags, 0);
}

START_TEST(a_childs_table_is_read)
{
	struct descriptors d = { 0 };
	struct child c;
	struct stat st;
	char path[80];

	read_many(&c, &d);
	is(&d, READ_END, DESCRIPTOR_PIPE, "pipe:[");
	is(&d, WRITE_END, DESCRIPTOR_PIPE, "pipe:[");
	is(&d, SOCKET, DESCRIPTOR_SOCKET, "socket:[");
	is(&d, SOCKET_2, DESCRIPTOR_SOCKET, "socket:[");
	is(&d, EVENT, DESCRIPTOR_ANON, "eventfd");
	is(&d, FIFO, DESCRIPTOR_FIFO, "/fifo");
	is(&d, FILE_END, DESCRIPTOR_FILE, "/file");
	is(&d, DELETED, DESCRIPTOR_FILE, "/gone (deleted)");
	is(&d, NOTHING, DESCRIPTOR_DEVICE, "/dev/null");
	for (size_t i = 1; i < d.count; i++)
		ck_assert_int_lt(d.list[i - 1].number, d.list[i].number);
	ck_assert_uint_eq(numbered(&d, READ_END)->inode, numbered(&d, WRITE_END)->inode);
	ck_assert_int_eq(numbered(&d, READ_END)->flags & (O_ACCMODE | O_NONBLOCK), O_RDONLY | O_NONBLOCK);
	ck_assert_int_eq(numbered(&d, WRITE_END)->flags & O_ACCMODE, O_WRONLY);
	ck_assert_int_ne(numbered(&d, EVENT)->flags & O_CLOEXEC, 0);
	ck_assert_int_eq(numbered(&d, FILE_END)->flags & (O_ACCMODE | O_APPEND), O_RDWR | O_APPEND);
	ck_assert_int_eq(numbered(&d, FILE_END)->offset, 5);
	snprintf(path, sizeof path, "%s/fifo", folder);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(numbered(&d, FIFO)->inode, st.st_ino);
	ck_assert_uint_eq(numbered(&d, FIFO)->device, st.st_dev);
	ck_assert_uint_eq(numbered(&d, READ_END)->device, 0);
	child_stop(&c);
	descriptors_free(&d);
}
END_TEST

START_TEST(descriptors_from_a_number_on_are_left_out)
{
	struct descriptors d = { 0 };
	struct child c;

	read_many(&c, &d);
	ck_assert_int_eq(descriptors_read(c.procdir, HIGH, &d), 0);
	ck_assert_ptr_null(numbered(&d, HIGH));
	ck_assert_ptr_nonnull(numbered(&d, NOTHING));
	ck_assert_int_eq(descriptors_read(c.procdir, NOTHING, &d), 0);
	ck_assert_ptr_null(numbered(&d, NOTHING));
	ck_assert_int_eq(descriptors_read(c.procdir, 0, &d), 0);
	ck_assert_uint_eq(d.count, 0);
	child_stop(&c);
	descriptors_free(&d);
}
END_TEST

START_TEST(a_dead_childs_table_is_an_error)
{
	struct descriptors d = { 0 };
	struct child c;

	child_start(&c, child_idle, NULL);
	ck_assert_int_eq(descriptors_read(c.procdir, INT_MAX, &d), 0);
	ck_assert_uint_gt(d.count, 0);
	kill(c.pid, SIGKILL);
	child_reap(&c);
	ck_assert_int_lt(descriptors_read(c.procdir, INT_MAX, &d), 0);
	ck_assert_msg(d.error == ESRCH || d.error == ENOENT, "%d", d.error);
	ck_assert_uint_eq(d.count, 0);
	child_stop(&c);
	descriptors_free(&d);
}
END_TEST

static int open_fifo(void *path)
{
	return open(path, O_RDONLY) < 0;
}

/* A process that waits in a FIFO's open goes on waiting while the other end's holder, whose
 * table is read, is looked at. */
START_TEST(looking_opens_nothing)
{
	struct descriptors d = { 0 };
	struct child c;
	char path[80];
	int dir, end;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	snprintf(path, sizeof path, "%s/fifo", folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	end = open(path, O_PATH); /* a descriptor of the FIFO that is no end of it */
	ck_assert_int_ge(end, 0);
	child_start(&c, open_fifo, path);
	child_await_name(&c, "openat", NULL);
	dir = procfs_open(getpid());
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(descriptors_read(dir, INT_MAX, &d), 0);
	ck_assert_int_eq(numbered(&d, end)->kind, DESCRIPTOR_FIFO);
	child_await_name(&c, "openat", NULL);
	child_stop(&c);
	close(end);
	close(dir);
	descriptors_free(&d);
}
END_TEST

Suite *suite_descriptors(void)
{
	Suite *suite = suite_create("descriptors");
	TCase *text = tcase_create("text"), *live = tcase_create("live");

	tcase_add_test(text, links_are_told_apart);
	tcase_add_test(text, links_without_sense_are_refused);
	tcase_add_test(text, long_names_are_cut);
	tcase_add_test(text, any_link_is_borne);
	tcase_add_test(text, fdinfo_is_read);
	tcase_add_test(text, any_fdinfo_is_borne);
	suite_add_tcase(suite, text);
	folder_use(live);
	tcase_add_test(live, a_childs_table_is_read);
	tcase_add_test(live, descriptors_from_a_number_on_are_left_out);
	tcase_add_test(live, a_dead_childs_table_is_an_error);
	tcase_add_test(live, looking_opens_nothing);
	suite_add_tcase(suite, live);
	return suite;
}
