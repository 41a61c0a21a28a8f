/* SPDX-License-Identifier: MIT */
#include "tests/call/calling.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "base/text.h"
#include "play/bind.h"
#include "script/parse.h"
#include "tests/probe/folder.h"
#include "tests/unit.h"

enum { OURS = 64 };

volatile int calling_caught, calling_signal;

/* ---- the context --------------------------------------------------------------------------------- */

/* Stands for the ledger: what was made and is there still. In memory that the process of all tests
 * shares: when a test fails, it removes what is left. */
static struct ours {
	int n;
	struct { char kind; int id; } list[OURS];
} *ours;

static struct call_context context;
static struct outcome outcome;
static int before; /* the folder where the tests run */

static int creating(void *ledger, char kind, uint32_t key)
{
	(void)ledger, (void)kind, (void)key;
	if (ours->n < OURS)
		return 0;
	errno = ENOSPC;
	return -1;
}

static void created(void *ledger, char kind, int id)
{
	(void)ledger;
	if (id == -1)
		return;
	ours->list[ours->n].kind = kind;
	ours->list[ours->n++].id = id;
}

static int find(char kind, int id)
{
	for (int i = 0; i < ours->n; i++)
		if (ours->list[i].kind == kind && ours->list[i].id == id)
			return i;
	return -1;
}

static bool may_remove(void *ledger, char kind, int id)
{
	(void)ledger;
	return find(kind, id) >= 0;
}

static void removed(void *ledger, char kind, int id)
{
	int i = find(kind, id);

	(void)ledger;
	ck_assert_int_ge(i, 0);
	ours->list[i] = ours->list[--ours->n];
}

static int naming(void *ledger, char kind, const char *name)
{
	(void)ledger, (void)kind, (void)name;
	return 0;
}

static void unnamed(void *ledger, char kind, const char *name)
{
	(void)ledger, (void)kind, (void)name;
}

/* As the actor's does: see process/actor.c. */
static void handler(int signal, void *info, void *ucontext)
{
	(void)info, (void)ucontext;
	calling_caught++;
	calling_signal = signal;
	if (context.fault)
		siglongjmp(*context.fault, 1);
}

/* False when it is there still: the test has become another user, and somebody else must do it. */
static bool remove_one(char kind, int id)
{
	int result = kind == 'q' ? msgctl(id, IPC_RMID, NULL) : kind == 'm' ? shmctl(id, IPC_RMID, NULL) :
			semctl(id, 0, IPC_RMID);

	return result == 0 || errno != EPERM;
}

static void remove_ours(void)
{
	for (int i = ours->n; i-- > 0;)
		if (remove_one(ours->list[i].kind, ours->list[i].id))
			ours->list[i] = ours->list[--ours->n];
}

static void open_list(void)
{
	ours = mmap(NULL, sizeof *ours, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(ours != MAP_FAILED);
}

static void close_list(void)
{
	remove_ours();
	munmap(ours, sizeof *ours);
}

static void set_up(void)
{
	before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(chdir(folder), 0);
	remove_ours();
	calling_caught = calling_signal = 0;
	context = (struct call_context){
		.letter = 'a', .buffer = calloc(1, CALL_BUFFER), .creating = creating, .created = created,
		.may_remove = may_remove, .removed = removed, .naming = naming, .unnamed = unnamed,
		.suffix = "-test", .handler = handler,
	};
	ck_assert_ptr_nonnull(context.buffer);
}

static void tear_down(void)
{
	remove_ours();
	free(context.buffer);
	ck_assert_int_eq(fchdir(before), 0);
	close(before);
}

void calling_use(TCase *tcase)
{
	folder_use(tcase);
	tcase_add_unchecked_fixture(tcase, open_list, close_list);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
}

struct call_context *calling_context(void)
{
	return &context;
}

const struct outcome *calling_outcome(void)
{
	return &outcome;
}

/* ---- a call -------------------------------------------------------------------------------------- */

struct made {
	const struct call *call;
	struct value argument[CALL_ARGUMENTS];
	int n; /* as many as were given */
	struct lesson *lesson; /* owns the texts */
};

static struct lesson *read_line(const char *line)
{
	struct mistakes m = { 0 };
	struct text t = { 0 };
	struct lesson *l;

	text_addf(&t, "parent  %s\n", line);
	l = parse_lesson("call", text_string(&t), t.length, &m);
	ck_assert_msg(m.count == 0, "%s: %s", line, m.count ? m.list[0].text : "");
	ck_assert_int_eq(l->n_steps, 1);
	mistakes_free(&m);
	text_free(&t);
	return l;
}

static void read_argument(struct made *m, int i, const struct expression *x, const char *line)
{
	struct call_argument what = m->call->argument[i];
	struct value *v = &m->argument[i];
	struct error e = { 0 };

	if (what.type == ARGUMENT_PROCESS) /* without a stage no number is a process */
		what.type = ARGUMENT_NUMBER;
	ck_assert_msg(bind_value(NULL, "", x, &what, v, &e) == 0, "%s: %s", line, e.text);
}

static void read_call(struct made *m, const char *line)
{
	const struct call_text *t;

	m->lesson = read_line(line);
	t = &m->lesson->step[0].call;
	m->call = call_find(t->name);
	ck_assert_msg(m->call && m->call->make, "there is no call %s", t->name);
	m->n = t->n_arguments;
	ck_assert_msg(m->n >= call_fewest(m->call) && m->n <= call_most(m->call), "%s: not so many arguments", line);
	for (int i = 0; i < CALL_ARGUMENTS; i++)
		m->argument[i] = (struct value){ .number = m->call->argument[i].otherwise };
	for (int i = 0; i < m->n; i++)
		read_argument(m, i, t->argument[i], line);
}

/* As a line of a trace. */
static void print(struct text *t, const struct made *m)
{
	call_print(t, m->call, m->argument, m->n, NULL);
}

static bool same_value(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind || a->length != b->length)
		return false;
	switch (a->kind) {
	case VALUE_NUMBER:
		return a->number == b->number;
	case VALUE_TEXT:
		return !memcmp(a->text, b->text, a->length);
	case VALUE_TUPLE:
		return !memcmp(a->field, b->field, a->length * sizeof *a->field);
	}
	return false;
}

static void prints_and_reads_back(const struct made *m)
{
	struct text once = { 0 }, again = { 0 };
	struct made back;

	print(&once, m);
	read_call(&back, text_string(&once));
	ck_assert_int_eq(back.n, m->n);
	for (int i = 0; i < m->n; i++)
		ck_assert_msg(same_value(&m->argument[i], &back.argument[i]), "%s: argument %d came back as another",
			      text_string(&once), i + 1);
	print(&again, &back);
	ck_assert_str_eq(text_string(&once), text_string(&again));
	lesson_free(back.lesson);
	text_free(&once);
	text_free(&again);
}

static const char *make_line(const char *line)
{
	static struct text result;
	struct text whole = { 0 };
	struct made m;

	read_call(&m, line);
	prints_and_reads_back(&m);
	memset(&outcome, 0, sizeof outcome);
	m.call->make(m.argument, call_most(m.call), &context, &outcome);
	text_clear(&result);
	call_print_result(&result, m.call, m.argument, m.n, &outcome, NULL);
	print(&whole, &m);
	text_addf(&whole, " = %s", text_string(&result));
	lesson_free(read_line(text_string(&whole)));
	lesson_free(m.lesson);
	text_free(&whole);
	return text_string(&result);
}

static char *__attribute__((format(printf, 1, 0))) format(const char *call, va_list arguments)
{
	char *line;

	ck_assert_int_ge(vasprintf(&line, call, arguments), 0);
	return line;
}

const char *calling(const char *call, ...)
{
	va_list arguments;
	const char *result;
	char *line;

	va_start(arguments, call);
	line = format(call, arguments);
	va_end(arguments);
	result = make_line(line);
	free(line);
	return result;
}

int64_t calling_number(const char *call, ...)
{
	va_list arguments;
	char *line;

	va_start(arguments, call);
	line = format(call, arguments);
	va_end(arguments);
	make_line(line);
	ck_assert_msg(outcome.result != -1 || !outcome.error, "%s: %s", line, strerror(outcome.error));
	free(line);
	return outcome.result;
}

/* ---- in a child ---------------------------------------------------------------------------------- */

struct job {
	const char *lines;
	int result[2];
};

static int run(void *data)
{
	const struct job *j = data;
	const char *result = "";
	char *lines = strdup(j->lines), *rest;

	close(j->result[0]);
	for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		result = make_line(line);
	free(lines);
	return write(j->result[1], result, strlen(result) + 1) < 0;
}

static void await_sleep(const struct caller *c, const char *line)
{
	const char *last = strrchr(line, '\n');
	struct made m;
	struct syscall_state s;
	int64_t deadline = 0;

	read_call(&m, last ? last + 1 : line);
	do
		syscall_read(c->child.procdir, &s);
	while (!(s.where == SYSCALL_INSIDE && call_sleeps_in(m.call, s.number)) && child_wait(&deadline));
	ck_assert_msg(s.where == SYSCALL_INSIDE && call_sleeps_in(m.call, s.number),
		      "%s does not sleep in a call of its row: %d in %ld", line, (int)s.where, s.number);
	lesson_free(m.lesson);
}

void calling_start(struct caller *c, const char *call, ...)
{
	struct job j;
	va_list arguments;
	char *line;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	va_start(arguments, call);
	line = format(call, arguments);
	va_end(arguments);
	j.lines = line;
	ck_assert_int_eq(pipe2(j.result, O_CLOEXEC), 0);
	child_start(&c->child, run, &j);
	close(j.result[1]);
	c->result = j.result[0];
	await_sleep(c, line);
	free(line);
}

const char *calling_ended(struct caller *c)
{
	static char result[1000];
	ssize_t got;

	child_await_end(&c->child);
	got = read(c->result, result, sizeof result - 1);
	ck_assert_int_ge(got, 0);
	result[got] = '\0';
	close(c->result);
	child_stop(&c->child);
	return result;
}
