/* SPDX-License-Identifier: MIT */
/* POSIX objects: queues by a lent duplicate, semaphores and mutexes by their bytes. */
#include "probe/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "probe/lend.h"
#include "probe/memory.h"
#include "probe/scan.h"

/* MQUEUE_MAGIC of the kernel's ipc/mqueue.c, named in statfs(2); in no header. */
#define QUEUES 0x19800202

int posix_is_queue(int procdir, int fd)
{
	char path[64];
	struct statfs st;

	snprintf(path, sizeof path, "/proc/self/fd/%d/fd/%d", procdir, fd);
	return statfs(path, &st) ? -errno : st.f_type == QUEUES;
}

bool posix_queue_parse(const char *text, size_t length, struct posix_queue *out)
{
	static const char *const keys[] = { "QSIZE:", "NOTIFY:", "SIGNO:", "NOTIFY_PID:" };
	struct scan r = { text, text + length }, line;
	uint64_t value[4];

	if (!scan_line(&r, &line))
		return false;
	for (size_t i = 0; i < 4; i++) {
		scan_blanks(&line);
		if (!scan_text(&line, keys[i]) ||
		    !scan_number(&line, 10, i ? INT32_MAX : UINT64_MAX, &value[i]))
			return false;
	}
	if (!scan_at_end(&line))
		return false;
	out->bytes = value[0];
	out->notify = (int)value[1];
	out->signal = (int)value[2];
	out->notify_pid = (pid_t)value[3];
	out->detail = true;
	return true;
}

static int look(int fd, uint64_t inode, struct posix_queue *out)
{
	struct stat st;
	struct mq_attr attributes;
	char text[160]; /* 80 bytes, FILENT_SIZE of the kernel */
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (st.st_ino != inode)
		return -ESTALE;
	if (mq_getattr((mqd_t)fd, &attributes) != 0)
		return errno == EBADF ? -ESTALE : -errno;
	out->messages = (uint64_t)attributes.mq_curmsgs;
	out->maximum = (uint64_t)attributes.mq_maxmsg;
	out->message_size = (uint64_t)attributes.mq_msgsize;
	out->nonblocking = attributes.mq_flags & O_NONBLOCK;
	n = pread(fd, text, sizeof text, 0); /* takes no message and moves no offset */
	if (n > 0)
		posix_queue_parse(text, (size_t)n, out);
	return 0;
}

int posix_queue_read(int pidfd, int fd, uint64_t inode, struct posix_queue *out)
{
	int lent = lend_descriptor(pidfd, fd), error;

	*out = (struct posix_queue){ 0 };
	if (lent < 0)
		return lent;
	error = look(lent, inode, out);
	close(lent);
	if (error)
		*out = (struct posix_queue){ 0 };
	return error;
}

int posix_queue_named(const char *name, uint64_t inode, struct posix_queue *out)
{
	mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int error = queue == (mqd_t)-1 ? -errno : 0;

	*out = (struct posix_queue){ 0 };
	if (error)
		return error;
	error = look((int)queue, inode, out);
	mq_close(queue);
	if (error)
		*out = (struct posix_queue){ 0 };
	return error;
}

/* One 64-bit number holds both, so that they change at once: the value in its low half. The
 * top bit of that is musl's own; SEM_VALUE_MAX has it never set. */
bool posix_semaphore_parse(const void *bytes, size_t n, struct posix_semaphore *out)
{
#ifdef __LP64__
	uint64_t word;

	if (n < sizeof word)
		return false;
	memcpy(&word, bytes, sizeof word);
	out->value = (unsigned)word & INT_MAX;
	out->waiters = (unsigned)(word >> 32);
	return true;
#else
	(void)bytes;
	(void)n;
	(void)out;
	return false;
#endif
}

/* What a reading of `wanted` bytes that gave `got` comes to. */
static int whole(ssize_t got, size_t wanted)
{
	return got < 0 ? (int)got : (size_t)got < wanted ? -EFAULT : 0;
}

int posix_semaphore_read(pid_t pid, uint64_t address, struct posix_semaphore *out)
{
	char bytes[POSIX_SEMAPHORE_BYTES];
	int error = whole(memory_read(pid, address, bytes, sizeof bytes), sizeof bytes);

	*out = (struct posix_semaphore){ 0 };
	if (error)
		return error;
	return posix_semaphore_parse(bytes, sizeof bytes, out) ? 0 : -ENOTSUP;
}

int posix_semaphore_file(int folder, const char *path, struct posix_semaphore *out)
{
	const int how = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	char bytes[POSIX_SEMAPHORE_BYTES];
	struct stat st;
	ssize_t n;
	int fd;

	*out = (struct posix_semaphore){ 0 };
	if (fstatat(folder, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL; /* anybody can put a FIFO there, whose open would have effects */
	/* The time of access stays; of another user's file that may not be asked for (EPERM, open(2)). */
	fd = openat(folder, path, how | O_NOATIME);
	if (fd < 0 && errno == EPERM)
		fd = openat(folder, path, how);
	if (fd < 0)
		return -errno;
	n = pread(fd, bytes, sizeof bytes, 0);
	close(fd);
	if (n != (ssize_t)sizeof bytes)
		return -EINVAL;
	return posix_semaphore_parse(bytes, sizeof bytes, out) ? 0 : -ENOTSUP;
}

#ifdef __GLIBC__
/* glibc's own bits of __kind, and what it keeps in __owner: nptl/pthreadP.h. */
enum { KIND_ROBUST = 16, KIND_INHERITS = 32 };
enum { OWNER_INCONSISTENT = INT_MAX, OWNER_LOST = INT_MAX - 1 };

bool posix_mutex_parse(const void *bytes, size_t n, struct posix_mutex *out)
{
	pthread_mutex_t m = { 0 };
	unsigned word;

	_Static_assert(offsetof(pthread_mutex_t, __data.__kind) + sizeof m.__data.__kind <=
		       POSIX_MUTEX_BYTES, "the mutex's kind lies within the bytes that are read");
	*out = (struct posix_mutex){ 0 };
	if (n < POSIX_MUTEX_BYTES)
		return false;
	memcpy(&m, bytes, POSIX_MUTEX_BYTES);
	word = (unsigned)m.__data.__lock;
	if (!(m.__data.__kind & (KIND_ROBUST | KIND_INHERITS))) {
		*out = (struct posix_mutex){ .locked = word, .waiters = word > 1,
					     .owner = word ? m.__data.__owner : 0 };
		return true;
	}
	out->owner = (pid_t)(word & FUTEX_TID_MASK);
	out->locked = out->owner;
	out->waiters = word & FUTEX_WAITERS;
	out->owner_died = word & FUTEX_OWNER_DIED;
	out->inconsistent = m.__data.__owner == OWNER_INCONSISTENT;
	out->lost = m.__data.__owner == OWNER_LOST;
	return true;
}
#else
bool posix_mutex_parse(const void *bytes, size_t n, struct posix_mutex *out)
{
	(void)bytes;
	(void)n;
	*out = (struct posix_mutex){ 0 };
	return false;
}
#endif

int posix_mutex_read(pid_t pid, uint64_t address, struct posix_mutex *out)
{
	char bytes[POSIX_MUTEX_BYTES];
	int error = whole(memory_read(pid, address, bytes, sizeof bytes), sizeof bytes);

	*out = (struct posix_mutex){ 0 };
	if (error)
		return error;
	return posix_mutex_parse(bytes, sizeof bytes, out) ? 0 : -ENOTSUP;
}
