/* SPDX-License-Identifier: MIT */
/* Files and descriptors are left as they are: locks stay, times and flags too, and whom a file system would have to
 * ask is not asked. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "probe/procfs.h"
#include "system/system.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/system/observe.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

static char path[128];

static void in_folder(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", folder, name);
}

/* --- locks ------------------------------------------------------------------------------------------------ */

/* Each on a file of its own: POSIX, of the open file, and of flock(2). */
static int have_locks(void *unused)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 10 };
	int fd[3];

	(void)unused;
	for (int i = 0; i < 3; i++) {
		in_folder((const char *[]){ "posix", "ofd", "flock" }[i]);
		fd[i] = open(path, O_CREAT | O_RDWR, 0600);
	}
	if (fcntl(fd[0], F_SETLK, &lock) != 0 || fcntl(fd[1], F_OFD_SETLK, &lock) != 0 || flock(fd[2], LOCK_EX) != 0)
		return 1;
	return observe_ready_and_wait() ? child_idle(NULL) : 2;
}

/* Who has a POSIX lock on it that is in the way: a pid, -1 for an open file's, 0 nobody. In a process of its own,
 * for one's own locks are in nobody's way. */
static int ask_holder(const char *name)
{
	int answer[2], pid = -2;

	in_folder(name);
	ck_assert_int_eq(pipe(answer), 0);
	if (fork() == 0) {
		struct flock lock = { .l_type = F_WRLCK, .l_len = 1 };
		int fd = open(path, O_RDWR);

		if (fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0)
			pid = lock.l_type == F_UNLCK ? 0 : lock.l_pid;
		_exit(write(answer[1], &pid, sizeof pid) != sizeof pid);
	}
	ck_assert_int_eq(read(answer[0], &pid, sizeof pid), sizeof pid);
	wait(NULL);
	close(answer[0]);
	close(answer[1]);
	return pid;
}

START_TEST(locks_stay)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 10 };
	struct child child;
	int own, other;

	in_folder("own");
	own = open(path, O_CREAT | O_RDWR, 0600);
	ck_assert_int_ge(own, 0);
	ck_assert_int_eq(fcntl(own, F_SETLK, &lock), 0);
	observe_begin();
	child_start(&child, have_locks, NULL); /* and it has our file open, too */
	observe_await_ready();
	observe_one(child.pid);
	ck_assert_int_eq(ask_holder("own"), getpid());
	ck_assert_int_eq(ask_holder("posix"), child.pid);
	ck_assert_int_eq(ask_holder("ofd"), -1);
	in_folder("flock");
	other = open(path, O_RDWR);
	ck_assert_int_eq(flock(other, LOCK_EX | LOCK_NB), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	close(other);
	child_stop(&child);
	ck_assert_int_eq(ask_holder("posix"), 0);
	close(own);
}
END_TEST

/* --- flags, positions, counts --------------------------------------------------------------------------------- */

static int have_flags(void *unused)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int pipes[2], pair[2], file;

	(void)unused;
	in_folder("file");
	file = open(path, O_CREAT | O_RDWR | O_APPEND, 0600);
	if (pipe2(pipes, O_NONBLOCK | O_DIRECT) != 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0 ||
	    write(file, "0123456789", 10) != 10 || lseek(file, 4, SEEK_SET) != 4 || flock(file, LOCK_SH) != 0 ||
	    eventfd(7, EFD_NONBLOCK) < 0 || bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&a, sizeof(sa_family_t)))
		return 1;
	in_folder("fifo");
	if (mkfifo(path, 0600) != 0 || open(path, O_RDWR | O_NONBLOCK) < 0 || open("/dev/ptmx", O_RDWR | O_NOCTTY) < 0 ||
	    child_fork_idle() < 0)
		return 2;
	return observe_ready_and_wait() ? child_idle(NULL) : 3;
}

/* /proc/PID/fdinfo of the descriptors that it alone has: others' positions move. */
static void read_fdinfo(const struct child *c, struct text *out)
{
	int folder_fd = openat(c->procdir, "fdinfo", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fdopendir(folder_fd);
	struct dirent *entry;

	ck_assert_ptr_nonnull(d);
	text_clear(out);
	while ((entry = readdir(d)) != NULL) {
		struct text one = { 0 };

		if (entry->d_name[0] == '.' || fcntl(atoi(entry->d_name), F_GETFD) >= 0)
			continue;
		ck_assert_int_eq(procfs_read_text(folder_fd, entry->d_name, &one), 0);
		text_addf(out, "%s:\n%s", entry->d_name, text_string(&one));
		text_free(&one);
	}
	closedir(d);
}

START_TEST(flags_and_positions_stay)
{
	struct text before = { 0 }, after = { 0 };
	struct child child;

	observe_begin();
	child_start(&child, have_flags, NULL);
	observe_await_ready();
	child_await_name(&child, "read", NULL);
	read_fdinfo(&child, &before);
	ck_assert_ptr_nonnull(strstr(text_string(&before), "eventfd-count:"));
	observe_one(child.pid);
	read_fdinfo(&child, &after);
	ck_assert_str_eq(text_string(&before), text_string(&after));
	child_stop(&child);
	text_free(&before);
	text_free(&after);
}
END_TEST

/* --- times ------------------------------------------------------------------------------------------------------ */

enum { THINGS = 6 };
static char thing[THINGS][160];

/* A file with a lock, one that is mapped, a FIFO, a socket, a named semaphore, named memory. */
static int have_files(void *unused)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int file = open(thing[0], O_CREAT | O_RDWR, 0600), mapped = open(thing[1], O_CREAT | O_RDWR, 0600), memory;

	(void)unused;
	memcpy(a.sun_path, thing[3], strlen(thing[3]) + 1);
	if (write(file, "x", 1) != 1 || flock(file, LOCK_EX) != 0 || ftruncate(mapped, 4096) != 0 ||
	    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, mapped, 0) == MAP_FAILED || mkfifo(thing[2], 0600) != 0 ||
	    open(thing[2], O_RDWR) < 0 || bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&a, sizeof a) != 0)
		return 1;
	if (sem_open(strrchr(thing[4], '.') + 1, O_CREAT | O_EXCL, 0600, 5) == SEM_FAILED ||
	    (memory = shm_open(strrchr(thing[5], '/'), O_CREAT | O_EXCL | O_RDWR, 0600)) < 0 || ftruncate(memory, 4096) != 0 ||
	    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0) == MAP_FAILED || child_fork_idle() < 0)
		return 2;
	return observe_ready_and_wait() ? child_idle(NULL) : 3;
}

/* Where others look at them too, that counts as read: so in a /dev/shm of our own. */
static bool have_own_memory(void)
{
	return unit_forked() && unshare(CLONE_NEWNS) == 0 && mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("ipcscope", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") == 0;
}

/* When a file was read last may be written down only when that is older than a day, or than its last change
 * (relatime): so it is made so. */
START_TEST(nothing_counts_as_read)
{
	static const struct timespec old[2] = { { 1000000000, 5 }, { 1000000001, 6 } };
	static const char *const names[] = { "locked", "mapped", "fifo", "socket" };
	struct child child;
	struct stat st;

	if (!have_own_memory())
		unit_skip("nothing may be mounted here");
	for (int i = 0; i < 4; i++)
		snprintf(thing[i], sizeof *thing, "%s/%s", folder, names[i]);
	snprintf(thing[4], sizeof *thing, "/dev/shm/sem.ipcscope-harmless-%d", (int)getpid());
	snprintf(thing[5], sizeof *thing, "/dev/shm/ipcscope-harmless-%d", (int)getpid());
	observe_begin();
	child_start(&child, have_files, NULL);
	observe_await_ready();
	for (int i = 0; i < THINGS; i++)
		ck_assert_msg(utimensat(AT_FDCWD, thing[i], old, 0) == 0, "%s", thing[i]);
	observe_one(child.pid);
	/* Removed before anything can fail. */
	for (int i = 0; i < THINGS; i++) {
		bool there = stat(thing[i], &st) == 0;

		unlink(thing[i]);
		if (i < 4)
			snprintf(path, sizeof path, "%s", names[i]);
		else
			snprintf(path, sizeof path, "%s", i == 4 ? "the semaphore" : "the memory");
		if (!there || st.st_atim.tv_sec != old[0].tv_sec || st.st_mtim.tv_sec != old[1].tv_sec) {
			unlink(thing[4]);
			unlink(thing[5]);
			ck_abort_msg("%s was read or written", path);
		}
	}
	child_stop(&child);
}
END_TEST

/* --- a file system that does not answer ------------------------------------------------------------------------------ */

/* A FUSE server that answers what is needed to open the file `x` of its root, fuse(4). */
static union { char bytes[FUSE_MIN_READ_BUFFER + 4096]; struct fuse_in_header in; } request;

/* Of the test alone: when it is closed, at the latest at the test's end, whoever waits for an answer gets an error.
 * Before that not even SIGKILL ends such a wait. */
static int device;

static struct fuse_attr attributes(uint64_t inode)
{
	return (struct fuse_attr){ .ino = inode, .mode = inode == FUSE_ROOT_ID ? S_IFDIR | 0700 : S_IFREG | 0600, .nlink = 1,
				   .size = 10 };
}

static bool reply(int error, const void *data, size_t size)
{
	union { char bytes[512]; struct fuse_out_header header; } out;

	out.header = (struct fuse_out_header){ .len = (uint32_t)(sizeof out.header + size), .error = error,
					       .unique = request.in.unique };
	memcpy(out.bytes + sizeof out.header, data, size);
	return write(device, out.bytes, out.header.len) == (ssize_t)out.header.len;
}

static bool answer_one(void)
{
	struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = 4096 };
	struct fuse_entry_out entry = { .nodeid = 2, .attr = attributes(2) };
	struct fuse_attr_out attr;
	struct fuse_open_out open_out = { .fh = 1 };

	if (read(device, &request, sizeof request) <= 0)
		return false;
	switch (request.in.opcode) {
	case FUSE_INIT:
		return reply(0, &init, sizeof init);
	case FUSE_LOOKUP:
		return reply(0, &entry, sizeof entry);
	case FUSE_GETATTR:
		attr = (struct fuse_attr_out){ .attr = attributes(request.in.nodeid) };
		return reply(0, &attr, sizeof attr);
	case FUSE_OPEN:
		return reply(0, &open_out, sizeof open_out);
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		return true;
	}
	return reply(-ENOSYS, NULL, 0);
}

static int use_file(void *unused)
{
	int fd;

	(void)unused;
	close(device);
	in_folder("fuse/x");
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) != 0 || mmap(NULL, 10, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED)
		return 1;
	return observe_ready_and_wait() ? child_idle(NULL) : 2;
}

/* From here on nobody answers: it waits for ever. */
static int open_in_vain(void *unused)
{
	(void)unused;
	close(device);
	in_folder("fuse/y");
	return open(path, O_WRONLY);
}

static bool mount_fuse(void)
{
	char options[96];

	in_folder("fuse");
	snprintf(options, sizeof options, "fd=%d,rootmode=40700,user_id=%u,group_id=%u", device, geteuid(), getegid());
	return mkdir(path, 0700) == 0 && mount("ipcscope", path, "fuse", MS_NOSUID | MS_NODEV, options) == 0;
}

static void serve_until_opened(const struct child *user)
{
	struct pollfd p = { .fd = device, .events = POLLIN };
	int64_t deadline = 0;
	struct syscall_state now = { .where = SYSCALL_UNKNOWN };

	/* It has opened the file when it waits for its order, in read(2). */
	do {
		while (poll(&p, 1, 0) == 1)
			ck_assert(answer_one());
		syscall_read(user->procdir, &now);
	} while (!(now.where == SYSCALL_INSIDE && now.number == SYS_read) && child_wait(&deadline));
	ck_assert_int_eq(now.number, SYS_read);
}

/* Nobody asks this file system anything, and so nobody hangs. */
START_TEST(a_file_system_that_does_not_answer_is_not_asked)
{
	struct pollfd p = { .events = POLLIN };
	struct child user, opener;
	pid_t pids[2];

	p.fd = device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (device < 0 || !unit_forked() || !child_shows_calls() || unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 || !mount_fuse())
		unit_skip("no FUSE, or nothing may be mounted here");
	observe_begin();
	child_start(&user, use_file, NULL);
	serve_until_opened(&user);
	observe_await_ready();
	child_start(&opener, open_in_vain, NULL);
	ck_assert_int_eq(poll(&p, 1, 20000), 1); /* its request, which stays */
	ck_assert_int_gt(read(device, &request, sizeof request), 0);
	child_await_call(&opener, SYS_openat, NULL);
	pids[0] = user.pid;
	pids[1] = opener.pid;
	observe(20, pids, 2);
	ck_assert_msg(poll(&p, 1, 0) == 0, "the file system was asked");
	close(device); /* ends the connection, and with it all waiting */
	child_stop(&opener);
	child_stop(&user);
	in_folder("fuse");
	umount2(path, MNT_DETACH);
	rmdir(path);
}
END_TEST

static void add_tests(TCase *all)
{
	folder_use(all);
	tcase_set_timeout(all, 120);
	tcase_add_test(all, locks_stay);
	tcase_add_test(all, flags_and_positions_stay);
	tcase_add_test(all, nothing_counts_as_read);
	tcase_add_test(all, a_file_system_that_does_not_answer_is_not_asked);
}

Suite *suite_harmless_files(void)
{
	Suite *suite = suite_create("harmless_files");

	snapshot_both_ways(suite, add_tests);
	return suite;
}
