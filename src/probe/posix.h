/* SPDX-License-Identifier: MIT */
/* POSIX objects: message queues (mq_overview(7)), semaphores (sem_overview(7)) and mutexes
 * that processes share. (Shared memory of shm_open(3) is a file, see probe/memory.h.) */
#ifndef PROBE_POSIX_H
#define PROBE_POSIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* --- queues ------------------------------------------------------------------------------ */

struct posix_queue {
	uint64_t messages, maximum, message_size; /* mq_getattr(3); the size in bytes is a limit */
	bool nonblocking;
	bool detail;        /* whether the four below are known: not of one open for writing only */
	uint64_t bytes;     /* in all messages */
	int notify;         /* SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD; of no sense when notify_pid is 0 */
	int signal;
	pid_t notify_pid;   /* who is registered with mq_notify(3); 0 nobody */
};

/* Whether descriptor `fd` of the process behind a folder of procfs_open is a POSIX queue: its
 * link is "/name", like a file's, so the file system's type tells (statfs(2) through the link,
 * which opens nothing). 1 or 0, or -errno: ENOENT no such descriptor, EACCES. */
int posix_is_queue(int procdir, int fd);

/* Reads the queue through a duplicate lent for a moment (probe/lend.h), if that is still the
 * one with this inode. 0 or -errno as for lend_descriptor, ESTALE: another object by now. */
int posix_queue_read(int pidfd, int fd, uint64_t inode, struct posix_queue *out);

/* The same of a queue that nobody has open, by its name: opens it for the moment. ENOENT: the name is gone;
 * ESTALE: it is another queue's by now; EACCES. */
int posix_queue_named(const char *name, uint64_t inode, struct posix_queue *out);

/* Parses what reading a queue's descriptor gives (for which it must be open for reading):
 * "QSIZE:3 NOTIFY:0 SIGNO:0 NOTIFY_PID:0" (mq_overview(7)), any bytes whatever, into the four
 * fields that `detail` stands for, and sets that. */
bool posix_queue_parse(const char *text, size_t length, struct posix_queue *out);

/* --- semaphores -------------------------------------------------------------------------- */

struct posix_semaphore {
	unsigned value;
	unsigned waiters; /* as the C library counts: a waiter that was killed stays counted */
};

/* How many bytes of a sem_t posix_semaphore_parse needs. */
enum { POSIX_SEMAPHORE_BYTES = 8 };

/* Reads the first bytes of a sem_t as 64-bit C libraries lay it out (glibc's struct new_sem,
 * musl's sem_t). False for fewer bytes, and in 32-bit programs, where it is not known. */
bool posix_semaphore_parse(const void *bytes, size_t n, struct posix_semaphore *out);

/* One in a process's memory (memory_read). 0 or -errno; ENOTSUP: layout not known. */
int posix_semaphore_read(pid_t pid, uint64_t address, struct posix_semaphore *out);

/* One by its file in a folder (AT_FDCWD for a whole path, as /dev/shm/sem.NAME). Opens nothing
 * but a regular file. 0 or -errno; EINVAL: not a semaphore's file; ENOTSUP as above. */
int posix_semaphore_file(int folder, const char *path, struct posix_semaphore *out);

/* --- mutexes ----------------------------------------------------------------------------- */

struct posix_mutex {
	bool locked;
	pid_t owner;     /* thread in its own PID namespace; 0 where the mutex does not keep it */
	bool waiters;    /* somebody waits, or did when it was last locked */
	bool owner_died; /* the next lock gives EOWNERDEAD (pthread_mutexattr_setrobust(3)) */
	bool inconsistent; /* its owner was given EOWNERDEAD and has not made it consistent yet */
	bool lost;       /* and unlocked it so: every lock gives ENOTRECOVERABLE */
};

/* How many bytes of a pthread_mutex_t posix_mutex_parse needs. */
enum { POSIX_MUTEX_BYTES = 24 };

/* Reads the first bytes of glibc's pthread_mutex_t, as this program knows it. Of robust and
 * priority-inheriting ones the word that the kernel shares tells (futex(2), FUTEX_TID_MASK). False
 * for fewer bytes, and with other C libraries, where it is not known. */
bool posix_mutex_parse(const void *bytes, size_t n, struct posix_mutex *out);

/* One in a process's memory. 0 or -errno; ENOTSUP: layout not known. */
int posix_mutex_read(pid_t pid, uint64_t address, struct posix_mutex *out);

#endif
