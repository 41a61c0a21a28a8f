/* SPDX-License-Identifier: MIT */
/* The figures of `make bench`, one after the other, as one table. With names as arguments: those
 * alone. Exit status 0 when all could be measured, 1 otherwise. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/unit.h"

enum { WHAT = 52 };

static int missing;

void bench_row(const char *what, double value, const char *unit, enum target target, double limit)
{
	bool met = target == AT_LEAST ? value >= limit : value <= limit;

	printf("%-*s %7.*f%-3s  %s %.*f%-3s  %s\n", WHAT, what, value < 10 ? 3 : 1, value, unit,
	       target == AT_LEAST ? ">=" : "<=", limit < 10 ? 2 : 0, limit, unit, met ? "met" : "MISSED");
	fflush(stdout);
}

void bench_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("    ", stdout);
	vprintf(format, arguments);
	putchar('\n');
	va_end(arguments);
	fflush(stdout);
}

void bench_missing(const char *what, const char *format, ...)
{
	va_list arguments;

	missing++;
	va_start(arguments, format);
	printf("%-*s not measured: ", WHAT, what);
	vprintf(format, arguments);
	putchar('\n');
	va_end(arguments);
	fflush(stdout);
}

void bench_without(const char *what, const char *why)
{
	printf("%-*s %s\n", WHAT, what, why);
	fflush(stdout);
}

/* The emulator's way out where libvterm is missing. */
void unit_skip(const char *why)
{
	fprintf(stderr, "bench: %s (Debian package libvterm-dev, then configure again)\n", why);
	exit(1);
}

static bool wanted(const char *name, char *const chosen[])
{
	if (!*chosen)
		return true;
	for (; *chosen; chosen++)
		if (!strcmp(*chosen, name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	static const struct { const char *name; void (*measure)(void); } figure[] = {
		{ "throughput", bench_throughput }, { "startup", bench_startup }, { "standing", bench_standing },
		{ "blocked", bench_blocked }, { "frame", bench_frame }, { "system", bench_system }, { "tab", bench_system_tab },
	};
	struct utsname system;

	(void)argc;
	if (!getenv("BENCH_FOLDER") || !getenv("top_builddir")) {
		fputs("bench: run it by `make bench`\n", stderr);
		return 1;
	}
	uname(&system);
	printf("%s %s, %s, %ld processors\n\n", system.sysname, system.release, system.machine,
	       sysconf(_SC_NPROCESSORS_ONLN));
	printf("%-*s %10s  %-9s\n", WHAT, "figure", "measured", "target");
	for (size_t i = 0; i < sizeof figure / sizeof *figure; i++)
		if (wanted(figure[i].name, argv + 1))
			figure[i].measure();
	return missing ? 1 : 0;
}
