/* SPDX-License-Identifier: MIT */
/* Job control as in credentials(7) and tcgetpgrp(3). */
#include "ui/job.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "process/isolate.h"

/* The signal's default is done even where it is blocked or has a handler. */
static void stop_by(int signal_number)
{
	struct sigaction plain = { .sa_handler = SIG_DFL }, handler;
	sigset_t set, mask;

	sigemptyset(&set);
	sigaddset(&set, signal_number);
	sigaction(signal_number, &plain, &handler);
	raise(signal_number);
	sigprocmask(SIG_UNBLOCK, &set, &mask); /* stops here when it was blocked */
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(signal_number, &handler, NULL);
}

void job_stop(void)
{
	stop_by(SIGTSTP);
}

bool job_stop_reading(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	if (poll(&p, 1, 0) <= 0)
		return false;
	stop_by(SIGTTIN);
	return true;
}

bool job_in_foreground(void)
{
	pid_t front = tcgetpgrp(STDIN_FILENO);

	/* a terminal that is not our session's knows no background */
	if (front < 0)
		return errno == ENOTTY;
	return isolate_is_on() ? isolate_in_foreground() : front == getpgrp();
}

static bool looks_gone(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	int waiting;

	if (poll(&p, 1, 0) <= 0)
		return false;
	if (p.revents & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	return (p.revents & POLLIN) && (ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0 || waiting == 0);
}

/* In the background the shell may read a line between the poll and the count of what waits: that
 * is no end. What is gone stays so. */
bool job_terminal_gone(void)
{
	for (int look = 0; look < 3; look++)
		if (!looks_gone())
			return false;
	return true;
}
