/* SPDX-License-Identifier: MIT */
/* For tests that make very many of something and look for each. */
#ifndef TESTS_SYSTEM_MANY_H
#define TESTS_SYSTEM_MANY_H

#include <stddef.h>
#include <stdint.h>

#include "system/system.h"

/* All that a child says, or the test fails. */
void many_receive(int from, void *out, size_t size);

/* 0: it has none. For children too, which must not assert. */
uint64_t many_inode(int fd);

/* Where each socket stands in a snapshot, by inode: for the caller to free. */
struct many_place { uint64_t inode; const struct system_object *object; };
struct many_place *many_places(const struct system *s, size_t *n);

/* The one object with this inode, which no other has; else the test fails. */
const struct system_object *many_only(const struct many_place *list, size_t n, uint64_t inode);

#endif
