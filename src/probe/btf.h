/* SPDX-License-Identifier: MIT */
/* How the running kernel's structures are laid out: its BTF, /sys/kernel/btf/vmlinux, as
 * Documentation/bpf/btf.rst describes it (Linux 5.4 and newer, where it was built with it).
 *
 * Only what a program for the kernel needs: structures and functions by name, members by name, also within
 * structures and unions that have none. Five megabytes with 150,000 types: 3 ms. */
#ifndef PROBE_BTF_H
#define PROBE_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct btf;

/* The running kernel's; NULL with *error (-ENOENT: it has none), for btf_free. */
struct btf *btf_open(int *error);

/* Any bytes whatever, which stay the caller's and must stay; NULL when they are no BTF. */
struct btf *btf_of(const void *data, size_t length);

void btf_free(struct btf *b);

/* What is looked for, all of it in one pass. */
struct btf_wanted {
	enum { BTF_WANT_STRUCT, BTF_WANT_FUNCTION } what;
	const char *name;
	uint32_t id; /* out; 0 there is none */
};

/* False when one of them is missing. */
bool btf_find(const struct btf *b, struct btf_wanted *wanted, size_t n);

/* Bytes from the structure's beginning, and of the member itself: a number, a pointer or an enumeration (0: it is
 * something else). */
struct btf_member { uint32_t offset, size; };

/* False: no such member, or one of bits. */
bool btf_member(const struct btf *b, uint32_t type, const char *name, struct btf_member *out);

/* Bytes of a structure; 0 when it is none. */
uint32_t btf_size(const struct btf *b, uint32_t type);

#endif
