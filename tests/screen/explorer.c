/* SPDX-License-Identifier: MIT */
#include "tests/screen/explorer.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "tests/unit.h"

const struct explorer_size explorer_sizes[4] = { { 60, 20 }, { 80, 24 }, { 120, 40 }, { 200, 50 } };

const char explorer_lesson[] =
	"lesson  A test of the screen\n"
	"about   What it is about, in a line.\n"
	"see     pipe(7) write(2)\n"
	"\n"
	"parent  p = pipe()\n"
	"parent  fork writer\n"
	"parent  close(p.w)                       = 0\n"
	"writer  close(p.r)                       = 0\n"
	"say     Words of the lesson.\n"
	"writer  write(p.w, 64K)                  = 64K\n"
	"ask     Does one byte more fit?\n"
	"        - yes, it does\n"
	"        * no, it waits\n"
	"writer  write(p.w, 1)                    ...\n"
	"expect  writer blocked in write\n"
	"say     It waits for room.\n"
	"parent  close(p.r)                       = 0\n"
	"writer  ... write                        = -1 EPIPE\n"
	"writer  +++ killed by SIGPIPE +++\n"
	"say     The writer is dead.\n";

enum { ARGUMENTS = 16 };

/* ---- starting and ending ---------------------------------------------------------------------- */

static const char *program(void)
{
	static char path[4200];
	const char *folder = getenv("top_builddir");
	char *whole;

	snprintf(path, sizeof path, "%s/ipcscope", folder ? folder : ".");
	whole = realpath(path, NULL);
	if (!whole)
		ck_abort_msg("%s: %s", path, strerror(errno));
	snprintf(path, sizeof path, "%s", whole);
	free(whole);
	return path;
}

const char *explorer_path(const struct explorer *e, const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", e->folder, name);
	return path;
}

static void lesson_write(const struct explorer *e)
{
	FILE *f = fopen(explorer_path(e, "test.lesson"), "w");

	if (!f || fputs(explorer_lesson, f) < 0 || fclose(f) != 0)
		ck_abort_msg("%s: %s", explorer_path(e, "test.lesson"), strerror(errno));
}

static struct explorer *start(int width, int height, const char *const env[], const char *const argv[])
{
	struct explorer *e = memory_new(1, sizeof *e);
	const char *now[ARGUMENTS + 1] = { NULL }, *set[ARGUMENTS + 8] = { NULL };
	char folder[96], home[96], prog[4300], lesson[128];
	int n = 0;

	e->width = width;
	e->height = height;
	snprintf(e->folder, sizeof e->folder, "/tmp/ipcscope-test-XXXXXX");
	if (!mkdtemp(e->folder))
		ck_abort_msg("%s: %s", e->folder, strerror(errno));
	mkdir(explorer_path(e, "run"), 0700);
	lesson_write(e);
	snprintf(e->mark, sizeof e->mark, "IPCSCOPE_TEST=%s", e->folder);
	snprintf(folder, sizeof folder, "TMPDIR=%s/run", e->folder);
	snprintf(home, sizeof home, "HOME=%s", e->folder);
	snprintf(prog, sizeof prog, "P=%s", program());
	snprintf(lesson, sizeof lesson, "L=%s/test.lesson", e->folder);
	set[n++] = e->mark;
	set[n++] = "XDG_RUNTIME_DIR";
	set[n++] = folder;
	set[n++] = home;
	set[n++] = prog;
	set[n++] = lesson;
	for (; env && *env && n < ARGUMENTS + 6; env++)
		set[n++] = *env;
	for (n = 0; n < ARGUMENTS && argv[n]; n++)
		now[n] = strcmp(argv[n], "LESSON") ? argv[n] : lesson + 2;
	if (chdir(e->folder) < 0)
		ck_abort_msg("%s: %s", e->folder, strerror(errno));
	e->s = screen_start(width, height, set, now);
	return e;
}

struct explorer *explorer_start(int width, int height, const char *const env[], const char *arguments)
{
	const char *argv[ARGUMENTS + 1] = { program() };
	char *copy = memory_text(arguments), *rest = NULL;
	struct explorer *e;
	int n = 1;

	for (char *word = strtok_r(copy, " ", &rest); word && n < ARGUMENTS; word = strtok_r(NULL, " ", &rest))
		argv[n++] = word;
	e = start(width, height, env, argv);
	free(copy);
	return e;
}

struct explorer *explorer_start_shell(int width, int height, const char *const env[], const char *script)
{
	const char *const argv[] = { "bash", "--norc", "--noprofile", "-c", script, NULL };
	const char *const interactive[] = { "bash", "--norc", "--noprofile", "-i", NULL };

	return start(width, height, env, script ? argv : interactive);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	remove(path);
	return 0;
}

void explorer_free(struct explorer *e)
{
	screen_free(e->s);
	if (chdir("/") == 0)
		nftw(e->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(e);
}

/* ---- looking ---------------------------------------------------------------------------------- */

void explorer_fail(struct explorer *e, const char *format, ...)
{
	struct text t = { 0 };
	char why[400];
	va_list list;

	va_start(list, format);
	vsnprintf(why, sizeof why, format, list);
	va_end(list);
	screen_text(e->s, &t);
	/* Check takes messages of 4096 bytes */
	ck_abort_msg("%s; the screen of %d x %d:\n%.3000s", why, e->width, e->height, text_string(&t));
	abort(); /* not reached: tells compilers that do not know ck_abort_msg */
}

void explorer_sees(struct explorer *e, const char *text)
{
	if (!screen_until(e->s, text, SCREEN_DEADLINE))
		explorer_fail(e, "\"%s\" is not there", text);
}

void explorer_loses(struct explorer *e, const char *text)
{
	if (!screen_until_gone(e->s, text, SCREEN_DEADLINE))
		explorer_fail(e, "\"%s\" is still there", text);
}

bool explorer_shows(struct explorer *e, const char *text)
{
	int x, y;

	return screen_find(e->s, text, &x, &y);
}

struct screen_cell explorer_cell(struct explorer *e, const char *text)
{
	int x, y;

	if (!screen_find(e->s, text, &x, &y))
		explorer_fail(e, "\"%s\" is not there", text);
	return screen_cell(e->s, x, y);
}

/* ---- acting ------------------------------------------------------------------------------------- */

void explorer_press(struct explorer *e, const char *names)
{
	char *copy = memory_text(names), *rest = NULL;

	for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		screen_key(e->s, name);
	free(copy);
}

/* What a key did: the text is there, or the screen became another one and has rested since. */
struct effect {
	const char *text;
	struct text before, last;
	int64_t since; /* CLOCK_MONOTONIC ns: when `last` was seen first */
};

static bool has_had_effect(struct screen *s, void *data)
{
	static const int64_t rest = 300 * CLOCK_MS;
	struct effect *e = data;
	struct text now = { 0 };
	bool same;
	int x, y;

	if (screen_find(s, e->text, &x, &y))
		return true;
	screen_text(s, &now);
	same = strcmp(text_string(&now), text_string(&e->last)) == 0;
	text_free(same ? &now : &e->last);
	if (!same) {
		e->last = now;
		e->since = clock_now();
	}
	return strcmp(text_string(&e->last), text_string(&e->before)) != 0 && clock_now() - e->since > rest;
}

/* A key that came too early does nothing, one too many goes too far. */
void explorer_press_until(struct explorer *e, const char *name, const char *text)
{
	static const double ignored = 3; /* seconds after which it was */
	int64_t deadline = clock_now() + SCREEN_DEADLINE * CLOCK_S;

	while (!explorer_shows(e, text)) {
		struct effect effect = { .text = text, .since = clock_now() };

		screen_text(e->s, &effect.before);
		screen_text(e->s, &effect.last);
		screen_key(e->s, name);
		screen_wait(e->s, has_had_effect, &effect, ignored);
		text_free(&effect.before);
		text_free(&effect.last);
		if (clock_now() > deadline && !explorer_shows(e, text))
			explorer_fail(e, "\"%s\" did not come by %s", text, name);
	}
}

/* The number before " of N" in the header; -1: not there. */
static int step_shown(struct explorer *e, const char *of)
{
	int x, y, n = -1;

	if (!screen_find(e->s, of, &x, &y))
		return -1;
	while (x > 0 && screen_cell(e->s, x - 1, y).text[0] >= '0' && screen_cell(e->s, x - 1, y).text[0] <= '9')
		x--;
	for (n = 0; screen_cell(e->s, x, y).text[0] != ' '; x++)
		n = n * 10 + screen_cell(e->s, x, y).text[0] - '0';
	return n;
}

void explorer_play(struct explorer *e, int step, int of)
{
	char text[40], wanted[40];

	snprintf(text, sizeof text, " of %d", of);
	explorer_sees(e, text);
	for (int n = step_shown(e, text); n < step; n++) {
		snprintf(wanted, sizeof wanted, " %d of %d", n + 1, of);
		explorer_press_until(e, "Space", wanted);
	}
}

struct forked {
	char what[64];
	long pid;
};

static bool result_there(struct screen *s, void *data)
{
	struct forked *f = data;
	struct text t = { 0 };
	const char *at;

	screen_text(s, &t);
	at = strstr(text_string(&t), f->what);
	at = at ? at + strcspn(at, "=\n") : NULL;
	if (at && *at == '=')
		f->pid = strtol(at + 1, NULL, 10);
	text_free(&t);
	return f->pid > 0;
}

pid_t explorer_forked(struct explorer *e, const char *name, bool awaited)
{
	struct forked f = { .pid = 0 };

	snprintf(f.what, sizeof f.what, "fork %s ", name);
	if (!screen_wait(e->s, result_there, &f, awaited ? SCREEN_DEADLINE : 0) && awaited)
		explorer_fail(e, "no result of \"%s\"", f.what);
	return (pid_t)f.pid;
}

/* ---- the end ------------------------------------------------------------------------------------ */

static bool carries(const char *pid, const char *mark)
{
	char path[300], buf[65536];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%s/environ", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, buf, sizeof buf);
	close(fd);
	return n > 0 && memmem(buf, (size_t)n, mark, strlen(mark)) != NULL;
}

/* How many processes carry the mark; the last one's number in *who. */
static int left(const struct explorer *e, char who[16])
{
	DIR *d = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	while (d && (entry = readdir(d)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && carries(entry->d_name, e->mark)) {
			snprintf(who, 16, "%.15s", entry->d_name);
			n++;
		}
	if (d)
		closedir(d);
	return n;
}

static bool nobody_left(struct screen *s, void *data)
{
	char who[16];

	(void)s;
	return left(data, who) == 0;
}

static bool folder_empty(struct screen *s, void *data)
{
	DIR *d = opendir(explorer_path(data, "run"));
	struct dirent *entry;
	bool empty = true;

	(void)s;
	while (d && (entry = readdir(d)))
		empty = empty && entry->d_name[0] == '.';
	if (d)
		closedir(d);
	return empty;
}

static bool within_deadline(struct explorer *e, bool (*condition)(struct screen *, void *))
{
	int64_t deadline = clock_now() + SCREEN_DEADLINE * CLOCK_S;

	while (!condition(NULL, e)) {
		if (clock_now() > deadline)
			return false;
		usleep(5000);
	}
	return true;
}

void explorer_nothing_left(struct explorer *e)
{
	char who[16] = "";

	if (!within_deadline(e, nobody_left) && left(e, who))
		ck_abort_msg("process %s is left behind", who);
	if (!within_deadline(e, folder_empty))
		ck_abort_msg("something is left in %s", explorer_path(e, "run"));
}

/* The last that it wrote may come after its end: the kernel hands it on in its own time. */
static bool terminal_as_before(struct screen *s, void *data)
{
	struct explorer *e = data;

	(void)s;
	return screen_as_before(e->s);
}

void explorer_ended(struct explorer *e, int status)
{
	int how = screen_exit(e->s);

	if (how < 0)
		explorer_fail(e, "it does not end");
	if (!WIFEXITED(how) || WEXITSTATUS(how) != status)
		explorer_fail(e, "it ended with wait status 0x%x, not with %d", (unsigned)how, status);
	if (!within_deadline(e, terminal_as_before)) {
		int x, y;

		explorer_fail(e, "the terminal is not as it was: %s, cursor %s, mouse %s",
			      screen_alternate(e->s) ? "alternate screen" : "normal screen",
			      screen_cursor(e->s, &x, &y) ? "shown" : "hidden",
			      screen_mouse_wanted(e->s) ? "wanted" : "not wanted");
	}
	explorer_nothing_left(e);
}

void explorer_quit(struct explorer *e)
{
	screen_key(e->s, "q");
	explorer_ended(e, 0);
}

struct explorer *explorer_sandbox(int width, int height)
{
	struct explorer *e = explorer_start(width, height, NULL, "pipe/sandbox");

	explorer_sees(e, "writers 1");
	explorer_sees(e, "readers 1");
	return e;
}

void explorer_line(struct explorer *e, const char *line)
{
	screen_type(e->s, line);
	screen_type(e->s, "\r");
}
