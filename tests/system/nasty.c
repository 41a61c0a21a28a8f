/* SPDX-License-Identifier: MIT */
/* Names that would do harm. */
#include "tests/system/nasty.h"

#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/width.h"
#include "tests/system/observe.h"
#include "tests/unit.h"

const char nasty_raw[] = "\033]2;PWN\007";
const char nasty_escaped[] = "\\x1b]"; /* tables cut what follows */

/* No slash and no NUL: good for a file's name. */
static const char evil[] = "\033]2;PWN\007\n\r\t\x9b" "31m\xff\xfe\xe2\x80\xae" "dlrow\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c\x7f\"\\ \xc3\xa9\xe4\xb8\xad";

/* After the escapes, where comm is cut to 15 bytes. */
static const char evil_comm[] = "\033]2;PWN\007\n\xe2\x80\xae\xff";

static char folder[64], posix_name[256];

enum { COMPONENT = 200 };

static void fill(char *out, size_t length)
{
	for (size_t i = 0; i < length; i++)
		out[i] = evil[i % (sizeof evil - 1)];
	out[length] = '\0';
}

static void make(void)
{
	strcpy(folder, "/tmp/ipcscope-nasty-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(posix_name, sizeof posix_name, "/ipcscope-nasty-%d%s", (int)getpid(), evil);
}

static void clear_away(void)
{
	char command[96];

	mq_unlink(posix_name);
	sem_unlink(posix_name);
	shm_unlink(posix_name);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

/* Of the test before. */
static void empty(void)
{
	clear_away();
	ck_assert_int_eq(mkdir(folder, 0700), 0);
}

void nasty_use(TCase *tcase)
{
	tcase_add_unchecked_fixture(tcase, make, clear_away);
	tcase_add_checked_fixture(tcase, empty, NULL);
}

/* Folders within folders, as deep as a path may name: what is made at the end has this path. */
static bool make_deep(const char *suffix, char path[PATH_MAX])
{
	char name[COMPONENT + 1];
	size_t length = (size_t)snprintf(path, PATH_MAX, "%s", folder);
	int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), next;

	fill(name, COMPONENT);
	while (at >= 0 && length + 2 * (COMPONENT + 1) < PATH_MAX) {
		mkdirat(at, name, 0700); /* the holder's is there already when the opener comes */
		next = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(at);
		at = next;
		length += (size_t)snprintf(path + length, PATH_MAX - length, "/%s", name);
	}
	fill(name, COMPONENT - 2);
	memcpy(name, suffix, 1);
	snprintf(path + length, PATH_MAX - length, "/%s", name);
	return at >= 0 && mkfifoat(at, name, 0600) == 0 && close(at) == 0;
}

static bool make_sockets(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX }, b = a;
	int abstract = socket(AF_UNIX, SOCK_STREAM, 0), named = socket(AF_UNIX, SOCK_DGRAM, 0);

	fill(a.sun_path, sizeof a.sun_path - 1);
	a.sun_path[0] = '\0';
	a.sun_path[20] = '\0';
	a.sun_path[sizeof a.sun_path - 1] = 'e';
	snprintf(b.sun_path, sizeof b.sun_path, "%s/%s", folder, evil);
	return bind(abstract, (struct sockaddr *)&a, sizeof a) == 0 && listen(abstract, 3) == 0 &&
	       bind(named, (struct sockaddr *)&b, sizeof b) == 0;
}

/* Where there are no POSIX objects there are none with such names either. */
static bool make_posix(void)
{
	int memory = shm_open(posix_name, O_CREAT | O_RDWR, 0600);

	sem_open(posix_name, O_CREAT, 0600, 3);
	mq_open(posix_name, O_CREAT | O_RDWR, 0600, NULL);
	return memory < 0 || (ftruncate(memory, 4096) == 0 &&
			      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0) != MAP_FAILED);
}

static int hold(void *unused)
{
	char path[PATH_MAX], c;
	int file, fifo;

	(void)unused;
	prctl(PR_SET_NAME, evil_comm);
	snprintf(path, sizeof path, "%s/l%s", folder, evil);
	file = open(path, O_CREAT | O_RDWR, 0600);
	if (file < 0 || flock(file, LOCK_EX) != 0 || !make_sockets() || !make_posix() || !make_deep("h", path))
		return 1;
	fifo = open(path, O_RDWR);
	if (fifo < 0 || !observe_ready_and_wait())
		return 2;
	return (int)read(fifo, &c, 1);
}

static int become_opener(void *unused)
{
	static char name[4097], path[PATH_MAX], program[128];

	(void)unused;
	fill(name, sizeof name - 1);
	snprintf(program, sizeof program, "%s/%s", folder, evil_comm);
	alarm(200);
	if (!make_deep("o", path) || symlink("/bin/cat", program) != 0)
		return 1;
	execl(program, name, path, name, (char *)NULL);
	return 2;
}

void nasty_start(struct nasty *n)
{
	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	observe_begin();
	child_start(&n->holder, hold, NULL);
	observe_await_ready();
	observe_let_go();
	child_await_call(&n->holder, SYS_read, NULL);
	child_start(&n->opener, become_opener, NULL);
	child_await_call(&n->opener, SYS_openat, NULL);
}

void nasty_stop(struct nasty *n)
{
	child_stop(&n->holder);
	child_stop(&n->opener);
}

static bool is_mark(uint32_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

const char *nasty_find(const char *text, size_t length)
{
	for (size_t i = 0, n; i < length; i += n) {
		uint32_t c;

		n = width_decode(text + i, length - i, &c);
		if (n == 0 || (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) || is_mark(c))
			return text + i;
	}
	return NULL;
}
