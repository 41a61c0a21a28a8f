/* SPDX-License-Identifier: MIT */
/* What the descriptors of all processes lead to, and how full their pipes are, read by the kernel itself in one
 * walk: an iterator over task_file (Linux 5.8, Documentation/bpf/bpf_iterators.rst). 20,000 descriptors take
 * 6 ms, where /proc/PID/fd and a duplicate of each pipe take 100.
 *
 * It looks at a pipe's fields without its lock, so nobody waits for it: not even a pipe whose lock a splice(2)
 * keeps. A level that changed while it was added up says so. The kernel holds each file for the moment
 * at which it looks; who closes it meanwhile has it closed when that read(2) returns, within 0.2 ms. */
#ifndef PROBE_TASK_FILES_H
#define PROBE_TASK_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One descriptor, as the program writes it. Folders, block devices and /dev/null with its like are left out. */
struct task_file {
	uint32_t pid, fd;
	uint64_t inode;
	uint32_t device, special; /* of the inode, as dev_t of the kernel: see task_file_device */
	uint32_t mode;            /* inode(7) */
	uint32_t flags;           /* open(2) */
	uint32_t access;          /* TASK_FILE_READ and so on */
	uint32_t magic;           /* of its file system, statfs(2) */
	uint32_t bytes;           /* of pipes and FIFOs: unread */
	uint32_t slots, slots_most; /* taken, and there are */
	uint32_t level;           /* TASK_FILE_LEVEL: bytes and slots are there, and of one moment. Not of an end to read
				     from while there are writers */
	uint64_t start;           /* of the process, ns since the machine's boot */
};

enum { TASK_FILE_READ = 1, TASK_FILE_WRITE = 2, TASK_FILE_PATH = 0x4000, TASK_FILE_LEVEL = 1 };

struct task_files; /* the program, in the kernel until task_files_close */

/* NULL with *error: -EPERM no privilege, or not in the machine's first PID namespace; -ENOENT the kernel does not
 * tell its structures (no BTF); -EINVAL, -EACCES it does not take the program: log says why then (may be NULL). */
struct task_files *task_files_open(int *error, char *log, size_t size);
void task_files_close(struct task_files *t); /* NULL is fine */

/* Walks once. Each process's stand together; *list is t's until the next walk. 0, or -errno. */
int task_files_read(struct task_files *t, const struct task_file **list, size_t *count);

/* A device as stat(2) has it. */
dev_t task_file_device(uint32_t device);

#endif
