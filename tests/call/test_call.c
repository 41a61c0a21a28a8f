/* SPDX-License-Identifier: MIT */
/* The table of calls: that every row is whole, and that what is printed can be read again. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>

#include "call/call.h"
#include "play/bind.h"
#include "script/parse.h"

START_TEST(names_are_unique)
{
	const struct call *c;

	for (size_t i = 0; (c = call_nth(i)); i++) {
		ck_assert_ptr_eq(call_find(c->name), c);
		ck_assert_uint_eq(call_number(c), i);
	}
	ck_assert(call_nth(10) != NULL);
	ck_assert_ptr_null(call_find("raed"));
	ck_assert_ptr_null(call_find(""));
}
END_TEST

START_TEST(every_call_of_the_language_is_there)
{
	static const char *const promised[] = {
		"pipe", "pipe2", "mkfifo", "open", "close", "dup", "dup2", "read", "write", "fcntl", "ioctl",
		"poll", "unlink", "umask", "stat", "fork", "wait", "waitpid", "kill", "raise", "sigaction",
		"sigprocmask", "pause", "alarm", "exit", "_exit", "printf", "fflush", "socketpair", "sendmsg",
		"recvmsg", "shmget", "msgget", "semget", "msgsnd", "shmat", "shmdt", "shmctl", "msgctl", "semctl",
		"sigqueue", "setitimer", "mmap", "munmap", "msync", "mprotect", "ftruncate", "load", "store", "add",
		"ftok", "msgrcv", "semop", "semtimedop", "flock", "shm_open", "shm_unlink", "memfd_create", "mq_open",
		"mq_send", "mq_receive", "mq_notify", "mq_unlink", "sem_open", "sem_wait", "sem_trywait", "sem_post",
		"sem_unlink", "socket", "bind", "listen", "accept", "connect", "send", "recv", "sendto", "recvfrom",
		"shutdown", "setsockopt", "getsockopt", "eventfd", "signalfd", "timerfd_create", "epoll_wait", "futex",
		"sendfile", "splice", "tee", "vmsplice", "copy_file_range", "process_vm_readv",
	};

	for (size_t i = 0; i < sizeof promised / sizeof *promised; i++)
		ck_assert_msg(call_find(promised[i]) != NULL, "there is no call %s", promised[i]);
}
END_TEST

START_TEST(rows_are_whole)
{
	const struct call *c;

	for (size_t i = 0; (c = call_nth(i)); i++) {
		bool optional = false;
		int n = 0;

		ck_assert_msg(c->summary && c->summary[0], "%s has no summary", c->name);
		ck_assert_msg(c->mechanism && c->mechanism[0], "%s belongs to no mechanism", c->name);
		ck_assert_msg(c->see && strchr(c->see, '(') && c->see[strlen(c->see) - 1] == ')',
			      "%s: see is no manual page", c->name);
		ck_assert_msg((c->special == CALL_PLAIN) == (c->make != NULL), "%s: make and special", c->name);
		for (; n < CALL_ARGUMENTS && c->argument[n].type != ARGUMENT_NONE; n++) {
			const struct call_argument *a = &c->argument[n];

			ck_assert_msg(a->name && a->name[0], "%s: argument %d has no name", c->name, n);
			ck_assert_msg(!optional || a->optional, "%s: %s may not follow an optional one", c->name, a->name);
			ck_assert_msg((a->type != ARGUMENT_SYMBOLS && a->type != ARGUMENT_SIGNAL) || a->symbols,
				      "%s: %s has no symbols", c->name, a->name);
			optional |= a->optional;
		}
		for (int k = n; k < CALL_ARGUMENTS; k++)
			ck_assert_msg(c->argument[k].type == ARGUMENT_NONE, "%s: an argument behind the last", c->name);
		ck_assert_int_eq(call_most(c), n);
		ck_assert_int_le(call_fewest(c), n);
	}
}
END_TEST

START_TEST(calls_that_block_say_where)
{
	static const char *const block[] = {
		"open", "read", "write", "poll", "wait", "waitpid", "pause", "sendmsg", "recvmsg", "msgsnd",
		"printf", "fflush", "msgrcv", "semop", "semtimedop", "flock", "fcntl", "sigsuspend", "sigwaitinfo",
		"sigtimedwait", "accept", "connect", "send", "recv", "sendto", "recvfrom", "mq_send", "mq_receive",
		"sem_wait", "sem_timedwait", "pthread_mutex_lock", "futex", "epoll_wait", "eventfd_read",
		"eventfd_write", "signalfd_read", "timerfd_read", "sendfile", "splice", "tee", "vmsplice",
	};
	static const char *const never[] = { "pipe", "close", "dup", "unlink", "umask", "kill", "shmget", "_exit" };

	for (size_t i = 0; i < sizeof block / sizeof *block; i++)
		ck_assert_msg(call_find(block[i])->sleeps_in[0] != 0, "%s sleeps nowhere", block[i]);
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		ck_assert_msg(call_find(never[i])->sleeps_in[0] == 0, "%s sleeps", never[i]);
	ck_assert(!call_sleeps_in(call_find("pipe"), 0));
	ck_assert(call_sleeps_in(call_find("read"), call_find("read")->sleeps_in[0] - 1));
	ck_assert(!call_sleeps_in(call_find("read"), call_find("write")->sleeps_in[0] - 1));
}
END_TEST

START_TEST(nearest_helps)
{
	ck_assert_str_eq(call_nearest("raed")->name, "read");
	ck_assert_str_eq(call_nearest("wirte")->name, "write");
	ck_assert_str_eq(call_nearest("waitpit")->name, "waitpid");
	ck_assert_ptr_null(call_nearest("frobnicate"));
}
END_TEST

/* ---- printed, it reads back ------------------------------------------------------------------- */

static const int64_t *numbers_of(const struct call_argument *a, size_t *n)
{
	static const int64_t descriptor[] = { 0, 3, 1023, -1 };
	static const int64_t plain[] = { 0, 1, -1, 7, 8, 4096, 65536, INT32_MAX, INT32_MIN, INT64_MAX };
	static const int64_t size[] = { 0, 1, 4096, 65536, 1 << 20 };
	static const int64_t open_flags[] = { O_RDONLY, O_WRONLY, O_RDWR, O_WRONLY | O_NONBLOCK,
					      O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, O_WRONLY | O_SYNC,
					      O_RDWR | O_TMPFILE, O_DIRECTORY, 3 };
	static const int64_t small[] = { 0, 1, 2, 3, 4, 5, 8, 16, 0600, 0777, 01777 };
	static const int64_t mode[] = { 0, 1, 7, 022, 0600, 0777, 07777 };
	static const int64_t signal[] = { 0, SIGPIPE, SIGKILL, SIGUSR1, 64 };
	static const int64_t set[] = { 0, 1, 1 << (SIGPIPE - 1), (1 << (SIGUSR1 - 1)) | (1 << (SIGUSR2 - 1)),
				       INT64_C(1) << 40 };
	static const int64_t key[] = { IPC_PRIVATE, 1, 0x6f02, INT32_MAX, 0xffffffff };
	static const int64_t id[] = { 0, 1, 98304, INT32_MAX };
	static const int64_t address[] = { 0x1000, 0x7f1234567000 };
#define USE(list) (*n = sizeof list / sizeof *list, list)

	switch (a->type) {
	case ARGUMENT_DESCRIPTOR:
		return USE(descriptor);
	case ARGUMENT_SIZE:
		return USE(size);
	case ARGUMENT_SYMBOLS:
		return a->symbols == &symbols_open ? USE(open_flags) : USE(small);
	case ARGUMENT_MODE:
		return USE(mode);
	case ARGUMENT_SIGNAL:
		return USE(signal);
	case ARGUMENT_SIGNALS:
		return USE(set);
	case ARGUMENT_KEY:
		return USE(key);
	case ARGUMENT_OBJECT:
		return USE(id);
	case ARGUMENT_ADDRESS:
		return USE(address);
	case ARGUMENT_NONE:
	case ARGUMENT_NUMBER:
	case ARGUMENT_DATA:
	case ARGUMENT_PATH:
	case ARGUMENT_STRING:
	case ARGUMENT_PROCESS:
	case ARGUMENT_FCNTL:
	case ARGUMENT_OPTION:
	case ARGUMENT_WORD:
	case ARGUMENT_PORT:
	case ARGUMENT_SEMOP:
	case ARGUMENT_LOCK:
		break;
	}
	return USE(plain);
#undef USE
}

static const struct { const char *s; uint32_t length; } texts[] = {
	{ "\0\0001", 3 }, { "", 0 }, { "hello", 5 }, { "a\"b\\c\n\t\x01\xff", 9 }, { "\xe7\xae\xa1\xe9\x81\x93", 6 },
	{ "%s %n", 5 }, { "# ...", 5 }, { "x\x1b[31m", 6 },
};

static const struct value semops[] = {
	{ .kind = VALUE_TUPLE, .length = 2, .field = { 0, -1 } },
	{ .kind = VALUE_TUPLE, .length = 3, .field = { 1, 1, SEM_UNDO } },
	{ .kind = VALUE_TUPLE, .length = 3, .field = { 65535, 0, IPC_NOWAIT | SEM_UNDO } },
};
static const struct value locks[] = {
	{ .kind = VALUE_TUPLE, .length = 3, .field = { F_WRLCK, 0, 10 } },
	{ .kind = VALUE_TUPLE, .length = 3, .field = { F_RDLCK, -1, INT64_MAX } },
	{ .kind = VALUE_TUPLE, .length = 3, .field = { F_UNLCK, 0, 0 } },
};

/* The value that stands for argument `at` in try number `k`; false when there are no more. */
static bool value_of(const struct call_argument *a, size_t k, struct value *v)
{
	size_t n;
	const int64_t *numbers = numbers_of(a, &n);
	bool text = a->type == ARGUMENT_PATH || a->type == ARGUMENT_STRING || a->type == ARGUMENT_DATA ||
		    a->type == ARGUMENT_WORD;
	size_t n_texts = text ? sizeof texts / sizeof *texts : 0;
	size_t skip = a->type == ARGUMENT_PATH; /* no path holds a NUL byte, as the first does */
	bool number = !text || a->type == ARGUMENT_DATA || a->type == ARGUMENT_WORD;

	if (a->type == ARGUMENT_SEMOP || a->type == ARGUMENT_LOCK) {
		const struct value *tuples = a->type == ARGUMENT_SEMOP ? semops : locks;

		if (k < 3)
			*v = tuples[k];
		return k < 3;
	}
	*v = (struct value){ .kind = VALUE_NUMBER };
	if (k + skip < n_texts) {
		*v = (struct value){ .kind = VALUE_TEXT, .text = texts[k + skip].s, .length = texts[k + skip].length };
		return true;
	}
	if (!number || k - n_texts >= n)
		return false;
	v->number = numbers[k - n_texts];
	return true;
}

static bool same_value(const struct call_argument *a, const struct value *x, const struct value *y)
{
	if (x->kind != y->kind)
		return false;
	if (x->kind == VALUE_TEXT)
		return x->length == y->length && !memcmp(x->text, y->text, x->length);
	if (x->kind == VALUE_TUPLE)
		return x->length == y->length && !memcmp(x->field, y->field, x->length * sizeof *x->field);
	if (a->type == ARGUMENT_KEY)
		return (int32_t)x->number == (int32_t)y->number;
	return x->number == y->number;
}

/* Prints the call, reads it as a line of a lesson, binds it, compares. */
static void prints_and_reads_back(const struct call *c, const struct value *argument, int n)
{
	struct text line = { 0 };
	struct mistakes m = { 0 };
	struct lesson *l;
	const struct call_text *read;

	text_add(&line, "parent  ");
	call_print(&line, c, argument, n, NULL);
	text_add(&line, "\n");
	l = parse_lesson("printed", text_string(&line), line.length, &m);
	ck_assert_msg(m.count == 0, "%s: %s", text_string(&line), m.count ? m.list[0].text : "");
	ck_assert_int_eq(l->n_steps, 1);
	read = &l->step[0].call;
	ck_assert_str_eq(read->name, c->name);
	ck_assert_int_eq(read->n_arguments, n);
	for (int i = 0; i < n; i++) {
		/* Without a stage no number is a process: it is read as a plain one. */
		struct call_argument what = c->argument[i];
		struct error e = { 0 };
		struct value v;

		if (what.type == ARGUMENT_PROCESS)
			what.type = ARGUMENT_NUMBER;
		ck_assert_msg(bind_value(NULL, "", read->argument[i], &what, &v, &e) == 0, "%s: %s", text_string(&line), e.text);
		ck_assert_msg(same_value(&what, &argument[i], &v), "%s: argument %d came back as %lld", text_string(&line),
			      i, (long long)v.number);
	}
	lesson_free(l);
	mistakes_free(&m);
	text_free(&line);
}

START_TEST(every_argument_reads_back)
{
	const struct call *c;

	for (size_t i = 0; (c = call_nth(i)); i++)
		for (int at = 0; c->make && at < call_most(c); at++) {
			struct value argument[CALL_ARGUMENTS];

			for (int k = 0; k < call_most(c); k++)
				ck_assert(value_of(&c->argument[k], k == 1 ? 1 : 0, &argument[k]));
			for (size_t k = 0; value_of(&c->argument[at], k, &argument[at]); k++)
				prints_and_reads_back(c, argument, call_most(c));
		}
}
END_TEST

START_TEST(fcntl_prints_by_command)
{
	static const struct { int64_t op, arg; const char *as; } rows[] = {
		{ F_SETFL, O_NONBLOCK, "fcntl(3, F_SETFL, O_NONBLOCK)" },
		{ F_SETFD, FD_CLOEXEC, "fcntl(3, F_SETFD, FD_CLOEXEC)" },
		{ F_SETPIPE_SZ, 4096, "fcntl(3, F_SETPIPE_SZ, 4096)" },
		{ 4711, 5, "fcntl(3, 4711, 5)" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct value a[] = { { .number = 3 }, { .number = rows[i].op }, { .number = rows[i].arg } };
		struct text t = { 0 };

		call_print(&t, call_find("fcntl"), a, 3, NULL);
		ck_assert_str_eq(text_string(&t), rows[i].as);
		text_free(&t);
		prints_and_reads_back(call_find("fcntl"), a, 3);
	}
	for (int i = 0; i < 3; i++)
		prints_and_reads_back(call_find("fcntl"), (struct value[]){ { .number = 3 }, { .number = F_SETLK }, locks[i] }, 3);
}
END_TEST

/* ---- results --------------------------------------------------------------------------------- */

static void result_is(const char *call, const struct value *a, int n, const struct outcome *out, const char *as)
{
	struct text t = { 0 }, line = { 0 };
	struct mistakes m = { 0 };
	struct lesson *l;

	call_print_result(&t, call_find(call), a, n, out, NULL);
	ck_assert_str_eq(text_string(&t), as);
	text_addf(&line, "parent  %s()  = %s\n", call, as);
	l = parse_lesson("result", text_string(&line), line.length, &m);
	ck_assert_msg(m.count == 0, "%s: %s", text_string(&line), m.count ? m.list[0].text : "");
	lesson_free(l);
	mistakes_free(&m);
	text_free(&line);
	text_free(&t);
}

static struct outcome read_outcome(const char *data, uint32_t length)
{
	struct outcome out = { .result = length, .data_length = length };

	memcpy(out.data, data, length < CALL_DATA_SHOWN ? length : CALL_DATA_SHOWN);
	for (uint32_t i = 0; i < length; out.n_runs++) {
		uint32_t begin = i;

		while (i < length && data[i] == data[begin])
			i++;
		if (out.n_runs < CALL_RUNS)
			out.runs[out.n_runs] = (struct data_run){ (uint8_t)data[begin], i - begin };
	}
	return out;
}

START_TEST(data_is_told)
{
	char many[300], mixed[200], wild[200];
	struct outcome out;

	memset(many, 'b', sizeof many);
	out = read_outcome(many, sizeof many);
	result_is("read", NULL, 0, &out, "300 \"b\"*300");
	memset(mixed, 'a', sizeof mixed);
	memset(mixed + 150, 'b', 50);
	out = read_outcome(mixed, sizeof mixed);
	result_is("read", NULL, 0, &out, "200 \"a\"*150 \"b\"*50");
	out = read_outcome("hello", 5);
	result_is("read", NULL, 0, &out, "5 \"hello\"");
	out = read_outcome("\x1b[2J\n", 5);
	result_is("read", NULL, 0, &out, "5 \"\\x1b[2J\\n\"");
	out = (struct outcome){ .result = 0 };
	result_is("read", NULL, 0, &out, "0");
	for (int i = 0; i < 200; i++)
		wild[i] = (char)('a' + i % 26);
	out = read_outcome(wild, sizeof wild);
	result_is("read", NULL, 0, &out, "200 \"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv\"...");
	out = read_outcome("x", 1);
	out.n_values = 1;
	out.values[0] = 5;
	result_is("recvmsg", NULL, 0, &out, "1 \"x\" [5]");
}
END_TEST

START_TEST(results_are_told)
{
	struct outcome out = { .result = -1, .error = EPIPE };
	struct value a[3] = { { .number = 3 }, { .number = F_GETFL } };

	result_is("write", NULL, 0, &out, "-1 EPIPE");
	out = (struct outcome){ .result = 0, .n_values = 2, .values = { 3, 4 } };
	result_is("pipe", NULL, 0, &out, "[3, 4]");
	result_is("socketpair", NULL, 0, &out, "[3, 4]");
	out = (struct outcome){ .result = O_WRONLY | O_NONBLOCK };
	result_is("fcntl", a, 2, &out, "O_WRONLY|O_NONBLOCK");
	out = (struct outcome){ .result = 0, .n_values = 1, .values = { 17 } };
	result_is("ioctl", NULL, 0, &out, "0 [17]");
	out = (struct outcome){ .result = 1, .n_values = 1, .values = { POLLIN | POLLHUP } };
	result_is("poll", NULL, 0, &out, "1 POLLIN|POLLHUP");
	out = (struct outcome){ .result = 0, .n_values = 1 };
	result_is("poll", NULL, 0, &out, "0");
	out = (struct outcome){ .result = 0, .n_values = 2, .values = { S_IFIFO | 0644, 0 } };
	result_is("stat", NULL, 0, &out, "0 {st_mode=S_IFIFO|0644, st_size=0}");
	out = (struct outcome){ .result = 022 };
	result_is("umask", NULL, 0, &out, "022");
	out = (struct outcome){ .result = 0 };
	result_is("umask", NULL, 0, &out, "0");
	result_is("waitpid", NULL, 0, &out, "0");
	out = (struct outcome){ .result = 4711, .n_values = 1, .values = { SIGPIPE } };
	result_is("wait", NULL, 0, &out, "4711 killed by SIGPIPE");
	out.values[0] = 3 << 8;
	result_is("wait", NULL, 0, &out, "4711 exited with 3");
	out.values[0] = SIGSTOP << 8 | 0x7f;
	result_is("waitpid", NULL, 0, &out, "4711 stopped by SIGSTOP");
	out.values[0] = 0xffff;
	result_is("waitpid", NULL, 0, &out, "4711 continued");
}
END_TEST

Suite *suite_call(void)
{
	Suite *s = suite_create("call");
	TCase *t = tcase_create("table");

	tcase_add_test(t, names_are_unique);
	tcase_add_test(t, every_call_of_the_language_is_there);
	tcase_add_test(t, rows_are_whole);
	tcase_add_test(t, calls_that_block_say_where);
	tcase_add_test(t, nearest_helps);
	suite_add_tcase(s, t);
	t = tcase_create("print");
	tcase_add_test(t, every_argument_reads_back);
	tcase_add_test(t, fcntl_prints_by_command);
	tcase_add_test(t, data_is_told);
	tcase_add_test(t, results_are_told);
	suite_add_tcase(s, t);
	return s;
}
