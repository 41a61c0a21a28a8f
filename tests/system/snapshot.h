/* SPDX-License-Identifier: MIT */
/* Snapshots for tests of src/system, and what they look for in them. */
#ifndef TESTS_SYSTEM_SNAPSHOT_H
#define TESTS_SYSTEM_SNAPSHOT_H

#include <check.h>
#include <stdint.h>
#include <sys/types.h>

#include "system/system.h"

/* Scans, joins and reads levels; fails the test when that is not possible. */
void snapshot_take(struct system *s);

uint64_t snapshot_inode(int fd);

/* The object of this kind with this inode (of either side): NULL when there is none. */
struct system_object *snapshot_find(const struct system *s, enum system_kind kind, uint64_t inode);
/* The same, and fails the test when it is not there. */
struct system_object *snapshot_object(const struct system *s, enum system_kind kind, uint64_t inode);

/* A process's end of an object with this descriptor (-2: any), or NULL. */
const struct system_end *snapshot_end(const struct system *s, const struct system_object *o, pid_t pid, int fd);

const struct system_process *snapshot_process(const struct system *s, pid_t pid);

/* Whether every index of the snapshot points where it should, and both ways. */
void snapshot_check(const struct system *s);

/* How many descriptors this process has open. */
int snapshot_open_descriptors(void);

/* Both ways in which descriptors are read, and a case for each: by their links, and walked by the kernel where that is
 * permitted (elsewhere it is the first once more). add puts the tests into a case. */
void snapshot_both_ways(Suite *suite, void (*add)(TCase *tcase));

#endif
