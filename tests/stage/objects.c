/* SPDX-License-Identifier: MIT */
#include "tests/stage/objects.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/lend.h"
#include "stage/facts.h"
#include "tests/probe/child.h"
#include "tests/unit.h"

/* ---- playing in parts -------------------------------------------------------------------------- */

void part_open(struct play *p, const char *text)
{
	play_open(p, text);
	part_next(p);
}

void part_next(struct play *p)
{
	const struct step *step;

	ck_assert_int_eq(player_state(p->player), PLAYER_READY);
	do {
		step = &p->lesson->step[player_position(p->player)];
		player_next(p->player);
		while (player_state(p->player) == PLAYER_BUSY) {
			stage_wait(p->stage, player_due(p->player));
			player_tick(p->player);
		}
	} while (player_state(p->player) == PLAYER_READY && step->kind != STEP_SAY);
	if (player_failure(p->player)) {
		const struct player_failure *f = player_failure(p->player);

		ck_abort_msg("line %d: expected %s actual %s", f->step->place.line, f->expected, f->actual);
	}
}

/* ---- facts ------------------------------------------------------------------------------------- */

static struct fact_value read_fact(struct play *p, const char *subject, const char *name, int index)
{
	const struct fact *f;
	struct fact_value v = { 0 };

	stage_sample(p->stage);
	ck_assert_msg(fact_read(stage_picture(p->stage), subject, name, index, &f, &v), "there is no %s.%s", subject,
		      name);
	return v;
}

int64_t part_number_at(struct play *p, const char *subject, const char *name, int index)
{
	struct fact_value v = read_fact(p, subject, name, index);

	ck_assert_msg(v.known, "%s.%s[%d] is not known: %s", subject, name, index, v.why);
	return v.number;
}

int64_t part_number(struct play *p, const char *subject, const char *name)
{
	return part_number_at(p, subject, name, 0);
}

const char *part_word_at(struct play *p, const char *subject, const char *name, int index)
{
	struct fact_value v = read_fact(p, subject, name, index);

	ck_assert_msg(v.known, "%s.%s[%d] is not known: %s", subject, name, index, v.why);
	return v.text;
}

const char *part_word(struct play *p, const char *subject, const char *name)
{
	return part_word_at(p, subject, name, 0);
}

const char *part_why(struct play *p, const char *subject, const char *name, int index)
{
	struct fact_value v = read_fact(p, subject, name, index);

	ck_assert_msg(!v.known, "%s.%s[%d] is known: %lld", subject, name, index, (long long)v.number);
	ck_assert_msg(v.why != NULL, "%s.%s[%d] is not known, and nothing says why", subject, name, index);
	return v.why;
}

/* ---- processes --------------------------------------------------------------------------------- */

pid_t part_pid(struct play *p, const char *process)
{
	return play_process(p, process)->pid;
}

void part_kill(struct play *p, const char *process)
{
	int64_t deadline = 0;

	ck_assert_int_eq(kill(part_pid(p, process), SIGKILL), 0);
	while (stage_state(p->stage, process) != PROCESS_ENDED && stage_state(p->stage, process) != PROCESS_ZOMBIE) {
		ck_assert_msg(child_wait(&deadline), "%s does not end", process);
		stage_wait(p->stage, clock_now() + CLOCK_MS);
	}
	stage_sample(p->stage);
}

int part_borrow(struct play *p, const char *process, int fd)
{
	int pidfd = child_pidfd(part_pid(p, process)), lent = pidfd < 0 ? -1 : lend_descriptor(pidfd, fd);

	if (pidfd >= 0)
		close(pidfd);
	if (lent < 0)
		unit_skip("no descriptor can be borrowed here (pidfd_getfd, Linux 5.6)");
	return lent;
}

int part_descriptor(struct play *p, const char *process, const char *object)
{
	const struct picture *picture = stage_picture(p->stage);
	const struct picture_process *m = play_process(p, process);
	int o = picture_object_find(picture, object);
	int side = o < 0 ? -1 : picture_side_find(&picture->object[o], object);

	for (int i = 0; o >= 0 && i < m->n_ends; i++)
		if (m->ends[i].object == o && (side < 0 || m->ends[i].end == 'a' + side))
			return m->ends[i].descriptor;
	ck_abort_msg("%s has no descriptor for %s", process, object);
	return -1;
}

/* ---- what the system says ---------------------------------------------------------------------- */

static void add_file(struct text *t, const char *path)
{
	char bytes[4096];
	FILE *f = fopen(path, "re");
	size_t got;

	ck_assert_msg(f != NULL, "%s cannot be read", path);
	while ((got = fread(bytes, 1, sizeof bytes, f)) > 0)
		text_add_bytes(t, bytes, got);
	fclose(f);
}

char *part_proc(struct play *p, const char *process, const char *file)
{
	struct text t = { 0 };
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)part_pid(p, process), file);
	add_file(&t, path);
	return text_take(&t);
}

int64_t part_switches(struct play *p, const char *process)
{
	char *status = part_proc(p, process, "status"), *at = strstr(status, "\nvoluntary_ctxt_switches:");
	int64_t n;

	ck_assert_ptr_nonnull(at);
	n = strtoll(strchr(at, ':') + 1, NULL, 10);
	free(status);
	return n;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return atoi((*a)->d_name) - atoi((*b)->d_name);
}

char *part_table(struct play *p, const char *process)
{
	char folder[64], path[400], link[256];
	struct dirent **entry;
	struct text t = { 0 };
	int n;

	snprintf(folder, sizeof folder, "/proc/%d/fd", (int)part_pid(p, process));
	n = scandir(folder, &entry, NULL, by_name);
	ck_assert_int_gt(n, 2);
	for (int i = 0; i < n; i++) {
		ssize_t length;

		snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
		length = readlink(path, link, sizeof link);
		if (length > 0) {
			text_addf(&t, "%s -> %.*s\n", entry[i]->d_name, (int)length, link);
			snprintf(path, sizeof path, "/proc/%d/fdinfo/%s", (int)part_pid(p, process), entry[i]->d_name);
			add_file(&t, path);
		}
		free(entry[i]);
	}
	free(entry);
	return text_take(&t);
}

void part_look(struct play *p, int times)
{
	for (int i = 0; i < times; i++) {
		stage_sample(p->stage);
		stage_picture(p->stage);
	}
}

void part_needs_small_pages(void)
{
	if (sysconf(_SC_PAGESIZE) != 4096)
		unit_skip("pages are not of 4 KiB here");
}

static int64_t kilobytes(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	ck_assert_msg(at != NULL, "smaps has no %s", label);
	return strtoll(at + strlen(label), NULL, 10);
}

struct part_smaps part_smaps(struct play *p, const char *process, uint64_t address)
{
	char *all = part_proc(p, process, "smaps"), begin[40], *at;
	struct part_smaps s;

	snprintf(begin, sizeof begin, "%08llx-", (unsigned long long)address);
	at = strstr(all, begin);
	ck_assert_msg(at != NULL, "%s has no mapping at %s", process, begin);
	s = (struct part_smaps){
		.size = kilobytes(at, "\nSize:"), .resident = kilobytes(at, "\nRss:"),
		.shared = kilobytes(at, "\nShared_Clean:") + kilobytes(at, "\nShared_Dirty:"),
		.own = kilobytes(at, "\nPrivate_Clean:") + kilobytes(at, "\nPrivate_Dirty:"),
	};
	free(all);
	return s;
}
