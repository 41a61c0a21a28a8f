/* SPDX-License-Identifier: MIT */
/* A pty, a program behind it and an emulator before it. */
#include "tests/screen/screen.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

struct screen {
	int master;
	int slave; /* kept open: what the program leaves behind can be looked at when it is gone */
	int width, height;
	struct emulator *emulator;
	struct termios modes;
	pid_t pid;
	int status; /* of wait(2); -1 while it lives */
	struct text written; /* all that came from the program */
	char held[256]; /* what one key or button sends, which emulators hand over in pieces */
	size_t held_length;
	bool holding;
};

extern char **environ;

static void environment_prepare(const char *const env[])
{
	static const char *const unset[] = {
		"LANG", "LANGUAGE", "LC_CTYPE", "LC_MESSAGES", "NO_COLOR", "COLORFGBG", "COLORTERM", "LINES",
		"COLUMNS", "ESCDELAY", "IPCSCOPE_THEME",
	};

	for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++)
		unsetenv(unset[i]);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	for (; env && *env; env++) {
		const char *value = strchr(*env, '=');
		char *name = strndup(*env, value ? (size_t)(value - *env) : strlen(*env));

		if (value)
			setenv(name, value + 1, 1);
		else
			unsetenv(name);
		free(name);
	}
}

static _Noreturn void child(const struct screen *s, pid_t parent, const char *const env[], const char *const argv[])
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (ioctl(s->slave, TIOCSCTTY, 0) < 0)
		_exit(126);
	for (int fd = 0; fd <= 2; fd++)
		dup2(s->slave, fd);
	environment_prepare(env);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void send_bytes(const char *bytes, size_t length, void *data);

static void pty_open(struct screen *s)
{
	struct winsize size = { .ws_col = (unsigned short)s->width, .ws_row = (unsigned short)s->height };
	const char *name;

	s->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (s->master < 0 || grantpt(s->master) < 0 || unlockpt(s->master) < 0 || !(name = ptsname(s->master)))
		ck_abort_msg("no pty: %s", strerror(errno));
	fcntl(s->master, F_SETFL, O_NONBLOCK);
	s->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (s->slave < 0 || tcgetattr(s->slave, &s->modes) < 0)
		ck_abort_msg("%s: %s", name, strerror(errno));
	ioctl(s->master, TIOCSWINSZ, &size);
}

struct screen *screen_start(int width, int height, const char *const env[], const char *const argv[])
{
	struct screen *s = memory_new(1, sizeof *s);
	pid_t parent = getpid();

	s->width = width;
	s->height = height;
	s->status = -1;
	s->emulator = emulator_new(width, height, send_bytes, s);
	pty_open(s);
	s->pid = fork();
	if (s->pid < 0)
		ck_abort_msg("fork: %s", strerror(errno));
	if (s->pid == 0)
		child(s, parent, env, argv);
	return s;
}

pid_t screen_pid(const struct screen *s)
{
	return s->pid;
}

pid_t screen_foreground(const struct screen *s)
{
	return s->master >= 0 ? tcgetpgrp(s->master) : -1; /* the slave's would need it to be our terminal */
}

static bool ended(struct screen *s)
{
	int status;

	if (s->status < 0 && waitpid(s->pid, &status, WNOHANG) == s->pid)
		s->status = status;
	return s->status >= 0;
}

void screen_free(struct screen *s)
{
	pid_t front = screen_foreground(s);

	if (front > 1) /* what runs in the foreground; hanging up ends the rest */
		kill(-front, SIGKILL);
	if (!ended(s)) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	screen_hang_up(s);
	emulator_free(s->emulator);
	text_free(&s->written);
	free(s);
}

/* Takes in what the program has written; waits at most so long for it. */
static void pump(struct screen *s, int milliseconds)
{
	struct pollfd p = { .fd = s->master, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	if (poll(&p, 1, milliseconds) <= 0 || s->master < 0)
		return;
	/* a bound for programs that never stop writing: 4 KiB is what a pty gives at a time */
	for (int i = 0; i < 100 && (n = read(s->master, buf, sizeof buf)) > 0; i++) {
		text_add_bytes(&s->written, buf, (size_t)n);
		emulator_input(s->emulator, buf, (size_t)n);
	}
}

static void send_bytes(const char *bytes, size_t length, void *data)
{
	struct screen *s = data;
	int64_t deadline = clock_now() + SCREEN_DEADLINE * CLOCK_S;

	if (s->holding && s->held_length + length <= sizeof s->held) {
		memcpy(s->held + s->held_length, bytes, length);
		s->held_length += length;
		return;
	}

	while (length && s->master >= 0) {
		ssize_t n = write(s->master, bytes, length);

		if (n > 0) {
			bytes += n;
			length -= (size_t)n;
		} else if ((n < 0 && errno != EAGAIN && errno != EINTR) || clock_now() > deadline) {
			return; /* a program that does not read: the test will see that */
		} else {
			struct pollfd p = { .fd = s->master, .events = POLLOUT };

			poll(&p, 1, 100);
		}
	}
}

/* A sequence must arrive in one piece: a program takes an Escape alone for the key. */
static void send_held(struct screen *s)
{
	s->holding = false;
	send_bytes(s->held, s->held_length, s);
	s->held_length = 0;
}

bool screen_wait(struct screen *s, bool (*condition)(struct screen *s, void *data), void *data, double seconds)
{
	int64_t deadline = clock_now() + (int64_t)(seconds * 1e9);

	pump(s, 0);
	while (!condition(s, data)) {
		bool over = ended(s);

		if (clock_now() >= deadline)
			return false;
		pump(s, 20);
		if (over) { /* all that it wrote has been read */
			pump(s, 0);
			return condition(s, data);
		}
	}
	return true;
}

static bool text_there(struct screen *s, void *data)
{
	struct text now = { 0 };
	bool there;

	screen_text(s, &now);
	there = strstr(text_string(&now), data) != NULL;
	text_free(&now);
	return there;
}

static bool text_not_there(struct screen *s, void *data)
{
	return !text_there(s, data);
}

bool screen_until(struct screen *s, const char *text, double seconds)
{
	return screen_wait(s, text_there, (void *)(uintptr_t)text, seconds);
}

bool screen_until_gone(struct screen *s, const char *text, double seconds)
{
	return screen_wait(s, text_not_there, (void *)(uintptr_t)text, seconds);
}

static void row_text(const struct screen *s, int y, struct text *out)
{
	int blanks = 0;

	for (int x = 0; x < s->width;) {
		struct screen_cell cell = emulator_cell(s->emulator, x, y);

		x += cell.width > 1 ? cell.width : 1;
		if (!cell.text[0] || !strcmp(cell.text, " ")) {
			blanks++;
			continue;
		}
		for (; blanks; blanks--)
			text_add(out, " ");
		text_add(out, cell.text);
	}
}

void screen_text(struct screen *s, struct text *out)
{
	pump(s, 0);
	for (int y = 0; y < s->height; y++) {
		if (y)
			text_add(out, "\n");
		row_text(s, y, out);
	}
}

struct screen_cell screen_cell(const struct screen *s, int x, int y)
{
	return emulator_cell(s->emulator, x, y);
}

/* Whether `text` begins in this cell. */
static bool begins_at(const struct screen *s, const char *text, int x, int y)
{
	while (*text && x < s->width) {
		struct screen_cell cell = emulator_cell(s->emulator, x, y);
		const char *here = cell.text[0] ? cell.text : " ";

		if (strncmp(text, here, strlen(here)) != 0)
			return false;
		text += strlen(here);
		x += cell.width > 1 ? cell.width : 1;
	}
	return !*text;
}

bool screen_find(struct screen *s, const char *text, int *x, int *y)
{
	pump(s, 0);
	for (*y = 0; *y < s->height; ++*y)
		for (*x = 0; *x < s->width; ++*x)
			if (begins_at(s, text, *x, *y))
				return true;
	return false;
}

bool screen_alternate(const struct screen *s)
{
	return emulator_alternate(s->emulator);
}

bool screen_cursor(const struct screen *s, int *x, int *y)
{
	return emulator_cursor(s->emulator, x, y);
}

bool screen_mouse_wanted(const struct screen *s)
{
	return emulator_mouse_wanted(s->emulator);
}

const char *screen_written(const struct screen *s, size_t *length)
{
	*length = s->written.length;
	return text_string(&s->written);
}

size_t screen_bytes(const struct screen *s)
{
	return s->written.length;
}

bool screen_as_before(struct screen *s)
{
	struct termios now;
	int x, y;

	pump(s, 0);
	return tcgetattr(s->slave, &now) == 0 && now.c_iflag == s->modes.c_iflag && now.c_oflag == s->modes.c_oflag &&
	       now.c_cflag == s->modes.c_cflag && now.c_lflag == s->modes.c_lflag &&
	       !memcmp(now.c_cc, s->modes.c_cc, sizeof now.c_cc) && !emulator_alternate(s->emulator) &&
	       emulator_cursor(s->emulator, &x, &y) && !emulator_mouse_wanted(s->emulator);
}

void screen_key(struct screen *s, const char *name)
{
	pump(s, 0); /* what the terminal sends for a key depends on what the program asked for */
	s->holding = true;
	if (!emulator_key(s->emulator, name))
		ck_abort_msg("no key is called \"%s\"", name);
	send_held(s);
}

void screen_type(struct screen *s, const char *text)
{
	send_bytes(text, strlen(text), s);
}

static bool input_empty(struct screen *s, void *data)
{
	int waiting = -1;

	(void)data;
	return ioctl(s->slave, FIONREAD, &waiting) == 0 && waiting == 0;
}

bool screen_taken(struct screen *s)
{
	return screen_wait(s, input_empty, NULL, SCREEN_DEADLINE);
}

void screen_mouse(struct screen *s, int x, int y)
{
	pump(s, 0);
	s->holding = true;
	emulator_button(s->emulator, x, y, 1);
	send_held(s);
}

void screen_wheel(struct screen *s, int x, int y, bool up)
{
	pump(s, 0);
	s->holding = true;
	emulator_button(s->emulator, x, y, up ? 4 : 5);
	send_held(s);
}

void screen_resize(struct screen *s, int width, int height)
{
	struct winsize size = { .ws_col = (unsigned short)width, .ws_row = (unsigned short)height };

	pump(s, 0);
	s->width = width;
	s->height = height;
	emulator_resize(s->emulator, width, height);
	ioctl(s->master, TIOCSWINSZ, &size);
}

void screen_hang_up(struct screen *s)
{
	if (s->slave >= 0)
		close(s->slave);
	if (s->master >= 0)
		close(s->master);
	s->slave = s->master = -1;
}

static bool has_ended(struct screen *s, void *data)
{
	(void)data;
	return ended(s);
}

int screen_exit(struct screen *s)
{
	if (!screen_wait(s, has_ended, NULL, SCREEN_DEADLINE))
		return -1;
	pump(s, 0);
	return s->status;
}
