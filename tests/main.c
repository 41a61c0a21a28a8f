/* SPDX-License-Identifier: MIT */
/*
 * The one Check binary: runs every suite of tests/suites.def and says the results as TAP.
 *
 * Check's own TAP has neither skips nor names of suites, so it is not shown: it is kept in a
 * memory file, because nothing else of Check tells a result's test by name, and each result is
 * printed anew as `ok N - suite: case: test`. One runner a suite, since a result does not know its
 * suite either.
 *
 * Environment: CK_FORK, CK_RUN_SUITE, CK_RUN_CASE and the others of Check; IPCSCOPE_VALGRIND, set
 * by make check-valgrind.
 */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Seconds a test may take: generous, for a loaded machine and for valgrind. */
#define TIMEOUT "60"

/* Our own descriptors stay above this, out of the way of tests that look at numbers. */
#define HIGH_FD 200

/* A skipped test fails with a message that starts so: a failure is all a forked test can send. */
static const char skip_mark[] = "\x01unit_skip\x01";

struct tap {
	FILE *out;
	int count;
	int failed;
};

static struct {
	const char *name;
	Suite *(*make)(void);
} const suites[] = {
#define SUITE(name) { #name, suite_##name },
#include "tests/suites.def"
#undef SUITE
	{ NULL, NULL },
};

static pid_t main_pid;
static bool forked;

void unit_skip(const char *why)
{
	ck_abort_msg("%s%s", skip_mark, why);
	abort(); /* not reached: tells compilers that do not know ck_abort_msg */
}

bool unit_forked(void)
{
	return forked;
}

bool unit_valgrind(void)
{
	return getenv("IPCSCOPE_VALGRIND") != NULL;
}

static void die(const char *what)
{
	fprintf(stderr, "units: %s: %s\n", what, strerror(errno));
	printf("Bail out! %s\n", what);
	exit(EXIT_FAILURE);
}

/*
 * fork(2) clears the parent-death signal, so every test asks for its own. A process that a test
 * forks does not get one from here: what becomes of it is often what the test is about.
 */
static void in_child(void)
{
	if (forked && getppid() == main_pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/*
 * A test begins as a shell's child would, whatever the harness ignores or blocks. make starts its
 * children by posix_spawn(3), where glibc leaves the signals that it keeps to itself (32 and 33)
 * ignored; sigaction(2) refuses these, so the kernel is asked.
 */
static void reset_signals(void)
{
	static const unsigned long plain[8]; /* all zero is SIG_DFL in every layout the kernel has */
	struct sigaction action;
	sigset_t none;

	for (int number = 1; number <= SIGRTMAX; number++) {
		if (number > SIGSYS && number < SIGRTMIN)
			syscall(SYS_rt_sigaction, number, plain, NULL, (size_t)(NSIG / 8));
		else if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			signal(number, SIG_DFL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Prints text with each line after a `# `, so that no line of it reads as a result. */
static void print_diagnostics(FILE *out, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		fprintf(out, "# %.*s\n", (int)length, text);
		text += length;
		if (*text)
			text++;
	}
}

/* Prints text as part of a TAP line: `#` would start a directive, a newline another line. */
static void print_inline(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(*text == '#' || *text == '\n' ? ' ' : *text, out);
}

/*
 * The name of result number `number`, cut out of Check's TAP: `[not ]ok N - FILE:CASE:TEST: ...`.
 * *log moves behind the line found. NULL when there is none. The caller frees.
 */
static char *next_name(const char **log, int number, TestResult *result)
{
	char prefix[64];
	size_t skip;

	skip = strlen(tr_lfile(result)) + strlen(tr_tcname(result)) + strlen("::");
	snprintf(prefix, sizeof(prefix), "ok %d - ", number);
	for (const char *line = *log; *line;) {
		const char *end = strchrnul(line, '\n');
		const char *at = strncmp(line, "not ", 4) == 0 ? line + 4 : line;

		if (strncmp(at, prefix, strlen(prefix)) == 0) {
			at += strlen(prefix);
			*log = *end ? end + 1 : end;
			if ((size_t)(end - at) < skip)
				return NULL;
			at += skip;
			return strndup(at, strcspn(at, ":\n"));
		}
		line = *end ? end + 1 : end;
	}
	return NULL;
}

static void print_result(struct tap *tap, const char *suite, const char *test, TestResult *result)
{
	const char *message = tr_msg(result) ? tr_msg(result) : "";
	bool passed = tr_rtype(result) == CK_PASS;
	bool skipped = !passed && strncmp(message, skip_mark, sizeof(skip_mark) - 1) == 0;

	fprintf(tap->out, "%s %d - ", passed || skipped ? "ok" : "not ok", ++tap->count);
	print_inline(tap->out, suite);
	fputs(": ", tap->out);
	print_inline(tap->out, tr_tcname(result));
	fputs(": ", tap->out);
	print_inline(tap->out, test ? test : "?");
	if (skipped) {
		fputs(" # SKIP ", tap->out);
		print_inline(tap->out, message + sizeof(skip_mark) - 1);
	}
	fputc('\n', tap->out);
	if (!passed && !skipped) {
		tap->failed++;
		fprintf(tap->out, "# %s:%d:\n", tr_lfile(result), tr_lno(result));
		print_diagnostics(tap->out, message);
	}
}

/* What Check wrote to the memory file fd, as a string. The caller frees. */
static char *read_log(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = size < 0 ? NULL : calloc(1, (size_t)size + 1);

	if (!text || pread(fd, text, (size_t)size, 0) != size)
		die("cannot read back Check's log");
	return text;
}

static void run_suite(struct tap *tap, const char *name, Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	TestResult **results;
	char path[64];
	const char *at;
	char *log;
	int low, fd, count;

	low = memfd_create("check", MFD_CLOEXEC);
	fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, HIGH_FD);
	if (fd < 0)
		die("cannot make a memory file");
	close(low);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	srunner_set_tap(runner, path);
	forked = srunner_fork_status(runner) == CK_FORK;
	srunner_run_all(runner, CK_SILENT);

	at = log = read_log(fd);
	results = srunner_results(runner);
	count = srunner_ntests_run(runner);
	for (int i = 0; i < count; i++) {
		char *test = next_name(&at, i + 1, results[i]);

		print_result(tap, name, test, results[i]);
		free(test);
	}
	fflush(tap->out);
	free(results);
	free(log);
	close(fd);
	srunner_free(runner);
}

int main(void)
{
	struct tap tap = { 0 };
	pid_t parent = getppid();
	int fd;

	/* When the harness is killed, so are we; it may have gone before we asked. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		return EXIT_FAILURE;
	main_pid = getpid();
	reset_signals();
	setenv("CK_DEFAULT_TIMEOUT", TIMEOUT, 0);
	pthread_atfork(NULL, NULL, in_child);

	/* TAP has the standard output for itself: what a test prints goes to the log. */
	fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, HIGH_FD);
	tap.out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!tap.out || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		die("cannot set the standard output aside");

	for (size_t i = 0; suites[i].name; i++)
		run_suite(&tap, suites[i].name, suites[i].make());
	fprintf(tap.out, "1..%d\n", tap.count);
	fclose(tap.out);
	return tap.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
