/* SPDX-License-Identifier: MIT */
/* Real programs in tests. */
#include "tests/system/program.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/probe/child.h"
#include "tests/unit.h"

enum { ARGUMENTS = 16, DESCENDANTS = 64 };

static struct why answer;

const struct why *program_answer(void)
{
	return &answer;
}

static bool is_installed(const char *name)
{
	const char *path = getenv("PATH");
	char file[4096];

	while (path && *path) {
		int n = (int)strcspn(path, ":");

		snprintf(file, sizeof file, "%.*s/%s", n, path, name);
		if (access(file, X_OK) == 0)
			return true;
		path += path[n] ? n + 1 : n;
	}
	return false;
}

void program_must_run(const char *name)
{
	if (!is_installed(name))
		unit_skip("a program that this test needs is not installed");
	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	child_must_lend();
}

void program_start(struct program *p, const char *name, ...)
{
	char *argument[ARGUMENTS] = { (char *)(uintptr_t)name };
	pid_t parent = getpid();
	int n = 1, null;
	va_list ap;

	program_must_run(name);
	va_start(ap, name);
	while (n < ARGUMENTS - 1 && (argument[n] = va_arg(ap, char *)))
		n++;
	va_end(ap);
	p->pid = fork();
	ck_assert_int_ge(p->pid, 0);
	if (p->pid > 0)
		return;
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	close(null);
	for (int fd = 3; fd < 64; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (getppid() == parent)
		execvp(name, argument);
	_exit(127);
}

/* --- descendants ------------------------------------------------------------------------------------ */

static pid_t parent_of(pid_t pid, char *name, size_t size)
{
	char path[48], text[512];
	const char *close;
	FILE *file;
	int parent = 0;
	size_t n;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	n = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[n] = '\0';
	close = strrchr(text, ')');
	if (!close || sscanf(close + 1, " %*c %d", &parent) != 1)
		return 0;
	snprintf(name, size, "%.*s", (int)(close - strchr(text, '(') - 1), strchr(text, '(') + 1);
	return parent;
}

static int find_descendants(pid_t root, pid_t *list, int most, const char *name, pid_t *found)
{
	int count = 0;
	bool grown = true;

	list[count++] = root;
	while (grown) {
		DIR *folder = opendir("/proc");
		struct dirent *entry;

		grown = false;
		while (folder && (entry = readdir(folder))) {
			char comm[64];
			pid_t pid = atoi(entry->d_name), parent = pid > 0 ? parent_of(pid, comm, sizeof comm) : 0;
			bool known = false, ours = false;

			for (int i = 0; i < count; i++) {
				known |= list[i] == pid;
				ours |= list[i] == parent;
			}
			if (!ours || known || count == most)
				continue;
			list[count++] = pid;
			grown = true;
			if (name && *found == 0 && strcmp(comm, name) == 0)
				*found = pid;
		}
		if (folder)
			closedir(folder);
	}
	return count;
}

pid_t program_find(const struct program *p, const char *name)
{
	pid_t list[DESCENDANTS], found = 0;
	int64_t deadline = 0;

	do
		find_descendants(p->pid, list, DESCENDANTS, name, &found);
	while (found == 0 && child_wait(&deadline));
	ck_assert_msg(found > 0, "there is no %s", name);
	return found;
}

pid_t program_find_child(pid_t parent)
{
	pid_t list[DESCENDANTS];
	int64_t deadline = 0;
	int n;

	while ((n = find_descendants(parent, list, DESCENDANTS, NULL, NULL)) < 2)
		ck_assert_msg(child_wait(&deadline), "%d has no child", (int)parent);
	return list[1];
}

void program_stop(struct program *p)
{
	pid_t list[DESCENDANTS];
	int n = find_descendants(p->pid, list, DESCENDANTS, NULL, NULL);

	/* The root last: until it is reaped, whoever is on the list is no other's. */
	for (int i = n - 1; i >= 0; i--)
		kill(list[i], SIGKILL);
	waitpid(p->pid, NULL, 0);
}

/* --- answers ------------------------------------------------------------------------------------------- */

static bool says(const char *fragment)
{
	for (int i = 0; i < answer.n_links; i++)
		if (strstr(answer.link[i].sentence, fragment))
			return true;
	return strstr(answer.remedy, fragment) != NULL;
}

static bool is_expected(pid_t pid, enum why_end end, va_list ap)
{
	struct system *s = system_new();
	struct error e = { 0 };
	bool good = why_take(s, pid, &answer, &e) == 0 && answer.end == end;
	const char *fragment;

	while ((fragment = va_arg(ap, const char *)))
		good = good && says(fragment);
	system_free(s);
	return good;
}

void program_why(pid_t pid, enum why_end end, ...)
{
	struct text said = { 0 };
	int64_t deadline = 0;
	va_list ap;
	bool good;

	do {
		va_start(ap, end);
		good = is_expected(pid, end, ap);
		va_end(ap);
	} while (!good && child_wait(&deadline));
	for (int i = 0; i < answer.n_links; i++)
		text_addf(&said, "\n%*s%s", answer.link[i].depth * 2, "", answer.link[i].sentence);
	ck_assert_msg(good, "end %d, remedy \"%s\":%s", (int)answer.end, answer.remedy, text_string(&said));
	text_free(&said);
}

void program_try(const struct program_case *one)
{
	struct child c;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	child_start(&c, one->run, NULL);
	program_why(c.pid, one->end, one->says[0], one->says[1], one->says[2], one->says[3], NULL);
	program_stop(&(struct program){ c.pid });
	close(c.procdir);
	if (c.pidfd >= 0)
		close(c.pidfd);
}

pid_t program_fork(bool stops)
{
	pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (stops)
		raise(SIGSTOP);
	_exit(child_idle(NULL));
}
