/* SPDX-License-Identifier: MIT */
/* Programs that the kernel runs while it walks its own tables: bpf(2), iterators (Linux 5.8).
 *
 * A program is put together instruction by instruction: what it needs of the kernel's structures is known
 * only when it runs (probe/btf.h), and so neither clang nor libbpf is needed to build this. It takes CAP_BPF and
 * CAP_PERFMON, or CAP_SYS_ADMIN. The kernel's verifier has proved of each that it ends, and writes nothing
 * but what its reader reads. */
#ifndef PROBE_BPF_H
#define PROBE_BPF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BPF_CODE = 160 /* instructions at most */ };

struct bpf_code {
	uint64_t insn[BPF_CODE];
	int n;      /* more than BPF_CODE: there was no room */
};

/* Registers 0 to 9 and the frame, 10. Sizes are bytes: 1, 2, 4 or 8. Of comparisons the operator is '=', '!', '<',
 * '>' ('>=' is 'g'), all without sign. */
enum { BPF_FRAME = 10 };

void bpf_load(struct bpf_code *c, int to, int base, int32_t offset, uint32_t size);
void bpf_store(struct bpf_code *c, int base, int32_t offset, int from, uint32_t size);
void bpf_store_number(struct bpf_code *c, int base, int32_t offset, int32_t number, uint32_t size);
void bpf_set(struct bpf_code *c, int to, int32_t number);
void bpf_copy(struct bpf_code *c, int to, int from);
/* 64 bits: '+', '-', '*', '&', 'r' (shift right). */
void bpf_do(struct bpf_code *c, char what, int to, int from);
void bpf_do_number(struct bpf_code *c, char what, int to, int32_t number);
void bpf_call(struct bpf_code *c, int helper);
void bpf_end(struct bpf_code *c);

/* A jump forward; where it leads is told by bpf_land, with what bpf_jump returned. */
int bpf_jump(struct bpf_code *c, char compare, int a, int32_t number);
int bpf_jump_register(struct bpf_code *c, char compare, int a, int b);
void bpf_land(struct bpf_code *c, int jump);
/* A jump back to where the code was so long. */
void bpf_back(struct bpf_code *c, int n);

/* bpf-helpers(7) */
enum { BPF_HELP_PROBE_READ_KERNEL = 113, BPF_HELP_SEQ_WRITE = 127 };

/* Whether it is worth trying: the capabilities are there, and pids are the machine's (a program sees those). */
bool bpf_permitted(void);

/* Gives the kernel a program for the iterator whose function has this BTF number. A descriptor for bpf_iterate and
 * close, close-on-exec; or -errno: ENOSYS this was built without, EPERM, EINVAL or EACCES the kernel does not take
 * it; log says why then (NULL: nobody asks; -ENOSPC: it does not hold all). */
int bpf_iterator(const struct bpf_code *c, uint32_t function, char *log, size_t size);

/* A descriptor from which read(2) gives, from the beginning, what the program writes; or -errno. */
int bpf_iterate(int iterator);

#endif
