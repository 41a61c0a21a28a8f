/* SPDX-License-Identifier: MIT */
/* Constants by their names: every name means one number, and what is printed is found again. */
#include "tests/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "call/symbols.h"

static const struct symbol_set *const sets[] = {
	&symbols_open, &symbols_pipe, &symbols_fcntl, &symbols_descriptor_flags, &symbols_signal,
	&symbols_disposition, &symbols_sigaction, &symbols_sigmask_how, &symbols_wait, &symbols_poll,
	&symbols_errno, &symbols_ipc, &symbols_key, &symbols_ipc_control, &symbols_socket_family,
	&symbols_socket_type, &symbols_ioctl, &symbols_msg, &symbols_msg_control, &symbols_semop,
	&symbols_lock, &symbols_flock, &symbols_shm, &symbols_protection, &symbols_map, &symbols_sync,
	&symbols_advice, &symbols_itimer, &symbols_seek,
	&symbols_shutdown, &symbols_accept, &symbols_message, &symbols_socket_level, &symbols_socket_option,
	&symbols_tcp_option, &symbols_ip_option, &symbols_ipv6_option, &symbols_mutex, &symbols_futex,
	&symbols_eventfd, &symbols_signalfd, &symbols_timerfd, &symbols_clock, &symbols_epoll_create,
	&symbols_epoll_op, &symbols_epoll, &symbols_memfd, &symbols_seals, &symbols_splice,
	&symbols_any_process, &symbols_file_type,
};

enum { SETS = sizeof sets / sizeof *sets };

START_TEST(a_name_means_one_number)
{
	for (size_t i = 0; i < SETS; i++)
		for (const struct symbol *s = sets[i]->list; s->name; s++) {
			int64_t value;

			ck_assert_msg(symbol_find(s->name, &value), "%s is in no set that is searched", s->name);
			ck_assert_msg(value == s->value, "%s is %lld in %s and %lld elsewhere", s->name,
				      (long long)s->value, sets[i]->name, (long long)value);
			ck_assert(symbol_find_in(sets[i], s->name, &value));
			ck_assert_int_eq(value, s->value);
		}
}
END_TEST

START_TEST(completion_lists_every_name)
{
	const char *name;
	int64_t value;

	for (size_t i = 0; i < SETS; i++)
		for (const struct symbol *s = sets[i]->list; s->name; s++) {
			size_t n = 0;

			while ((name = symbol_nth(n)) && strcmp(name, s->name))
				n++;
			ck_assert_msg(name != NULL, "%s is not offered", s->name);
		}
	for (size_t n = 0; (name = symbol_nth(n)); n++)
		ck_assert_msg(symbol_find(name, &value), "%s is offered and not found", name);
}
END_TEST

/* Adds up "A|B|0x10" again. */
static int64_t read_back(const struct symbol_set *set, const char *printed)
{
	char *copy = strdup(printed), *save, *word;
	int64_t sum = 0;

	for (word = strtok_r(copy, "|", &save); word; word = strtok_r(NULL, "|", &save)) {
		int64_t one;
		char *plus = strchr(word, '+');

		if (plus)
			*plus = '\0';
		if (!symbol_find_in(set, word, &one)) {
			char *end;

			one = strtoll(word, &end, 0);
			ck_assert_msg(!*end, "%s: %s is no constant of %s", printed, word, set->name);
		}
		if (plus)
			one += strtoll(plus + 1, NULL, 10);
		sum |= one;
	}
	free(copy);
	return sum;
}

START_TEST(printed_constants_are_found_again)
{
	for (size_t i = 0; i < SETS; i++)
		for (int64_t n = 0; n < 4096; n++) {
			int64_t v = n % 2 ? n / 2 : n / 2 << 10; /* all of the low bits, and all of the high ones */
			struct text t = { 0 };

			symbol_print(&t, sets[i], v);
			ck_assert_msg(read_back(sets[i], text_string(&t)) == v, "%s: %lld prints as %s", sets[i]->name,
				      (long long)v, text_string(&t));
			text_free(&t);
		}
}
END_TEST

START_TEST(choices_print_by_name)
{
	for (size_t i = 0; i < SETS; i++)
		for (const struct symbol *s = sets[i]->list; s->name; s++) {
			struct text t = { 0 };

			symbol_print(&t, sets[i], s->value);
			ck_assert_int_eq(read_back(sets[i], text_string(&t)), s->value);
			/* EWOULDBLOCK and such would print as their first name: none is listed twice. */
			if (sets[i]->field == -1)
				ck_assert_str_eq(text_string(&t), s->name);
			text_free(&t);
		}
}
END_TEST

START_TEST(errors_and_signals)
{
	int64_t value;

	ck_assert_str_eq(symbol_error(EPIPE), "EPIPE");
	ck_assert_str_eq(symbol_error(EAGAIN), "EAGAIN");
	ck_assert_ptr_null(symbol_error(0));
	ck_assert_ptr_null(symbol_error(4711));
	ck_assert_str_eq(symbol_signal(SIGPIPE), "SIGPIPE");
	ck_assert_str_eq(symbol_signal(SIGRTMIN), "SIGRTMIN");
	ck_assert_str_eq(symbol_signal(SIGRTMIN + 2), "SIGRTMIN+2");
	ck_assert_ptr_null(symbol_signal(0));
	ck_assert_ptr_null(symbol_signal(-1));
	ck_assert_ptr_null(symbol_signal(65));
	ck_assert(symbol_find("SIGRTMAX", &value));
	ck_assert_int_eq(value, SIGRTMAX);
	ck_assert(!symbol_find("EPIPEE", &value));
	ck_assert(!symbol_find("", &value));
}
END_TEST

/* Or a trace would say "killed by 16". */
START_TEST(every_signal_has_a_name)
{
	for (int s = 1; s < 32; s++)
		ck_assert_msg(symbol_signal(s) != NULL, "signal %d has no name", s);
}
END_TEST

START_TEST(signal_sets)
{
	static const struct { uint64_t set; const char *as; } rows[] = {
		{ 0, "0" },
		{ UINT64_C(1) << (SIGPIPE - 1), "SIGPIPE" },
		{ UINT64_C(1) << (SIGUSR1 - 1) | UINT64_C(1) << (SIGUSR2 - 1), "SIGUSR1|SIGUSR2" },
		{ UINT64_C(1) << 31, "32" },
		{ UINT64_C(1) << 63, "SIGRTMIN+30" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct text t = { 0 };

		symbol_print_signals(&t, rows[i].set);
		if (i < 4 || SIGRTMIN == 34)
			ck_assert_str_eq(text_string(&t), rows[i].as);
		text_free(&t);
	}
}
END_TEST

Suite *suite_symbols(void)
{
	Suite *s = suite_create("symbols");
	TCase *t = tcase_create("symbols");

	tcase_add_test(t, a_name_means_one_number);
	tcase_add_test(t, completion_lists_every_name);
	tcase_add_test(t, printed_constants_are_found_again);
	tcase_add_test(t, choices_print_by_name);
	tcase_add_test(t, errors_and_signals);
	tcase_add_test(t, every_signal_has_a_name);
	tcase_add_test(t, signal_sets);
	suite_add_tcase(s, t);
	return s;
}
