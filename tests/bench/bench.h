/* SPDX-License-Identifier: MIT */
/* What the figures share: the table they are printed in, programs on a pty, what a process has
 * used. Every figure is a ratio of two measurements of one run where it can be, so that it says
 * something on any machine. Not a test: a figure that is missed fails nothing. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/board.h"
#include "tests/screen/screen.h"

enum target { AT_LEAST, AT_MOST };

/* A row of the table: the figure, its target and whether it is met. `unit`: "", "ms" ... */
void bench_row(const char *what, double value, const char *unit, enum target target, double limit);
/* What stands below a row: what it is made of. */
void bench_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A figure that could not be measured, and why: the program then ends with 1. */
void bench_missing(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* One that has nothing to be compared with here: that is no failure. */
void bench_without(const char *what, const char *why);

/* Sorts the values. */
double bench_median(double *value, int n);

/* Where the program built stands, a file in the folder of this run, and whether a program is
 * in PATH. bench_path's answer is static. */
const char *bench_program(void);
const char *bench_path(const char *name);
bool bench_has(const char *program);

/* The program on a terminal, opened at a lesson (NULL: the list) and that many beats played. NULL
 * when it did not come so far. */
struct screen *bench_stage(int width, int height, const char *lesson, int beats);
/* Plays on behind beat `from` until `text` stands on the screen, at most to beat `to`. */
bool bench_play_until(struct screen *s, const char *text, int from, int to);
/* Takes in what programs write while time goes by, and does nothing with it. */
void bench_pass(struct screen *const s[], int n, double seconds);
/* Ends it as a user would; then frees it. */
void bench_quit(struct screen *s);
/* Writes a lesson into the folder of this run; its path is static. NULL when that failed. */
const char *bench_lesson(const char *text);

/* The processes of a program: itself first, then its descendants, parents before children. */
enum { BENCH_PROCESSES = 16 };
size_t bench_family(pid_t pid, pid_t out[BENCH_PROCESSES]);
/* CPU time a process has used, in ns (clock_getcpuclockid(3)); 0 when it is gone. */
int64_t bench_cpu(pid_t pid);
/* Puts a process on the nth of the processors that may be used, so that chance does not choose anew
 * in every measurement. Nothing when there are fewer. */
void bench_pin(pid_t pid, int nth);
/* How often it went to sleep, and so was woken (voluntary_ctxt_switches, proc_pid_status(5)). */
int64_t bench_wakeups(pid_t pid);

/* 10,000 pipes in so many processes that do nothing, until bench_crowd_end. False: they could not be made. */
enum { BENCH_CROWD = 200 };
bool bench_crowd(void);
void bench_crowd_end(void);

/* The figures, each in a file of its own. */
void bench_throughput(void);
void bench_startup(void);
void bench_standing(void); /* CPU time, then bench_memory */
void bench_memory(pid_t us, pid_t htop); /* 0: no htop */
void bench_blocked(void);
void bench_frame(void);
void bench_system(void);
void bench_system_tab(void);

#endif
