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

#include "tests/stage/outside.h"

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

/* A writer blocked on a full pipe, and its reader, who is stopped. */
static void make_pipeline(void)
{
	siginfo_t info;

	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	child_start(&writer, fills, NULL);
	child_start(&reader, holds, NULL);
	child_await_call(&writer, SYS_write, NULL);
	outside_await_closed(&reader, fd[1]);
	ck_assert_int_eq(kill(reader.pid, SIGSTOP), 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)reader.pid, &info, WSTOPPED | WNOWAIT), 0);
}

static void watch_pipeline(void)
{
	struct stage_outside what = { .kind = OBJECT_PIPE, .inode = outside_inode(fd[0]), .name = "pipe", .path = "" };

	outside_watch(&writer, "tar");
	outside_watch(&reader, "gzip");
	ck_assert_int_eq(stage_draw_outside(outside_stage, &what), 0);
	close(fd[0]);
	close(fd[1]);
}

static void teardown(void)
{
	outside_close();
	child_stop(&writer);
	child_stop(&reader);
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
	if (writer.pidfd < 0)
		unit_skip("no descriptor can be borrowed here (pidfd_open, Linux 5.3)");
	watch_pipeline();
	outside_await(writer.pid, PROCESS_BLOCKED);
	outside_await(reader.pid, PROCESS_STOPPED);
	p = stage_picture(outside_stage);
	ck_assert_int_eq(p->n_objects, 1);
	ck_assert(p->object[0].bytes.known && p->object[0].bytes.number == p->object[0].capacity.number);
	ck_assert_int_eq(outside_process(writer.pid)->call_object, 0);
	ck_assert_str_eq(outside_process(writer.pid)->call_name, "write");
	ck_assert_str_eq(outside_process(writer.pid)->command, "a command");
	ck_assert_int_eq(outside_process(writer.pid)->n_ends, 1);
	ck_assert_int_eq(outside_process(writer.pid)->ends[0].end, 'w');
	ck_assert_int_ge(outside_process(writer.pid)->ends_more, 0);
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
			outside_watch(&writer, "tar");
		ck_assert_int_eq(stage_spawn(outside_stage, "own", NULL, true, NETWORK_HERE, &e), 0);
		outside_await(writer.pid, PROCESS_BLOCKED);
		ck_assert_int_eq(stage_reset(outside_stage, &e), 0);
		ck_assert_int_eq(stage_picture(outside_stage)->n_processes, 0);
		ck_assert_int_eq(stage_picture(outside_stage)->n_objects, 0);
		untouched();
	}
	outside_watch(&writer, "tar");
	outside_watch(&reader, "gzip");
	stage_sample(outside_stage);
	outside_close();
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
		stage_dispatch(outside_stage);
	while (!stage_lost(outside_stage) && child_wait(&deadline));
	ck_assert(stage_lost(outside_stage));
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
	name = outside_process(writer.pid)->name;
	ck_assert_int_eq(stage_call(outside_stage, name, call_find("write"), v, 2, NULL, &e), -1);
	ck_assert_msg(strstr(e.text, "watched") != NULL, "%s", e.text);
	ck_assert_int_eq(stage_fork(outside_stage, name, "child", &e), -1);
	ck_assert_int_eq(stage_exec(outside_stage, name, "true", &e), -1);
	untouched();
}
END_TEST

/* A pid alone does not say who is meant. */
START_TEST(another_of_that_number)
{
	struct error e;

	make_pipeline();
	outside_open();
	ck_assert_int_eq(stage_watch_outside(outside_stage, writer.pid, outside_start_of(writer.pid) + 1, "tar", "", &e), -1);
	ck_assert_int_eq(e.code, ESRCH);
	ck_assert_int_eq(stage_picture(outside_stage)->n_processes, 0);
	ck_assert_int_eq(kill(writer.pid, SIGKILL), 0);
	child_await_end(&writer);
	child_reap(&writer);
	ck_assert_int_eq(stage_watch_outside(outside_stage, writer.pid, 1, "tar", "", &e), -1);
}
END_TEST

/* Nothing is held open that would keep an EOF or a SIGPIPE from coming. */
START_TEST(ends_come_through)
{
	int64_t deadline = 0;

	make_pipeline();
	watch_pipeline();
	outside_await(writer.pid, PROCESS_BLOCKED);
	ck_assert_int_eq(kill(reader.pid, SIGKILL), 0);
	do
		stage_sample(outside_stage), stage_dispatch(outside_stage);
	while (outside_process(writer.pid)->state != PROCESS_ENDED && outside_process(writer.pid)->state != PROCESS_ZOMBIE &&
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
	struct stage_outside what = { .kind = OBJECT_QUEUE, .inode = (uint64_t)id, .name = "queue", .path = "" };

	ck_assert_int_ge(id, 0);
	child_start(&writer, receives, &id);
	child_start(&reader, child_idle, NULL);
	child_await_name(&writer, "msgrcv", NULL);
	outside_watch(&writer, "reader");
	ck_assert_int_eq(stage_draw_outside(outside_stage, &what), 0);
	outside_await(writer.pid, PROCESS_BLOCKED);
	ck_assert_int_eq(outside_process(writer.pid)->call_object, 0);
	ck_assert_str_eq(stage_picture(outside_stage)->object[0].waiting, outside_process(writer.pid)->name);
	outside_close();
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
	what = (struct stage_outside){
		.kind = OBJECT_SOCKET, .inode = outside_inode(fd[0]), .inode_b = outside_inode(fd[1]), .name = "s", .path = "",
	};
	child_start(&reader, reads_socket, NULL);
	child_start(&writer, holds, NULL);
	child_await_call(&reader, SYS_read, NULL);
	outside_watch(&writer, "a");
	outside_watch(&reader, "b");
	ck_assert_int_eq(stage_draw_outside(outside_stage, &what), 0);
	close(fd[0]);
	close(fd[1]);
	outside_await(reader.pid, PROCESS_BLOCKED);
	ck_assert_int_eq(stage_picture(outside_stage)->n_objects, 1);
	o = &stage_picture(outside_stage)->object[0];
	ck_assert(!o->socket.side[0].closed && !o->socket.side[1].closed);
	ck_assert(o->socket.side[1].unread.known);
	ck_assert_int_eq(outside_process(writer.pid)->ends[0].end, 'a');
	ck_assert_int_eq(outside_process(reader.pid)->ends[0].end, 'b');
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
