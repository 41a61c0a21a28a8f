/* SPDX-License-Identifier: MIT */
/* Which paths may be looked at by stat(2) without asking anybody outside of the kernel: a network file
 * system, FUSE or automounter may not answer, and then stat waits for ever. */
#ifndef SYSTEM_MOUNTS_H
#define SYSTEM_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mounts; /* of all mount namespaces met; may be used by several threads */

struct mounts *mounts_new(void);
void mounts_free(struct mounts *m);
void mounts_forget(struct mounts *m); /* to be read anew */

/* Whether `path`, as the link of a descriptor of the process behind a folder of procfs_open shows it, lies
 * on a file system that is known to be of this machine. *space is the caller's, 0 before the process's first
 * path. False when in doubt. */
bool mounts_local(struct mounts *m, int procdir, uint64_t *space, const char *path);

/* Parses a mountinfo (proc_pid_mountinfo(5)), any bytes whatever, and says whether the path lies on a
 * local one of its mounts. */
bool mounts_local_in(const char *mountinfo, size_t length, const char *path);

#endif
