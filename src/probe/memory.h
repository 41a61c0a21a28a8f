/* SPDX-License-Identifier: MIT */
/* The memory of a process: what is mapped where (/proc/PID/maps, proc_pid_maps(5)), which
 * pages are there (/proc/PID/pagemap), and what stands in it (process_vm_readv(2)).
 *
 * All of it works without privilege on one's own processes, under Yama's scope 1 on
 * descendants; errors say when not. */
#ifndef PROBE_MEMORY_H
#define PROBE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mapping {
	uint64_t start, end; /* addresses in that process; the end is the first one behind */
	int protection;      /* PROT_READ, PROT_WRITE, PROT_EXEC */
	bool shared;         /* MAP_SHARED */
	uint64_t offset;     /* of `start` in what is mapped, bytes */
	uint64_t device;     /* as st_dev; 0 with an inode of 0 where nothing is mapped */
	uint64_t inode;      /* of a System V segment: its id */
	char name[256];      /* as the kernel shows it (a newline is \012): raw bytes, cut, terminated */
};

struct mappings {
	struct mapping *list; /* by address */
	size_t count, room;
};

/* Which mappings to keep; `arg` is the caller's. NULL in its place stands for all. */
typedef bool mapping_wanted(const struct mapping *m, const void *arg);

/* For `wanted`: MAP_SHARED ones; those that hold the address *(const uint64_t *)arg. */
bool mapping_is_shared(const struct mapping *m, const void *unused);
bool mapping_holds(const struct mapping *m, const void *address);

/* Parses one line without its newline, any bytes whatever; false for nonsense. */
bool mapping_parse(const char *line, size_t length, struct mapping *out);

/* Parses a whole file; lines that make no sense, or are cut short, are passed over. Reuses
 * out's memory. */
void mappings_parse(const char *text, size_t length, mapping_wanted *wanted, const void *arg,
		    struct mappings *out);

/* Reads and parses through a folder of procfs_open: 22 us for 26 lines. 0 or -errno, EACCES:
 * not permitted. Reuses out's memory, which is empty after an error. */
int mappings_read(int procdir, mapping_wanted *wanted, const void *arg, struct mappings *out);
void mappings_free(struct mappings *m);

/* The mapping that holds an address, or NULL. */
const struct mapping *mappings_find(const struct mappings *m, uint64_t address);

/* Whether both map the same thing, wherever and however much of it: device and inode. (Names
 * do not tell: glibc links a new semaphore to its name only after mapping it, so its maker maps
 * "sem.XXXXXX (deleted)" and all others "sem.name". But the kernel counts segments and its other
 * shared memory separately on one device: a segment is never the same as what is none.) False
 * where nothing is mapped. An address's place in it is offset + (address - start): the same
 * object and the same place is the same memory, and the same futex. */
bool mapping_same_object(const struct mapping *a, const struct mapping *b);

/* Whether it is a System V segment, and its id: it bears a segment's name ("/SYSV" and eight
 * hexadecimal digits, the key when it was made) and lies on the kernel's own device for shared
 * memory, which a file of such a name does not. Segments of huge pages lie elsewhere and are
 * not recognised. The id is that of the process's IPC namespace. */
bool mapping_is_segment(const struct mapping *m, int *id);

/* One page, by /proc/PID/pagemap. */
struct page {
	bool present;
	bool swapped;
	bool shared;    /* bit 61: of a file or of shared memory, not a copy of one's own */
	bool exclusive; /* bit 56: this process alone maps it */
};

/* One entry of pagemap (Documentation/admin-guide/mm/pagemap.rst; Linux 4.2). */
struct page page_parse(uint64_t entry);

/* The pages from the one that holds `address` on, at most `count`; a page is of sysconf's
 * _SC_PAGESIZE. 3 us for four. Changes nothing. Returns how many were read (fewer at the end
 * of the address space), or -errno. */
ssize_t pages_read(int procdir, uint64_t address, size_t count, struct page *out);

/* Copies `n` bytes out of a process: 1 us. Returns how many, fewer where the memory ends or may not
 * be read, or -errno: EFAULT nothing can be read there, EPERM not permitted, ESRCH gone.
 *
 * Pages that are not there yet come by it, as if the process had read them itself: it changes
 * what pages_read shows, and may read a file from the disk. */
ssize_t memory_read(pid_t pid, uint64_t address, void *buf, size_t n);

/* The same, but only as far as pages are there (swapped ones are not): brings none, and leaves
 * those that are shared until a write as they are, which memory_read does not (12 us). 0 when
 * the first is missing, which for memory that nobody wrote to means that it is all zero. */
ssize_t memory_peek(int procdir, pid_t pid, uint64_t address, void *buf, size_t n);

#endif
