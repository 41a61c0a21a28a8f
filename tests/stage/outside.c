/* SPDX-License-Identifier: MIT */
#include "tests/stage/outside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit.h"

struct stage *outside_stage;

void outside_open(void)
{
	struct error e;

	if (outside_stage)
		return;
	outside_stage = stage_new(&e);
	ck_assert_msg(outside_stage != NULL, "%s", e.text);
}

void outside_close(void)
{
	stage_free(outside_stage);
	outside_stage = NULL;
}

uint64_t outside_start_of(pid_t pid)
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

uint64_t outside_inode(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

int64_t outside_line(const char *file, const char *word)
{
	char path[80], line[256];
	int64_t n = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%s", file);
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s", path);
	while (fgets(line, sizeof line, f))
		if (!strncmp(line, word, strlen(word)))
			n = strtoll(line + strlen(word), NULL, 10);
	fclose(f);
	return n;
}

void outside_watch(const struct child *c, const char *name)
{
	struct error e = { 0 };

	outside_open();
	ck_assert_msg(stage_watch_outside(outside_stage, c->pid, outside_start_of(c->pid), name, "a command", &e) == 0, "%s",
		      e.text);
}

void outside_draw(struct stage_outside what)
{
	what.name = what.name ? what.name : "it";
	what.path = what.path ? what.path : "";
	ck_assert_int_eq(stage_draw_outside(outside_stage, &what), 0);
	stage_sample(outside_stage);
}

const struct picture_process *outside_process(pid_t pid)
{
	const struct picture *p = stage_picture(outside_stage);

	for (int i = 0; i < p->n_processes; i++)
		if (p->process[i].pid == pid)
			return &p->process[i];
	ck_abort_msg("%d is not on the stage", (int)pid);
	return NULL;
}

const struct picture_object *outside_object(int n)
{
	const struct picture *p = stage_picture(outside_stage);

	ck_assert_int_lt(n, p->n_objects);
	return &p->object[n];
}

void outside_await(pid_t pid, enum process_state state)
{
	int64_t deadline = 0;

	do {
		stage_dispatch(outside_stage);
		stage_sample(outside_stage);
	} while (outside_process(pid)->state != state && child_wait(&deadline));
	ck_assert_str_eq(process_state_word(outside_process(pid)->state), process_state_word(state));
}

void outside_await_closed(const struct child *c, int fd)
{
	int64_t deadline = 0;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)c->pid, fd);
	while (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		ck_assert(child_wait(&deadline));
}

struct fact_value outside_fact(const char *object, const char *name, int index)
{
	struct fact_value v = { 0 };
	const struct fact *f;

	ck_assert_msg(fact_read(stage_picture(outside_stage), object, name, index, &f, &v), "there is no %s.%s", object, name);
	return v;
}

int64_t outside_number(const char *object, const char *name, int index)
{
	struct fact_value v = outside_fact(object, name, index);

	ck_assert_msg(v.known, "%s.%s[%d] is not known: %s", object, name, index, v.why);
	return v.number;
}
