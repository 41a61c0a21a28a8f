/* SPDX-License-Identifier: MIT */
/* Requests there and back; what makes no sense is refused and never read beyond its end. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "process/wire.h"

static const char *const texts[CALL_ARGUMENTS] = { "f", "", "a text", "\xff\xfe", "x", "y" };

/* Text where text is meant, numbers that name their place elsewhere. */
static void fill(const struct call *c, struct value *a, int n)
{
	for (int i = 0; i < n; i++) {
		enum argument_type type = c->argument[i].type;

		a[i] = (struct value){ .kind = VALUE_NUMBER, .number = 1000 + i };
		if (type == ARGUMENT_PATH || type == ARGUMENT_STRING || type == ARGUMENT_DATA)
			a[i] = (struct value){ .kind = VALUE_TEXT, .text = texts[i], .length = (uint32_t)strlen(texts[i]) };
	}
}

START_TEST(every_call_travels)
{
	const struct call *c, *got;

	for (size_t k = 0; (c = call_nth(k)); k++)
		for (int n = call_fewest(c); n <= call_most(c); n++) {
			struct wire_request r = { .order = WIRE_CALL };
			struct value a[CALL_ARGUMENTS], back[CALL_ARGUMENTS];

			fill(c, a, n);
			ck_assert(wire_pack(&r, c, a, n));
			ck_assert(wire_unpack(&r, wire_request_size(&r), &got, back));
			ck_assert_ptr_eq(got, c);
			for (int i = 0; i < call_most(c); i++) {
				if (i >= n) { /* left out: it has its usual value */
					ck_assert_int_eq(back[i].kind, VALUE_NUMBER);
					ck_assert_int_eq(back[i].number, c->argument[i].otherwise);
					continue;
				}
				ck_assert_int_eq(back[i].kind, a[i].kind);
				if (a[i].kind == VALUE_NUMBER) {
					ck_assert_int_eq(back[i].number, a[i].number);
				} else {
					ck_assert_uint_eq(back[i].length, a[i].length);
					ck_assert_mem_eq(back[i].text, a[i].text, a[i].length + 1);
				}
			}
		}
}
END_TEST

START_TEST(texts_have_a_limit)
{
	static char text[CALL_TEXT];
	struct wire_request r = { .order = WIRE_CALL };
	struct value a[2] = { { .number = 3 }, { .kind = VALUE_TEXT, .text = text, .length = CALL_TEXT - 1 } };
	struct value back[CALL_ARGUMENTS];
	const struct call *c;

	memset(text, 'x', CALL_TEXT - 1);
	ck_assert(wire_pack(&r, call_find("write"), a, 2));
	ck_assert_uint_le(wire_request_size(&r), sizeof r);
	ck_assert(wire_unpack(&r, wire_request_size(&r), &c, back));
	ck_assert_uint_eq(back[1].length, CALL_TEXT - 1);
	a[1].length = CALL_TEXT;
	ck_assert(!wire_pack(&r, call_find("write"), a, 2));
	a[1].length = UINT32_MAX;
	ck_assert(!wire_pack(&r, call_find("write"), a, 2));
}
END_TEST

static struct wire_request good(void)
{
	struct wire_request r = { .order = WIRE_CALL };
	struct value a[3] = { { .kind = VALUE_TEXT, .text = "path", .length = 4 }, { .number = 1 }, { .number = 0644 } };

	ck_assert(wire_pack(&r, call_find("open"), a, 3));
	return r;
}

static bool accepted(const struct wire_request *r, size_t size)
{
	struct value a[CALL_ARGUMENTS];
	const struct call *c;

	return wire_unpack(r, size, &c, a);
}

START_TEST(wrong_ones_are_refused)
{
	struct wire_request r = good();
	size_t size = wire_request_size(&r);

	ck_assert(accepted(&r, size));
	ck_assert(!accepted(&r, 0));
	ck_assert(!accepted(&r, size - 1));
	ck_assert(!accepted(&r, size + 1));
	r.n = 2;
	ck_assert(!accepted(&r, size));
	r.n = -1;
	ck_assert(!accepted(&r, size));
	r.n = INT32_MAX;
	ck_assert(!accepted(&r, size));
	r = good();
	r.call = UINT32_MAX;
	ck_assert(!accepted(&r, size));
	r = good();
	r.length = UINT32_MAX;
	ck_assert(!accepted(&r, size));
	ck_assert(!accepted(&r, wire_request_size(&r)));
	r = good();
	r.argument[0].offset = UINT32_MAX;
	ck_assert(!accepted(&r, size));
	r = good();
	r.argument[0].offset = 1;
	ck_assert(!accepted(&r, size));
	r = good();
	r.argument[0].length = UINT32_MAX;
	ck_assert(!accepted(&r, size));
	r = good();
	r.argument[0].length = 5;
	ck_assert(!accepted(&r, size));
	r = good();
	r.argument[0].length = 2; /* no NUL behind it */
	ck_assert(!accepted(&r, size));
	r = good();
	r.text[4] = 'x';
	ck_assert(!accepted(&r, size));
}
END_TEST

/* Bits turned in a good request: whatever is accepted lies within it. */
START_TEST(hostile_bytes_stay_within)
{
	unsigned seed = (unsigned)time(NULL);
	int yes = 0;

	for (int i = 0; i < 200000; i++) {
		struct wire_request r = good();
		size_t size = wire_request_size(&r);
		unsigned char *bytes = (unsigned char *)&r;
		struct value a[CALL_ARGUMENTS];
		const struct call *c;

		for (int k = rand_r(&seed) % 8; k >= 0; k--)
			bytes[(size_t)rand_r(&seed) % size] = (unsigned char)rand_r(&seed);
		if (rand_r(&seed) % 4 == 0)
			size = (size_t)rand_r(&seed) % (sizeof r + 1);
		if (!wire_unpack(&r, size, &c, a))
			continue;
		yes++;
		ck_assert(c == call_nth(r.call));
		for (int k = 0; k < r.n; k++)
			if (a[k].kind == VALUE_TEXT) {
				ck_assert(a[k].text >= r.text);
				ck_assert_msg(a[k].text + a[k].length < (char *)&r + size, "seed %u", seed);
				ck_assert_int_eq(a[k].text[a[k].length], 0);
			}
	}
	ck_assert_int_gt(yes, 0); /* or nothing was tried */
}
END_TEST

START_TEST(records_and_descriptors)
{
	struct wire_notice n = { WIRE_REAPED, 1, 2, 3 }, back;
	int pair[2], p[2], fd[2];
	char byte = 'x';

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	ck_assert_int_eq(pipe(p), 0);
	ck_assert_int_eq(wire_receive(pair[1], &back, sizeof back, fd, MSG_DONTWAIT), -EAGAIN);
	ck_assert_int_eq(wire_send(pair[0], &n, sizeof n, p), 0);
	ck_assert_int_eq(wire_receive(pair[1], &back, sizeof back, fd, 0), sizeof back);
	ck_assert_mem_eq(&n, &back, sizeof n);
	ck_assert(fcntl(fd[0], F_GETFD) & FD_CLOEXEC);
	ck_assert(fcntl(fd[1], F_GETFD) & FD_CLOEXEC);
	ck_assert_int_eq(write(p[1], &byte, 1), 1);
	ck_assert_int_eq(read(fd[0], &byte, 1), 1);
	/* Unwanted ones are closed: no number is lost. */
	close(fd[1]);
	ck_assert_int_eq(wire_send(pair[0], &n, sizeof n, p), 0);
	ck_assert_int_eq(wire_receive(pair[1], &back, sizeof back, NULL, 0), sizeof back);
	ck_assert_int_eq(dup(0), fd[1]);
	/* None came. */
	ck_assert_int_eq(wire_send(pair[0], &n, sizeof n, NULL), 0);
	ck_assert_int_eq(wire_receive(pair[1], &back, sizeof back, fd, 0), sizeof back);
	ck_assert_int_eq(fd[0], -1);
	ck_assert_int_eq(fd[1], -1);
	/* The other side is gone: an error, not a signal. */
	close(pair[1]);
	ck_assert_int_eq(wire_send(pair[0], &n, sizeof n, NULL), -EPIPE);
	ck_assert_int_eq(wire_receive(pair[0], &back, sizeof back, NULL, 0), 0);
}
END_TEST

Suite *suite_wire(void)
{
	Suite *s = suite_create("wire");
	TCase *t = tcase_create("wire");

	tcase_add_test(t, every_call_travels);
	tcase_add_test(t, texts_have_a_limit);
	tcase_add_test(t, wrong_ones_are_refused);
	tcase_add_test(t, hostile_bytes_stay_within);
	tcase_add_test(t, records_and_descriptors);
	suite_add_tcase(s, t);
	return s;
}
