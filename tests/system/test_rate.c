/* SPDX-License-Identifier: MIT */
/* Rates against processes that move a known number of bytes between two snapshots: what is claimed is compared with
 * what they counted, never with time. */
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/system.h"
#include "tests/probe/child.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

enum { MUCH = 3000000, PIECE = 50000, PLAYERS = 4, KEPT = 2, NOBODY = 65534 };

/* Somebody who does his part each time he gets SIGUSR1. */
struct player {
	int keep[KEPT];                  /* descriptors he needs; -1 */
	void (*play)(struct player *p);
	int64_t bytes;
	volatile int rounds;             /* done */
};

static struct player *player;            /* shared with them */
static struct child child[PLAYERS];      /* not shared: forking writes into it on both sides */
static int n_players;
static struct system *before, *now;
static char piece[PIECE];

static void setup(void)
{
	int pidfd = child_pidfd(getpid());

	if (pidfd < 0)
		unit_skip("no pidfd_open here, so levels are not known");
	close(pidfd);
	if (!child_shows_calls() || access("/proc/self/io", R_OK) != 0)
		unit_skip("/proc/PID/syscall or /proc/PID/io cannot be read here");
	if (unit_valgrind())
		unit_skip("valgrind reads and writes, too");
	player = mmap(NULL, PLAYERS * sizeof *player, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(player, MAP_FAILED);
	n_players = 0;
	before = system_new();
	now = system_new();
	before->with_rates = now->with_rates = true;
}

static void teardown(void)
{
	for (int i = 0; i < n_players; i++)
		child_stop(&child[i]);
	system_free(before);
	system_free(now);
	munmap(player, PLAYERS * sizeof *player);
}

/* Nothing but what he needs: what tests print to may be a pipe, too. */
static void close_others(const struct player *p)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 256; fd++)
		if (fd != p->keep[0] && fd != p->keep[1] && fd != null)
			close(fd);
}

static int run(void *arg)
{
	struct player *p = arg;
	sigset_t set;
	int signal_number;

	close_others(p);
	alarm(120);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	while (sigwait(&set, &signal_number) == 0) {
		p->play(p);
		p->rounds++;
	}
	return 1;
}

static struct player *add_player(void (*play)(struct player *p), int64_t bytes, int fd, int other)
{
	struct player *p = &player[n_players++];

	*p = (struct player){ .keep = { fd, other }, .play = play, .bytes = bytes };
	child_start(&child[p - player], run, p);
	child_await_name(&child[p - player], "sigtimedwait", NULL);
	return p;
}

static void go(struct player *p)
{
	kill(child[p - player].pid, SIGUSR1);
}

/* Waits until everybody is asleep again who was told to play. */
static void await_rounds(int rounds)
{
	for (int i = 0; i < n_players; i++) {
		int64_t deadline = 0;

		while (player[i].rounds < rounds && child_wait(&deadline))
			;
		ck_assert_int_eq(player[i].rounds, rounds);
		child_await_name(&child[i], "sigtimedwait", NULL);
	}
}

static void take(struct system *s, const struct system *earlier)
{
	struct error e;

	ck_assert_msg(system_take(s, NULL, 0, earlier, &e) == 0, "%s", e.text);
}

/* A snapshot, everybody plays once, a snapshot. */
static void play(void)
{
	take(before, NULL);
	for (int i = 0; i < n_players; i++)
		go(&player[i]);
	await_rounds(1);
	take(now, before);
}

static const struct system_object *object(enum system_kind kind, uint64_t inode)
{
	return snapshot_object(now, kind, inode);
}

static void expect(const struct system_rate *r, enum system_rate_how how, int64_t moved)
{
	ck_assert_msg(r->how == how && r->moved == moved, "%s %lld (%s) instead of %s %lld", system_rate_word(r->how),
		      (long long)r->moved, r->source ? r->source : "", system_rate_word(how), (long long)moved);
	ck_assert(r->source || how != RATE_UNKNOWN);
}

/* A number is never less than what passed, and never said to be exact when it is not. */
static void expect_no_less(const struct system_rate *r, int64_t moved)
{
	ck_assert_msg(r->how == RATE_UNKNOWN || (r->how == RATE_AT_MOST && r->moved >= moved), "%s %lld (%s), though %lld passed",
		      system_rate_word(r->how), (long long)r->moved, r->source ? r->source : "", (long long)moved);
}

/* What is exact for one who sees all is modelled for another. */
static enum system_rate_how sure(void)
{
	return now->hidden_processes || now->unlisted ? RATE_MODELLED : RATE_EXACT;
}

/* --- parts ---------------------------------------------------------------------------------------------- */

static void write_all(int fd, int64_t bytes)
{
	while (bytes > 0) {
		ssize_t n = write(fd, piece, (size_t)(bytes < PIECE ? bytes : PIECE));

		if (n <= 0)
			_exit(1);
		bytes -= n;
	}
}

static void read_all(int fd, int64_t bytes)
{
	while (bytes > 0) {
		ssize_t n = read(fd, piece, (size_t)(bytes < PIECE ? bytes : PIECE));

		if (n <= 0)
			_exit(1);
		bytes -= n;
	}
}

static void writes(struct player *p) { write_all(p->keep[0], p->bytes); }
static void reads(struct player *p) { read_all(p->keep[0], p->bytes); }
static void rests(struct player *p) { (void)p; }

static void writes_both(struct player *p)
{
	for (int64_t at = 0; at < p->bytes; at += PIECE) {
		write_all(p->keep[0], PIECE);
		write_all(p->keep[1], PIECE);
	}
}

static void reads_both(struct player *p)
{
	for (int64_t at = 0; at < p->bytes; at += PIECE) {
		read_all(p->keep[0], PIECE);
		read_all(p->keep[1], PIECE);
	}
}

static void sends(struct player *p)
{
	for (int64_t left = p->bytes; left > 0; ) {
		ssize_t n = send(p->keep[0], piece, (size_t)(left < PIECE ? left : PIECE), 0);

		if (n <= 0)
			_exit(1);
		left -= n;
	}
}

static void receives(struct player *p)
{
	for (int64_t left = p->bytes; left > 0; ) {
		ssize_t n = recv(p->keep[0], piece, (size_t)(left < PIECE ? left : PIECE), 0);

		if (n <= 0)
			_exit(1);
		left -= n;
	}
}

/* From keep[0] to keep[1], and a word about it as pv(1) says it. */
static void splices(struct player *p)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	for (int64_t left = p->bytes; left > 0; ) {
		ssize_t n = splice(p->keep[0], NULL, p->keep[1] >= 0 ? p->keep[1] : null, NULL, (size_t)left, 0);

		if (n <= 0)
			_exit(1);
		left -= n;
		write_all(null, 50);
	}
	close(null);
}

/* A child writes, and is waited for. */
static void has_written(struct player *p)
{
	pid_t pid = fork();

	if (pid == 0) {
		write_all(p->keep[0], p->bytes);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

/* --- pipes -------------------------------------------------------------------------------------------------- */

static int ends[4];
static uint64_t inode[2];

static void make_pipes(int n)
{
	for (int i = 0; i < n; i++) {
		ck_assert_int_eq(pipe2(ends + 2 * i, O_CLOEXEC), 0);
		inode[i] = snapshot_inode(ends[2 * i]);
	}
}

static void close_ends(int n)
{
	for (int i = 0; i < n; i++)
		close(ends[i]);
}

START_TEST(a_pipe_by_what_both_sides_counted)
{
	const struct system_object *o;

	make_pipes(1);
	add_player(writes, MUCH, ends[1], -1);
	add_player(reads, MUCH, ends[0], -1);
	close_ends(2);
	play();
	o = object(SYSTEM_PIPE, inode[0]);
	expect(&o->rate, RATE_MODELLED, MUCH);
	ck_assert_int_gt(o->rate.between, 0);
	ck_assert_double_eq_tol((double)system_rate_number(&o->rate), (double)MUCH * 1e9 / (double)o->rate.between, 1);
	/* Empty before and now. */
	ck_assert_int_eq(o->level.number, 0);
	ck_assert_int_eq(o->word, WORD_FLOWING);
}
END_TEST

START_TEST(what_a_child_wrote_counts)
{
	make_pipes(1);
	add_player(has_written, MUCH, ends[1], -1);
	add_player(reads, MUCH, ends[0], -1);
	close_ends(2);
	play();
	expect(&object(SYSTEM_PIPE, inode[0])->rate, RATE_MODELLED, MUCH);
}
END_TEST

START_TEST(nobody_ran)
{
	const struct system_object *o;

	make_pipes(1);
	add_player(rests, 0, ends[1], -1);
	add_player(rests, 0, ends[0], -1);
	close_ends(2);
	take(before, NULL);
	take(now, before);
	o = object(SYSTEM_PIPE, inode[0]);
	expect(&o->rate, sure(), 0);
	ck_assert_int_ne(o->word, WORD_FLOWING);
}
END_TEST

START_TEST(one_side_slept)
{
	enum { SOME = 7000 };
	struct player *writer, *reader;
	struct system *later = system_new();

	later->with_rates = true;
	make_pipes(1);
	writer = add_player(writes, SOME, ends[1], -1);
	reader = add_player(reads, SOME, ends[0], -1);
	close_ends(2);
	take(before, NULL);
	go(writer);
	reader->rounds = 1; /* not yet */
	await_rounds(1);
	take(now, before);
	expect(&object(SYSTEM_PIPE, inode[0])->rate, sure(), SOME);
	ck_assert_int_eq(object(SYSTEM_PIPE, inode[0])->word, WORD_FLOWING);
	go(reader);
	writer->rounds = 2;
	await_rounds(2);
	take(later, now);
	expect(&snapshot_object(later, SYSTEM_PIPE, inode[0])->rate, sure(), SOME);
	system_free(later);
}
END_TEST

START_TEST(a_second_way_leaves_a_bound)
{
	make_pipes(2);
	add_player(writes_both, MUCH, ends[1], ends[3]);
	add_player(reads_both, MUCH, ends[0], ends[2]);
	close_ends(4);
	play();
	for (int i = 0; i < 2; i++) {
		const struct system_rate *r = &object(SYSTEM_PIPE, inode[i])->rate;

		expect(r, RATE_AT_MOST, 2 * MUCH);
		ck_assert(!system_rate_flows(r));
	}
}
END_TEST

/* Two who do other things, the one as much as the other. */
START_TEST(small_numbers_agree_by_chance)
{
	make_pipes(1);
	add_player(writes, 512, ends[1], -1);
	add_player(reads, 512, ends[0], -1);
	close_ends(2);
	play();
	expect(&object(SYSTEM_PIPE, inode[0])->rate, RATE_AT_MOST, 512);
}
END_TEST

START_TEST(a_reader_that_splices)
{
	make_pipes(1);
	add_player(writes, MUCH, ends[1], -1);
	add_player(splices, MUCH, ends[0], -1);
	close_ends(2);
	play();
	expect_no_less(&object(SYSTEM_PIPE, inode[0])->rate, MUCH);
}
END_TEST

/* Three in a row, the middle one splicing: nothing of its own counts tells of either pipe. */
START_TEST(one_between_that_splices)
{
	make_pipes(2);
	add_player(writes, MUCH, ends[1], -1);
	add_player(splices, MUCH, ends[0], ends[3]);
	add_player(reads, MUCH, ends[2], -1);
	close_ends(4);
	play();
	for (int i = 0; i < 2; i++)
		expect_no_less(&object(SYSTEM_PIPE, inode[i])->rate, MUCH);
}
END_TEST

START_TEST(both_sides_splice)
{
	int file = memfd_create("rate", MFD_CLOEXEC);

	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(ftruncate(file, MUCH), 0);
	make_pipes(1);
	add_player(splices, MUCH, file, ends[1]);
	add_player(splices, MUCH, ends[0], -1);
	close_ends(2);
	close(file);
	play();
	expect_no_less(&object(SYSTEM_PIPE, inode[0])->rate, MUCH);
}
END_TEST

static void writes_at_once(struct player *p)
{
	static char all[4 * MUCH];

	if (write(p->keep[0], all, sizeof all) != (ssize_t)sizeof all)
		_exit(1);
}

/* Of a write that goes on nothing is counted, however much has passed. */
START_TEST(a_write_that_goes_on)
{
	struct player *writer, *reader;
	const struct system_rate *r;

	make_pipes(1);
	writer = add_player(writes_at_once, 0, ends[1], -1);
	reader = add_player(reads, MUCH, ends[0], -1);
	close_ends(2);
	take(before, NULL);
	go(writer);
	child_await_name(&child[writer - player], "write", NULL);
	go(reader);
	for (int64_t deadline = 0; reader->rounds < 1 && child_wait(&deadline); )
		;
	ck_assert_int_eq(reader->rounds, 1);
	child_await_name(&child[reader - player], "sigtimedwait", NULL);
	child_await_name(&child[writer - player], "write", NULL);
	take(now, before);
	r = &object(SYSTEM_PIPE, inode[0])->rate;
	ck_assert_int_eq(r->how, RATE_AT_MOST);
	ck_assert_int_ge(r->moved, MUCH + object(SYSTEM_PIPE, inode[0])->level.number);
	ck_assert_int_le(r->moved, (int64_t)4 * MUCH);
}
END_TEST

START_TEST(one_who_had_it_and_is_gone)
{
	struct child c;

	make_pipes(1);
	add_player(writes, MUCH, ends[1], -1);
	add_player(reads, MUCH, ends[0], -1);
	child_start(&c, child_idle, NULL);
	close_ends(2);
	take(before, NULL);
	child_stop(&c);
	for (int i = 0; i < n_players; i++)
		go(&player[i]);
	await_rounds(1);
	take(now, before);
	expect(&object(SYSTEM_PIPE, inode[0])->rate, RATE_UNKNOWN, 0);
}
END_TEST

START_TEST(only_when_asked_for)
{
	const struct system_object *o;

	make_pipes(1);
	before->with_rates = false;
	take(before, NULL);
	ck_assert_int_eq(snapshot_object(before, SYSTEM_PIPE, inode[0])->rate.how, RATE_UNKNOWN);
	take(now, before);
	o = object(SYSTEM_PIPE, inode[0]);
	expect(&o->rate, RATE_UNKNOWN, 0);
	close_ends(2);
}
END_TEST

/* --- FIFOs ------------------------------------------------------------------------------------------------------- */

START_TEST(a_fifo_by_what_both_sides_counted)
{
	char folder[] = "/tmp/ipcscope-rate-XXXXXX", path[64];
	int reader, writer;
	uint64_t its;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/fifo", folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	writer = open(path, O_WRONLY | O_CLOEXEC);
	unlink(path);
	rmdir(folder);
	ck_assert_int_ge(reader, 0);
	ck_assert_int_ge(writer, 0);
	fcntl(reader, F_SETFL, 0);
	its = snapshot_inode(reader);
	add_player(writes, MUCH, writer, -1);
	add_player(reads, MUCH, reader, -1);
	close(reader);
	close(writer);
	play();
	expect(&object(SYSTEM_FIFO, its)->rate, RATE_MODELLED, MUCH);
	/* Somebody might have opened it meanwhile, so nothing is exact. */
	take(before, now);
	expect(&snapshot_object(before, SYSTEM_FIFO, its)->rate, RATE_MODELLED, 0);
}
END_TEST

/* --- sockets ------------------------------------------------------------------------------------------------------- */

static int pair[2];

static void make_pair(int type)
{
	ck_assert_int_eq(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair), 0);
	inode[0] = snapshot_inode(pair[0]);
	inode[1] = snapshot_inode(pair[1]);
}

static void close_pair(void)
{
	close(pair[0]);
	close(pair[1]);
}

/* Half of it back. */
static void asks(struct player *p)
{
	write_all(p->keep[0], p->bytes);
	read_all(p->keep[0], p->bytes / 2);
}

static void answers(struct player *p)
{
	read_all(p->keep[0], p->bytes);
	write_all(p->keep[0], p->bytes / 2);
}

START_TEST(a_unix_socket_both_ways)
{
	const struct system_object *o;

	make_pair(SOCK_STREAM);
	add_player(asks, MUCH, pair[0], -1);
	add_player(answers, MUCH, pair[1], -1);
	close_pair();
	play();
	o = object(SYSTEM_UNIX, inode[0]);
	expect(o->inode == inode[1] ? &o->rate_a : &o->rate_b, RATE_MODELLED, MUCH);
	expect(o->inode == inode[1] ? &o->rate_b : &o->rate_a, RATE_MODELLED, MUCH / 2);
	expect(&o->rate, RATE_MODELLED, MUCH + MUCH / 2);
	ck_assert_int_eq(o->word, WORD_FLOWING);
}
END_TEST

START_TEST(a_unix_socket_one_way)
{
	make_pair(SOCK_STREAM);
	add_player(writes, MUCH, pair[0], -1);
	add_player(reads, MUCH, pair[1], -1);
	close_pair();
	play();
	expect(&object(SYSTEM_UNIX, inode[0])->rate, RATE_AT_LEAST, MUCH);
}
END_TEST

START_TEST(what_is_sent_is_not_counted)
{
	make_pair(SOCK_STREAM);
	add_player(sends, MUCH, pair[0], -1);
	add_player(receives, MUCH, pair[1], -1);
	close_pair();
	play();
	expect(&object(SYSTEM_UNIX, inode[0])->rate, RATE_UNKNOWN, 0);
}
END_TEST

START_TEST(datagrams_are_not_counted)
{
	make_pair(SOCK_DGRAM);
	add_player(writes, MUCH, pair[0], -1);
	add_player(reads, MUCH, pair[1], -1);
	close_pair();
	play();
	expect(&object(SYSTEM_UNIX, inode[0])->rate, RATE_UNKNOWN, 0);
}
END_TEST

static void make_connection(int family)
{
	struct sockaddr_storage address = { .ss_family = (sa_family_t)family };
	socklen_t size = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (family == AF_INET)
		((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_ge(listener, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, size), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	pair[0] = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(connect(pair[0], (struct sockaddr *)&address, size), 0);
	pair[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_ge(pair[1], 0);
	close(listener);
	inode[0] = snapshot_inode(pair[0]);
	inode[1] = snapshot_inode(pair[1]);
}

static void sends_and_ends(struct player *p)
{
	sends(p);
	shutdown(p->keep[0], SHUT_WR);
}

/* Its end is no byte. */
START_TEST(tcp_counts)
{
	const struct system_object *o;

	make_connection(AF_INET);
	before->with_rates = now->with_rates = false; /* which is for others */
	add_player(sends_and_ends, MUCH, pair[0], -1);
	add_player(receives, MUCH, pair[1], -1);
	close_pair();
	play();
	o = object(SYSTEM_TCP, inode[0]);
	expect(o->inode == inode[1] ? &o->rate_a : &o->rate_b, RATE_EXACT, MUCH);
	expect(o->inode == inode[1] ? &o->rate_b : &o->rate_a, RATE_EXACT, 0);
	expect(&o->rate, RATE_EXACT, MUCH);
	ck_assert_int_eq(o->word, WORD_FLOWING);
	take(before, now);
	o = snapshot_object(before, SYSTEM_TCP, inode[0]);
	expect(&o->rate, RATE_EXACT, 0);
	ck_assert_int_ne(o->word, WORD_FLOWING);
}
END_TEST

/* --- another user ------------------------------------------------------------------------------------------------- */

static int look_as_nobody(void *unused)
{
	const struct system_object *o;
	struct error e;

	(void)unused;
	close(ends[1]);
	if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
		return 2;
	if (system_take(before, NULL, 0, NULL, &e) < 0 || system_take(now, NULL, 0, before, &e) < 0)
		return 3;
	/* One's own end may not be seen either, for who changed his user is not dumpable. */
	o = snapshot_find(now, SYSTEM_PIPE, inode[0]);
	return o && (o->rate.how != RATE_UNKNOWN || !o->rate.source) ? 4 : 0;
}

START_TEST(of_others_it_is_not_known)
{
	struct child c;
	int status;

	if (geteuid() != 0)
		unit_skip("needs root");
	make_pipes(1);
	add_player(writes, 10, ends[1], -1);
	child_start(&c, look_as_nobody, NULL);
	close_ends(2);
	status = child_reap(&c);
	child_stop(&c);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
}
END_TEST

Suite *suite_system_rate(void)
{
	Suite *s = suite_create("system_rate");
	TCase *t = tcase_create("system_rate");

	tcase_set_timeout(t, 100);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_pipe_by_what_both_sides_counted);
	tcase_add_test(t, what_a_child_wrote_counts);
	tcase_add_test(t, nobody_ran);
	tcase_add_test(t, one_side_slept);
	tcase_add_test(t, a_second_way_leaves_a_bound);
	tcase_add_test(t, small_numbers_agree_by_chance);
	tcase_add_test(t, a_reader_that_splices);
	tcase_add_test(t, one_between_that_splices);
	tcase_add_test(t, both_sides_splice);
	tcase_add_test(t, a_write_that_goes_on);
	tcase_add_test(t, one_who_had_it_and_is_gone);
	tcase_add_test(t, only_when_asked_for);
	tcase_add_test(t, a_fifo_by_what_both_sides_counted);
	tcase_add_test(t, a_unix_socket_both_ways);
	tcase_add_test(t, a_unix_socket_one_way);
	tcase_add_test(t, what_is_sent_is_not_counted);
	tcase_add_test(t, datagrams_are_not_counted);
	tcase_add_test(t, tcp_counts);
	tcase_add_test(t, of_others_it_is_not_known);
	suite_add_tcase(s, t);
	return s;
}
