/* SPDX-License-Identifier: MIT */
/* Mappings, and memory itself: what a lesson maps or attaches it loads from, stores to, adds to.
 * Every touch of a lesson's address goes through make_touch, for nothing need be there. */
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "call/make.h"

/* Nothing changes between sigsetjmp and the jump but what `access` reaches by `data`. The mask is
 * restored with the jump: the signal would stay blocked, as its handler never returns. */
bool make_touch(struct call_context *c, struct outcome *out, void (*access)(void *), void *data)
{
	sigjmp_buf here;

	if (sigsetjmp(here, 1)) {
		c->fault = NULL;
		make_error(out, EFAULT);
		return false;
	}
	c->fault = &here;
	atomic_signal_fence(memory_order_seq_cst); /* its handler is the one that reads it */
	access(data);
	atomic_signal_fence(memory_order_seq_cst);
	c->fault = NULL;
	return true;
}

static uint8_t *place(const struct value *address, const struct value *offset)
{
	return (uint8_t *)(uintptr_t)((uint64_t)address->number + (uint64_t)offset->number);
}

MAKE(make_mmap)
{
	void *where;

	UNUSED(n), UNUSED(c);
	where = mmap(make_address(&a[0]), (size_t)a[1].number, (int)a[2].number, (int)a[3].number, (int)a[4].number,
		     (off_t)a[5].number);
	make_result(out, (int64_t)(intptr_t)where);
}

MAKE(make_munmap)
{
	UNUSED(n), UNUSED(c);
	make_result(out, munmap(make_address(&a[0]), (size_t)a[1].number));
}

MAKE(make_mprotect)
{
	UNUSED(n), UNUSED(c);
	make_result(out, mprotect(make_address(&a[0]), (size_t)a[1].number, (int)a[2].number));
}

MAKE(make_msync)
{
	UNUSED(n), UNUSED(c);
	make_result(out, msync(make_address(&a[0]), (size_t)a[1].number, (int)a[2].number));
}

MAKE(make_madvise)
{
	UNUSED(n), UNUSED(c);
	make_result(out, madvise(make_address(&a[0]), (size_t)a[1].number, (int)a[2].number));
}

MAKE(make_getpagesize)
{
	UNUSED(a), UNUSED(n), UNUSED(c);
	make_result(out, sysconf(_SC_PAGESIZE));
}

/* ---- memory itself ------------------------------------------------------------------------------- */

struct touched {
	uint8_t *memory;
	const uint8_t *from;
	uint8_t *to;
	size_t length;
	int32_t word;
};

/* An aligned word is loaded and stored whole, whatever another process does to it meanwhile. */
static bool aligned(const struct touched *t)
{
	return (uintptr_t)t->memory % sizeof(int32_t) == 0;
}

static void load_word(void *data)
{
	struct touched *t = data;

	if (aligned(t))
		t->word = __atomic_load_n((int32_t *)(void *)t->memory, __ATOMIC_SEQ_CST);
	else
		memcpy(&t->word, t->memory, sizeof t->word);
}

static void store_word(void *data)
{
	struct touched *t = data;

	if (aligned(t))
		__atomic_store_n((int32_t *)(void *)t->memory, t->word, __ATOMIC_SEQ_CST);
	else
		memcpy(t->memory, &t->word, sizeof t->word);
}

static void add_word(void *data)
{
	struct touched *t = data;

	t->word = __atomic_fetch_add((int32_t *)(void *)t->memory, t->word, __ATOMIC_SEQ_CST);
}

static void load_bytes(void *data)
{
	struct touched *t = data;

	memcpy(t->to, t->memory, t->length);
}

static void store_bytes(void *data)
{
	struct touched *t = data;

	memcpy(t->memory, t->from, t->length);
}

MAKE(make_load)
{
	struct touched t = { .memory = place(&a[0], &a[1]), .to = c->buffer, .length = (size_t)a[2].number };

	UNUSED(n);
	if (!make_room(&a[2], out))
		return;
	if (!t.length) {
		if (make_touch(c, out, load_word, &t))
			make_value(out, t.word);
		return;
	}
	c->filled = 0;
	if (!make_touch(c, out, load_bytes, &t))
		return;
	make_value(out, a[2].number);
	make_told(c, out, c->buffer, t.length);
}

/* A word may be given signed or unsigned: 0x80000000 and -2147483648 are the same 32 bits. */
static bool is_word(int64_t n)
{
	return n >= INT32_MIN && n <= UINT32_MAX;
}

MAKE(make_store)
{
	struct touched t = { .memory = place(&a[0], &a[1]), .word = (int32_t)a[2].number };

	UNUSED(n);
	if (a[2].kind == VALUE_TEXT) {
		t.from = (const uint8_t *)a[2].text;
		t.length = a[2].length;
	} else if (!is_word(a[2].number)) {
		make_error(out, ERANGE);
		return;
	}
	if (make_touch(c, out, a[2].kind == VALUE_TEXT ? store_bytes : store_word, &t))
		make_value(out, 0);
}

MAKE(make_add)
{
	struct touched t = { .memory = place(&a[0], &a[1]), .word = (int32_t)a[2].number };

	UNUSED(n);
	if (!aligned(&t)) /* no processor promises an atomic addition there */
		make_error(out, EINVAL);
	else if (!is_word(a[2].number))
		make_error(out, ERANGE);
	else if (make_touch(c, out, add_word, &t))
		make_value(out, t.word);
}

#define ADDRESS { "address", ARGUMENT_ADDRESS, NULL, false, 0 }
#define LENGTH { "length", ARGUMENT_SIZE, NULL, false, 0 }
#define OFFSET { "offset", ARGUMENT_NUMBER, NULL, false, 0 }
#define PROTECTION { "prot", ARGUMENT_SYMBOLS, &symbols_protection, false, 0 }

const struct call calls_memory[] = {
	{ .name = "mmap", .argument = { ADDRESS, LENGTH, PROTECTION, { "flags", ARGUMENT_SYMBOLS, &symbols_map, false, 0 },
					{ "fd", ARGUMENT_DESCRIPTOR, NULL, true, -1 },
					{ "offset", ARGUMENT_NUMBER, NULL, true, 0 } },
	  .result = RESULT_ADDRESS, .make = make_mmap, .mechanism = "memory", .see = "mmap(2)",
	  .summary = "maps a file or memory; address 0: where the kernel likes",
	  .offers = "a = mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)" },
	{ .name = "munmap", .argument = { ADDRESS, LENGTH }, .result = RESULT_ZERO, .make = make_munmap,
	  .mechanism = "memory", .see = "munmap(2)", .summary = "unmaps a range of pages: all of a mapping or some" },
	{ .name = "mprotect", .argument = { ADDRESS, LENGTH, PROTECTION }, .result = RESULT_ZERO, .make = make_mprotect,
	  .mechanism = "memory", .see = "mprotect(2)", .summary = "what may be done with a range of pages from now on" },
	{ .name = "msync", .argument = { ADDRESS, LENGTH, { "flags", ARGUMENT_SYMBOLS, &symbols_sync, false, 0 } },
	  .result = RESULT_ZERO, .make = make_msync, .mechanism = "memory", .see = "msync(2)",
	  .summary = "writes what was changed in a mapping to its file" },
	{ .name = "madvise", .argument = { ADDRESS, LENGTH, { "advice", ARGUMENT_SYMBOLS, &symbols_advice, false, 0 } },
	  .result = RESULT_ZERO, .make = make_madvise, .mechanism = "memory", .see = "madvise(2)",
	  .summary = "with MADV_DONTNEED: gives pages back" },
	{ .name = "load", .argument = { ADDRESS, OFFSET, { "count", ARGUMENT_SIZE, NULL, true, 0 } },
	  .result = RESULT_WORD, .make = make_load, .mechanism = "memory", .see = "ipcscope-lesson(5)",
	  .summary = "reads a word of 32 bits from memory, or that many bytes", .offers = "load({a}, 0)" },
	{ .name = "store", .argument = { ADDRESS, OFFSET, { "value", ARGUMENT_WORD, NULL, false, 0 } },
	  .result = RESULT_ZERO, .make = make_store, .mechanism = "memory", .see = "ipcscope-lesson(5)",
	  .summary = "writes a word of 32 bits into memory, or a \"text\"", .offers = "store({a}, 0, 1)|store({a}, 0, \"hello\")" },
	{ .name = "add", .argument = { ADDRESS, OFFSET, { "n", ARGUMENT_NUMBER, NULL, false, 0 } },
	  .result = RESULT_NUMBER, .make = make_add, .mechanism = "memory", .see = "ipcscope-lesson(5)",
	  .summary = "adds to a word in one step; returns the value before", .offers = "add({a}, 0, 1)" },
	{ .name = "getpagesize", .result = RESULT_NUMBER, .make = make_getpagesize, .mechanism = "memory",
	  .see = "getpagesize(2)", .summary = "how many bytes a page has on this machine" },
	{ 0 },
};
