/* SPDX-License-Identifier: MIT */
/* Being a job of a shell: stopping and going on. Knows nothing of curses. */
#ifndef UI_JOB_H
#define UI_JOB_H

#include <stdbool.h>

/* Stops the process as the shell's Ctrl-Z would, also where SIGTSTP is blocked for signalfd(2);
 * returns when it is continued, in the foreground or not. Returns at once where nobody could
 * continue it (an orphaned process group). */
void job_stop(void);

/* Stops it as the kernel stops a background job that reads from its terminal, if there is
 * something to read; whether there was. */
bool job_stop_reading(void);

/* Whether the terminal at standard input is ours to use now. */
bool job_in_foreground(void);

/* Whether it is no more: hung up, or at the end of its input. To be asked after a read that gave
 * nothing; bytes that arrived since do not matter. */
bool job_terminal_gone(void);

#endif
