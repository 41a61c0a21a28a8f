/* SPDX-License-Identifier: MIT */
/* The layout of structures, of a made one with everything the format has, of nonsense, and of the kernel. */
#include "probe/btf.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "tests/probe/hostile.h"
#include "tests/unit.h"

/* Numbers of kinds, as Documentation/bpf/btf.rst has them. */
enum { INT = 1, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, PROTO, VAR, DATASEC, FLOAT,
       DECL_TAG, TYPE_TAG, ENUM64 };

#define TYPE(kind, split, parts) ((uint32_t)(split) << 31 | (uint32_t)(kind) << 24 | (uint32_t)(parts))

static const char names[] = "\0pipe\0head\0tail\0bits\0walk\0count_t\0deep\0plain\0";
enum { PIPE = 1, HEAD = 6, TAIL = 11, BITS = 16, WALK = 21, COUNT_T = 26, DEEP = 34, PLAIN = 39 };

/*
 *  1 unsigned, 4 bytes     2 a pointer           3 count_t = const 4    4 const 1
 *  5 struct pipe { 8 bytes; union { struct { count_t head, tail; }; }; 3 bits; void *deep; unsigned array[2]; }
 *  9 a function walk()     and one of each other kind between them
 */
static const uint32_t types[] = {
	0, TYPE(INT, 0, 0), 4, 32,
	0, TYPE(PTR, 0, 0), 0,
	COUNT_T, TYPE(TYPEDEF, 0, 0), 4,
	0, TYPE(CONST, 0, 0), 1,
	PIPE, TYPE(STRUCT, 1, 4), 40,
		0, 6, 8 * 8,
		BITS, 1, 3 << 24 | 16 * 8,
		DEEP, 2, 24 * 8,
		PLAIN, 8, 32 * 8,
	0, TYPE(UNION, 0, 1), 8,
		0, 7, 0,
	0, TYPE(STRUCT, 0, 2), 8,
		HEAD, 3, 0,
		TAIL, 3, 4 * 8,
	0, TYPE(ARRAY, 0, 0), 0, 1, 1, 2,
	WALK, TYPE(FUNC, 0, 0), 10,
	0, TYPE(PROTO, 0, 1), 0, 0, 1,
	0, TYPE(ENUM, 0, 1), 4, HEAD, 1,
	0, TYPE(VAR, 0, 0), 1, 0,
	0, TYPE(DATASEC, 0, 1), 4, 12, 0, 4,
	0, TYPE(DECL_TAG, 0, 0), 1, 0,
	0, TYPE(ENUM64, 0, 1), 8, HEAD, 1, 0,
	PIPE, TYPE(FWD, 0, 0), 0,
	WALK, TYPE(STRUCT, 0, 0), 4, /* the same name, another kind */
};

struct made { uint32_t header[6]; uint32_t types[sizeof types / 4]; char names[sizeof names]; };

static struct made make(void)
{
	struct made m = { .header = { 0xeb9f | 1 << 16, 24, 0, sizeof types, sizeof types, sizeof names } };

	memcpy(m.types, types, sizeof types);
	memcpy(m.names, names, sizeof names);
	return m;
}

START_TEST(members_are_where_they_are)
{
	struct made m = make();
	struct btf *b = btf_of(&m, sizeof m);
	struct btf_wanted wanted[] = { { BTF_WANT_FUNCTION, "walk", 0 }, { BTF_WANT_STRUCT, "pipe", 0 } };
	struct btf_member member;

	ck_assert_ptr_nonnull(b);
	ck_assert(btf_find(b, wanted, 2));
	ck_assert_uint_eq(wanted[0].id, 9);
	ck_assert_uint_eq(wanted[1].id, 5);
	ck_assert_uint_eq(btf_size(b, 5), 40);
	ck_assert(btf_member(b, 5, "head", &member));
	ck_assert_uint_eq(member.offset, 8);
	ck_assert_uint_eq(member.size, 4);
	ck_assert(btf_member(b, 5, "tail", &member));
	ck_assert_uint_eq(member.offset, 12);
	ck_assert(btf_member(b, 5, "deep", &member));
	ck_assert_uint_eq(member.offset, 24);
	ck_assert_uint_eq(member.size, sizeof(void *));
	ck_assert(btf_member(b, 5, "plain", &member));
	ck_assert_uint_eq(member.size, 0); /* an array is no number */
	ck_assert(!btf_member(b, 5, "bits", &member));
	ck_assert(!btf_member(b, 5, "nothing", &member));
	btf_free(b);
}
END_TEST

START_TEST(what_is_not_there_is_not_found)
{
	struct made m = make();
	struct btf *b = btf_of(&m, sizeof m);
	struct btf_wanted wanted[] = { { BTF_WANT_FUNCTION, "pipe", 0 }, { BTF_WANT_STRUCT, "pipe", 0 } };
	struct btf_member member;

	ck_assert(!btf_find(b, wanted, 2));
	ck_assert_uint_eq(wanted[0].id, 0);
	ck_assert(!btf_member(b, 0, "head", &member));
	ck_assert(!btf_member(b, 1, "head", &member));
	ck_assert(!btf_member(b, 4711, "head", &member));
	ck_assert_uint_eq(btf_size(b, 9), 0);
	btf_free(b);
}
END_TEST

/* Whatever it is, it is looked through to its end or refused. */
static void try_it(const char *text, size_t length)
{
	_Alignas(8) static char copy[sizeof(struct made)];
	struct btf_wanted wanted[] = { { BTF_WANT_FUNCTION, "walk", 0 }, { BTF_WANT_STRUCT, "pipe", 0 } };
	struct btf_member member;
	struct btf *b;

	ck_assert_uint_le(length, sizeof copy);
	memcpy(copy, text, length);
	b = btf_of(copy, length);
	if (!b)
		return;
	btf_find(b, wanted, 2);
	for (uint32_t id = 0; id < 20; id++)
		btf_member(b, id, "tail", &member);
	btf_free(b);
}

START_TEST(nonsense_is_borne)
{
	struct made m = make();

	hostile_beginnings((const char *)&m, sizeof m, try_it);
	hostile_noise((const char *)&m, sizeof m, try_it);
}
END_TEST

START_TEST(a_type_within_itself_ends)
{
	struct made m = make();
	struct btf_member member;
	struct btf *b;

	m.types[17] = 5; /* the union's place is taken by the structure itself */
	m.types[12] = 4; /* const const const ... */
	b = btf_of(&m, sizeof m);
	ck_assert_ptr_nonnull(b);
	ck_assert(!btf_member(b, 5, "tail", &member));
	btf_free(b);
}
END_TEST

START_TEST(the_kernels_own)
{
	struct btf_wanted wanted[] = { { BTF_WANT_STRUCT, "task_struct", 0 }, { BTF_WANT_STRUCT, "pipe_buffer", 0 } };
	struct btf_member member;
	int error = 0;
	struct btf *b = btf_open(&error);

	if (!b) {
		ck_assert_int_lt(error, 0);
		unit_skip("this kernel has no BTF");
	}
	ck_assert(btf_find(b, wanted, 2));
	ck_assert_uint_gt(btf_size(b, wanted[0].id), 1000);
	ck_assert(btf_member(b, wanted[0].id, "tgid", &member));
	ck_assert_uint_eq(member.size, sizeof(int));
	ck_assert(btf_member(b, wanted[1].id, "len", &member));
	ck_assert_uint_eq(member.size, 4);
	btf_free(b);
}
END_TEST

Suite *suite_btf(void)
{
	Suite *suite = suite_create("btf");
	TCase *tests = tcase_create("btf");

	tcase_add_test(tests, members_are_where_they_are);
	tcase_add_test(tests, what_is_not_there_is_not_found);
	tcase_add_test(tests, nonsense_is_borne);
	tcase_add_test(tests, a_type_within_itself_ends);
	tcase_add_test(tests, the_kernels_own);
	suite_add_tcase(suite, tests);
	return suite;
}
