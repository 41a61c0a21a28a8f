/* SPDX-License-Identifier: MIT */
#include "probe/bpf.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void emit(struct bpf_code *c, uint8_t code, int to, int from, int16_t offset, int32_t number)
{
	struct bpf_insn insn = { .code = code, .off = offset, .imm = number };

	insn.dst_reg = (uint8_t)(to & 15);
	insn.src_reg = (uint8_t)(from & 15);
	_Static_assert(sizeof insn == sizeof c->insn[0], "an instruction has 64 bits");
	if (c->n < BPF_CODE)
		memcpy(&c->insn[c->n], &insn, sizeof insn);
	c->n++;
}

static uint8_t width(uint32_t size)
{
	return size == 1 ? BPF_B : size == 2 ? BPF_H : size == 4 ? BPF_W : BPF_DW;
}

void bpf_load(struct bpf_code *c, int to, int base, int32_t offset, uint32_t size)
{
	emit(c, BPF_LDX | BPF_MEM | width(size), to, base, (int16_t)offset, 0);
}

void bpf_store(struct bpf_code *c, int base, int32_t offset, int from, uint32_t size)
{
	emit(c, BPF_STX | BPF_MEM | width(size), base, from, (int16_t)offset, 0);
}

void bpf_store_number(struct bpf_code *c, int base, int32_t offset, int32_t number, uint32_t size)
{
	emit(c, BPF_ST | BPF_MEM | width(size), base, 0, (int16_t)offset, number);
}

void bpf_set(struct bpf_code *c, int to, int32_t number)
{
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, number);
}

void bpf_copy(struct bpf_code *c, int to, int from)
{
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

static uint8_t operation(char what)
{
	switch (what) {
	case '+': return BPF_ADD;
	case '-': return BPF_SUB;
	case '*': return BPF_MUL;
	case '&': return BPF_AND;
	}
	return BPF_RSH;
}

void bpf_do(struct bpf_code *c, char what, int to, int from)
{
	emit(c, BPF_ALU64 | BPF_X | operation(what), to, from, 0, 0);
}

void bpf_do_number(struct bpf_code *c, char what, int to, int32_t number)
{
	emit(c, BPF_ALU64 | BPF_K | operation(what), to, 0, 0, number);
}

void bpf_call(struct bpf_code *c, int helper)
{
	emit(c, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

void bpf_end(struct bpf_code *c)
{
	bpf_set(c, 0, 0);
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static uint8_t comparison(char compare)
{
	switch (compare) {
	case '=': return BPF_JEQ;
	case '!': return BPF_JNE;
	case '<': return BPF_JLT;
	case '>': return BPF_JGT;
	}
	return BPF_JGE;
}

int bpf_jump(struct bpf_code *c, char compare, int a, int32_t number)
{
	emit(c, BPF_JMP | BPF_K | comparison(compare), a, 0, 0, number);
	return c->n - 1;
}

int bpf_jump_register(struct bpf_code *c, char compare, int a, int b)
{
	emit(c, BPF_JMP | BPF_X | comparison(compare), a, b, 0, 0);
	return c->n - 1;
}

void bpf_land(struct bpf_code *c, int jump)
{
	struct bpf_insn insn;

	if (jump >= BPF_CODE)
		return;
	memcpy(&insn, &c->insn[jump], sizeof insn);
	insn.off = (int16_t)(c->n - jump - 1);
	memcpy(&c->insn[jump], &insn, sizeof insn);
}

void bpf_back(struct bpf_code *c, int n)
{
	emit(c, BPF_JMP | BPF_JA, 0, 0, (int16_t)(n - c->n - 1), 0);
}

/* --- to the kernel ----------------------------------------------------------------------------------- */

/* Of bpf(2), by their numbers: the headers of Linux 5.4 to 5.7 do not have them all. */
enum { PROGRAM_LOAD = 5, LINK_CREATE = 28, ITERATOR_CREATE = 33, PROGRAM_TRACING = 26, ATTACH_ITERATOR = 28 };

/* As union bpf_attr begins for these commands. */
struct program_load {
	uint32_t kind, n;
	uint64_t insn, licence;
	uint32_t log_level, log_size;
	uint64_t log;
	uint32_t version, flags;
	char name[16];
	uint32_t device, attach;
	uint32_t btf, function_size;
	uint64_t functions;
	uint32_t n_functions, line_size;
	uint64_t lines;
	uint32_t n_lines, attach_to;
};

struct link_create { uint32_t program, target, attach, flags; };

struct iterator_create { uint32_t link, flags; };

static int ask(int command, void *attributes, size_t size)
{
	long result = syscall(SYS_bpf, command, attributes, size);

	return result < 0 ? -errno : (int)result;
}

int bpf_iterator(const struct bpf_code *c, uint32_t function, char *log, size_t size)
{
	/* The helpers are for programs under the GPL, or under this as well; the program is ours. */
	static const char licence[] = "Dual MIT/GPL";
	struct program_load load = {
		.kind = PROGRAM_TRACING, .attach = ATTACH_ITERATOR, .attach_to = function,
		.insn = (uintptr_t)c->insn, .n = (uint32_t)c->n, .licence = (uintptr_t)licence,
		.log = (uintptr_t)log, .log_size = log ? (uint32_t)size : 0, .log_level = log ? 1 : 0,
		.name = "ipcscope",
	};
	struct link_create create = { .attach = ATTACH_ITERATOR };
	int program, link;

	if (c->n > BPF_CODE)
		return -E2BIG;
	program = ask(PROGRAM_LOAD, &load, sizeof load);
	if (program < 0)
		return program;
	create.program = (uint32_t)program;
	link = ask(LINK_CREATE, &create, sizeof create); /* holds the program from now on */
	close(program);
	return link;
}

int bpf_iterate(int iterator)
{
	struct iterator_create create = { .link = (uint32_t)iterator };

	return ask(ITERATOR_CREATE, &create, sizeof create);
}

/* --- whether to try ------------------------------------------------------------------------------------ */

/* By their numbers, capabilities(7): those of Linux 5.8 are not in older headers. */
enum { ADMIN = 21, PERFMON = 38, BPF = 39 };

static bool capable(const struct __user_cap_data_struct *data, int which)
{
	return data[which / 32].effective >> which % 32 & 1;
}

bool bpf_permitted(void)
{
	enum { FIRST_PID_NAMESPACE = 0xeffffffc - 0x100000000 }; /* PROC_PID_INIT_INO of the kernel's proc_ns.h */
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
	struct stat st;

	if (sizeof(void *) != 8 || syscall(SYS_capget, &header, data) != 0 ||
	    !(capable(data, ADMIN) || (capable(data, BPF) && capable(data, PERFMON))))
		return false;
	return stat("/proc/self/ns/pid", &st) == 0 && (uint32_t)st.st_ino == (uint32_t)FIRST_PID_NAMESPACE;
}
