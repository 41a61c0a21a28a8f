/* SPDX-License-Identifier: MIT */
/* Processes that the stage did not make: they are shown as they are, told nothing, and outlive whatever
 * becomes of the stage. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/stagehand.h"
#include "stage/stage.h"
#include "tests/probe/child.h"

static struct stage *stage;
static struct child writer, reader;
static int fd[2];

static int fills(void *unused)
{
	static char page[4096];

	(void)unused;
	close(fd[0]);
	for (;;)
		if (write(fd[1], page, sizeof page) < 0)
			return 1;
}

static int holds(void *unused)
{
	close(fd[1]);
	return child_idle(unused);
}

static uint64_t start_of(pid_t pid)
{
	char path[64], text[1024] = "", *at;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	ck_assert(f && fgets(text, sizeof text, f));
	fclose(f);
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	ck_assert_ptr_nonnull(at);
	return strtoull(at, NULL, 10);
}

static uint64_t inode_of(int descriptor)
{
	struct stat st;

	ck_assert_int_eq(fstat(descriptor, &st), 0);
	return st.st_ino;
}

/* Until the child has closed its copy of a descriptor. */
static void await_closed(const struct child *c, int descriptor)
{
	int64_t deadline = 0;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)c->pid, descriptor);
	while (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		ck_assert(child_wait(&deadline));
}

/* A writer blocked on a full pipe, and its reader, who is stopped. */
static void make_pipeline(void)
{
	siginfo_t info;

	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	child_start(&writer, fills, NULL);
	child_start(&reader, holds, NULL);
	child_await_call(&writer, SYS_write, NULL);
	await_closed(&reader, fd[1]);
	ck_assert_int_eq(kill(reader.pid, SIGSTOP), 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)reader.pid, &info, WSTOPPED | WNOWAIT), 0);
}

/* When all children are there: they would inherit its sockets. */
static void open_stage(void)
{
	struct error e;

	if (stage)
		return;
	stage = stage_new(&e);
	ck_assert_msg(stage != NULL, "%s", e.text);
}

static void watch(const struct child *c, const char *name)
{
	struct error e = { 0 };

	open_stage();
	ck_assert_msg(stage_watch_outside(stage, c->pid, start_of(c->pid), name, "a command", &e) == 0, "%s", e.text);
}

static void watch_pipeline(void)
{
	struct stage_outside what = { OBJECT_PIPE, 0, inode_of(fd[0]), 0, "pipe", "" };

	watch(&writer, "tar");
	watch(&reader, "gzip");
	ck_assert_int_eq(stage_draw_outside(stage, &what), 0);
	close(fd[0]);
	close(fd[1]);
}

static void teardown(void)
{
	stage_free(stage);
	child_stop(&writer);
	child_stop(&reader);
}

static const struct picture_process *process(pid_t pid)
{
	const struct picture *p = stage_picture(stage);

	for (int i = 0; i < p->n_processes; i++)
		if (p->process[i].pid == pid)
			return &p->process[i];
	return NULL;
}

static void await_state(pid_t pid, enum process_state state)
{
	int64_t deadline = 0;

	do
		stage_sample(stage);
	while (process(pid)->state != state && child_wait(&deadline));
	ck_assert_str_eq(process_state_word(process(pid)->state), process_state_word(state));
}

/* Both as they were: the one asleep in its write, the other stopped. */
static void untouched(void)
{
	siginfo_t info = { 0 };
	struct syscall_state now;

	child_await_call(&writer, SYS_write, &now);
	ck_assert_int_eq(waitid(P_PID, (id_t)reader.pid, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT), 0);
	ck_assert_int_eq(info.si_code, CLD_STOPPED);
	info = (siginfo_t){ 0 };
	ck_assert_int_eq(waitid(P_PID, (id_t)writer.pid, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT), 0);
	ck_assert_int_eq(info.si_pid, 0);
}

START_TEST(shown_as_they_are)
{
	const struct picture *p;

	make_pipeline();
	watch_pipeline();
	await_state(writer.pid, PROCESS_BLOCKED);
	await_state(reader.pid, PROCESS_STOPPED);
	p = stage_picture(stage);
	ck_assert_int_eq(p->n_objects, 1);
	ck_assert(p->object[0].bytes.known && p->object[0].bytes.number == p->object[0].capacity.number);
	ck_assert_int_eq(process(writer.pid)->call_object, 0);
	ck_assert_str_eq(process(writer.pid)->call_name, "write");
	ck_assert_str_eq(process(writer.pid)->command, "a command");
	ck_assert_int_eq(process(writer.pid)->n_ends, 1);
	ck_assert_int_eq(process(writer.pid)->ends[0].end, 'w');
	ck_assert_int_ge(process(writer.pid)->ends_more, 0);
	untouched();
}
END_TEST

START_TEST(outlive_the_stage)
{
	struct error e;

	make_pipeline();
	for (int i = 0; i < 3; i++) {
		int again = i == 0;

		if (again)
			watch_pipeline();
		else
			watch(&writer, "tar");
		ck_assert_int_eq(stage_spawn(stage, "own", NULL, true, NETWORK_HERE, &e), 0);
		await_state(writer.pid, PROCESS_BLOCKED);
		ck_assert_int_eq(stage_reset(stage, &e), 0);
		ck_assert_int_eq(stage_picture(stage)->n_processes, 0);
		ck_assert_int_eq(stage_picture(stage)->n_objects, 0);
		untouched();
	}
	watch(&writer, "tar");
	watch(&reader, "gzip");
	stage_sample(stage);
	stage_free(stage);
	stage = NULL;
	untouched();
}
END_TEST

/* The stagehand, killed, sweeps up what it made: not them. */
START_TEST(outlive_a_lost_stagehand)
{
	char path[64], text[4096] = "";
	int64_t deadline = 0;
	FILE *f;
	int hand = 0;

	make_pipeline();
	watch_pipeline();
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)gettid());
	f = fopen(path, "r");
	if (!f || !fgets(text, sizeof text, f))
		unit_skip("/proc/PID/task/TID/children is not there");
	fclose(f);
	for (char *at = strtok(text, " "); at; at = strtok(NULL, " "))
		if (atoi(at) != writer.pid && atoi(at) != reader.pid)
			hand = atoi(at);
	ck_assert_int_gt(hand, 1);
	ck_assert_int_eq(kill(hand, SIGKILL), 0);
	do
		stage_dispatch(stage);
	while (!stage_lost(stage) && child_wait(&deadline));
	ck_assert(stage_lost(stage));
	untouched();
}
END_TEST

START_TEST(told_nothing)
{
	struct value v[2] = { { .kind = VALUE_NUMBER, .number = 1 }, { .kind = VALUE_NUMBER, .number = 1 } };
	const char *name;
	struct error e;

	make_pipeline();
	watch_pipeline();
	name = process(writer.pid)->name;
	ck_assert_int_eq(stage_call(stage, name, call_find("write"), v, 2, NULL, &e), -1);
	ck_assert_msg(strstr(e.text, "watched") != NULL, "%s", e.text);
	ck_assert_int_eq(stage_fork(stage, name, "child", &e), -1);
	ck_assert_int_eq(stage_exec(stage, name, "true", &e), -1);
	untouched();
}
END_TEST

/* A pid alone does not say who is meant. */
START_TEST(another_of_that_number)
{
	struct error e;

	make_pipeline();
	open_stage();
	ck_assert_int_eq(stage_watch_outside(stage, writer.pid, start_of(writer.pid) + 1, "tar", "", &e), -1);
	ck_assert_int_eq(e.code, ESRCH);
	ck_assert_int_eq(stage_picture(stage)->n_processes, 0);
	ck_assert_int_eq(kill(writer.pid, SIGKILL), 0);
	child_await_end(&writer);
	child_reap(&writer);
	ck_assert_int_eq(stage_watch_outside(stage, writer.pid, 1, "tar", "", &e), -1);
}
END_TEST

/* Nothing is held open that would keep an EOF or a SIGPIPE from coming. */
START_TEST(ends_come_through)
{
	int64_t deadline = 0;

	make_pipeline();
	watch_pipeline();
	await_state(writer.pid, PROCESS_BLOCKED);
	ck_assert_int_eq(kill(reader.pid, SIGKILL), 0);
	do
		stage_sample(stage), stage_dispatch(stage);
	while (process(writer.pid)->state != PROCESS_ENDED && process(writer.pid)->state != PROCESS_ZOMBIE &&
	       child_wait(&deadline));
	child_await_end(&writer);
	ck_assert_int_eq(WTERMSIG(child_reap(&writer)), SIGPIPE);
}
END_TEST

static int receives(void *id)
{
	struct { long type; char text[8]; } message;

	return msgrcv(*(int *)id, &message, sizeof message.text, 0, 0) < 0;
}

/* System V: no descriptor leads there, and the call tells all the same. */
START_TEST(a_queue)
{
	int id = msgget(IPC_PRIVATE, 0600);
	struct stage_outside what = { OBJECT_QUEUE, 0, (uint64_t)id, 0, "queue", "" };

	ck_assert_int_ge(id, 0);
	child_start(&writer, receives, &id);
	child_start(&reader, child_idle, NULL);
	child_await_name(&writer, "msgrcv", NULL);
	watch(&writer, "reader");
	ck_assert_int_eq(stage_draw_outside(stage, &what), 0);
	await_state(writer.pid, PROCESS_BLOCKED);
	ck_assert_int_eq(process(writer.pid)->call_object, 0);
	ck_assert_str_eq(stage_picture(stage)->object[0].waiting, process(writer.pid)->name);
	stage_free(stage);
	stage = NULL;
	ck_assert_int_eq(msgctl(id, IPC_RMID, NULL), 0); /* it was left alone */
}
END_TEST

static int reads_socket(void *unused)
{
	char byte;

	(void)unused;
	close(fd[0]);
	return read(fd[1], &byte, 1) < 0;
}

START_TEST(a_socket_pair)
{
	const struct picture_object *o;
	struct stage_outside what;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
	what = (struct stage_outside){ OBJECT_SOCKET, 0, inode_of(fd[0]), inode_of(fd[1]), "s", "" };
	child_start(&reader, reads_socket, NULL);
	child_start(&writer, holds, NULL);
	child_await_call(&reader, SYS_read, NULL);
	watch(&writer, "a");
	watch(&reader, "b");
	ck_assert_int_eq(stage_draw_outside(stage, &what), 0);
	close(fd[0]);
	close(fd[1]);
	await_state(reader.pid, PROCESS_BLOCKED);
	ck_assert_int_eq(stage_picture(stage)->n_objects, 1);
	o = &stage_picture(stage)->object[0];
	ck_assert(!o->socket.side[0].closed && !o->socket.side[1].closed);
	ck_assert(o->socket.side[1].unread.known);
	ck_assert_int_eq(process(writer.pid)->ends[0].end, 'a');
	ck_assert_int_eq(process(reader.pid)->ends[0].end, 'b');
}
END_TEST

Suite *suite_stage_outside(void)
{
	Suite *suite = suite_create("stage_outside");
	TCase *tc = tcase_create("stage_outside");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, shown_as_they_are);
	tcase_add_test(tc, outlive_the_stage);
	tcase_add_test(tc, outlive_a_lost_stagehand);
	tcase_add_test(tc, told_nothing);
	tcase_add_test(tc, another_of_that_number);
	tcase_add_test(tc, ends_come_through);
	tcase_add_test(tc, a_queue);
	tcase_add_test(tc, a_socket_pair);
	suite_add_tcase(suite, tc);
	return suite;
}
