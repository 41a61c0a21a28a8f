/* SPDX-License-Identifier: MIT */
/* Work on several processors: each piece once, signals for the caller alone. */
#include "base/parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "tests/unit.h"

enum { PIECES = 1000 };

static atomic_int done[PIECES], workers_met;
static atomic_bool open_to_signals, wrong_argument;
static pthread_t caller;

static void piece(void *arg, int worker, size_t i)
{
	sigset_t mask;

	/* no ck_assert here: that is for the test's own thread */
	if (arg != &caller)
		atomic_store(&wrong_argument, true);
	atomic_fetch_add(&done[i], 1);
	atomic_fetch_or(&workers_met, 1 << worker);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	if (!pthread_equal(pthread_self(), caller) && !sigismember(&mask, SIGTERM))
		atomic_store(&open_to_signals, true);
}

START_TEST(every_piece_is_done_once)
{
	sigset_t before, after;

	caller = pthread_self();
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	for (int workers = 1; workers <= PARALLEL_WORKERS + 1; workers++) {
		atomic_store(&workers_met, 0);
		parallel_run(PIECES, workers, piece, &caller);
		for (int i = 0; i < PIECES; i++)
			ck_assert_int_eq(atomic_exchange(&done[i], 0), 1);
		ck_assert_int_lt(atomic_load(&workers_met), 1 << (workers < PARALLEL_WORKERS ? workers : PARALLEL_WORKERS));
	}
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	ck_assert_int_eq(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
	ck_assert(!atomic_load(&open_to_signals));
	ck_assert(!atomic_load(&wrong_argument));
	parallel_run(0, 2, piece, &caller);
}
END_TEST

START_TEST(few_pieces_get_no_threads)
{
	ck_assert_int_eq(parallel_workers(0), 1);
	ck_assert_int_eq(parallel_workers(20), 1);
	ck_assert_int_ge(parallel_workers(100000), 1);
	ck_assert_int_lt(parallel_workers(100000), PARALLEL_WORKERS);
}
END_TEST

Suite *suite_parallel(void)
{
	Suite *suite = suite_create("parallel");
	TCase *all = tcase_create("all");

	tcase_add_test(all, every_piece_is_done_once);
	tcase_add_test(all, few_pieces_get_no_threads);
	suite_add_tcase(suite, all);
	return suite;
}
