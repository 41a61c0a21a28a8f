/* SPDX-License-Identifier: MIT */
#include "ui/man.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* The program's own pages in a build tree: "man/ipcscope-pipe.7" beside it. */
static bool own_page(const char *name, const char *section, char *path, size_t size)
{
	char exe[4000];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	if (n <= 0 || strncmp(name, "ipcscope", 8))
		return false;
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	snprintf(path, size, "%s/man/%s.%s", exe, name, section);
	return access(path, R_OK) == 0;
}

/* Ctrl-C was meant for the pager; the terminal sent it to us, too, where it is held back. */
static void forget_interrupts(void)
{
	const struct timespec at_once = { 0, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	while (sigtimedwait(&set, NULL, &at_once) > 0)
		;
}

static int run(char *const argv[], struct error *e)
{
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int status, error;
	pid_t pid;

	/* man and its pager get the signals as a shell would hand them over. */
	sigemptyset(&none);
	sigfillset(&usual);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	error = posix_spawnp(&pid, argv[0], NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	if (error == ENOENT)
		return error_set(e, 0, "man is not installed (Debian: apt install man-db manpages-dev)");
	if (error)
		return error_set(e, error, "cannot run man");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	forget_interrupts();
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int man_show(const char *page, struct error *e)
{
	char name[64], section[8] = "", path[4096];
	char *by_name[] = { (char *)"man", section, name, NULL };
	char *by_file[] = { (char *)"man", (char *)"-l", path, NULL };

	if (sscanf(page, "%63[^(](%7[^)])", name, section) < 2)
		return error_set(e, 0, "%s is no manual page", page);
	if (run(own_page(name, section, path, sizeof path) ? by_file : by_name, e) == 0)
		return 0;
	if (!e->text[0])
		error_set(e, 0, "there is no manual page %s here (Debian: apt install manpages manpages-dev)", page);
	return -1;
}
