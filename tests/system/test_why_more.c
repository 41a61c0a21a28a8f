/* SPDX-License-Identifier: MIT */
/* Why processes wait: descriptors of events, polls of all kinds, threads, and how long. */
#include "system/why.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/system/program.h"
#include "tests/unit.h"

/* --- descriptors that are no objects ------------------------------------------------------------------ */

static int read_from(int fd)
{
	char data[512];

	alarm(120);
	return fd < 0 ? 9 : (int)read(fd, data, sizeof data);
}

static int read_timer(void *unused)
{
	struct itimerspec long_time = { .it_value = { .tv_sec = 777 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	(void)unused;
	return timerfd_settime(fd, 0, &long_time, NULL) ? 9 : read_from(fd);
}

static int read_no_timer(void *unused)
{
	(void)unused;
	return read_from(timerfd_create(CLOCK_MONOTONIC, 0));
}

static int read_signals(void *unused)
{
	sigset_t set;

	(void)unused;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return read_from(signalfd(-1, &set, 0));
}

static int read_changes(void *unused)
{
	(void)unused;
	return read_from(inotify_init());
}

static int read_own_event(void *unused)
{
	(void)unused;
	return read_from(eventfd(0, 0));
}

static int read_shared_event(void *unused)
{
	int fd = eventfd(0, 0);

	(void)unused;
	return program_fork(true) < 0 ? 9 : read_from(fd);
}

START_TEST(descriptors_of_events_tell_what_comes)
{
	static const struct program_case rows[] = {
		{ read_timer, WHY_NOTHING, { "anon_inode:[timerfd]", "a timer, which expires in 12 min" } },
		{ read_no_timer, WHY_FOUND, { "a timer that is not set: nothing comes from it" } },
		{ read_signals, WHY_NOTHING, { "it waits for a signal: SIGUSR2, SIGTERM" } },
		{ read_changes, WHY_NOTHING, { "it waits for changes of files" } },
		{ read_own_event, WHY_FOUND, { "only it itself has this eventfd, and it has no other thread" } },
		{ read_shared_event, WHY_FOUND, { "eventfd", "its only writer", "is stopped", "kill -CONT" } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		program_try(&rows[i]);
}
END_TEST

/* --- polls ------------------------------------------------------------------------------------------------ */

/* A pipe whose other end a stopped child alone has. */
static int stopped_writer(void)
{
	int ends[2];

	if (pipe(ends) != 0 || program_fork(true) < 0)
		return -1;
	close(ends[1]);
	alarm(120);
	return ends[0];
}

static int poll_one(void *unused)
{
	struct pollfd one = { .fd = stopped_writer(), .events = POLLIN };

	(void)unused;
	return poll(&one, 1, -1);
}

static int ppoll_one(void *unused)
{
	struct timespec most = { .tv_sec = 555 };
	struct pollfd one = { .fd = stopped_writer(), .events = POLLIN };

	(void)unused;
	return ppoll(&one, 1, &most, NULL);
}

static int select_one(void *unused)
{
	int fd = stopped_writer();
	fd_set set;

	(void)unused;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, NULL);
}

static int pselect_to_write(void *unused)
{
	int ends[2];
	fd_set set;

	(void)unused;
	alarm(120);
	if (pipe2(ends, O_NONBLOCK) != 0 || program_fork(true) < 0)
		return 9;
	close(ends[0]);
	while (write(ends[1], "x", 1) == 1)
		;
	FD_ZERO(&set);
	FD_SET(ends[1], &set);
	return pselect(ends[1] + 1, NULL, &set, NULL, NULL, NULL);
}

static int epoll_an_epoll(void *unused)
{
	struct epoll_event wanted = { .events = EPOLLIN };
	int inner = epoll_create1(0), outer = epoll_create1(0), fd = stopped_writer();

	(void)unused;
	if (epoll_ctl(inner, EPOLL_CTL_ADD, fd, &wanted) != 0 || epoll_ctl(outer, EPOLL_CTL_ADD, inner, &wanted) != 0)
		return 9;
	return epoll_wait(outer, &wanted, 1, -1);
}

static int poll_a_process(void *unused)
{
	struct pollfd one = { .fd = child_pidfd(program_fork(true)), .events = POLLIN };

	(void)unused;
	alarm(120);
	return one.fd < 0 ? 9 : poll(&one, 1, -1);
}

static int poll_own_socket(void *unused)
{
	struct pollfd one = { .events = POLLIN };
	int pair[2];

	(void)unused;
	alarm(120);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return 9;
	one.fd = pair[0];
	return poll(&one, 1, -1);
}

static int read_own_socket(void *unused)
{
	int pair[2];

	(void)unused;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) ? 9 : read_from(pair[0]);
}

START_TEST(polls_of_all_kinds_are_followed)
{
	static const struct program_case rows[] = {
		{ poll_one, WHY_FOUND, { "in poll for pipe:[", ", empty", "its only writer", "is stopped" } },
		{ ppoll_one, WHY_FOUND, { "in ppoll for pipe:[", "9 min 15 s at most", "its only writer", "is stopped" } },
		{ select_one, WHY_FOUND, { "select for pipe:[", "its only writer", "is stopped", "kill -CONT" } },
		{ pselect_to_write, WHY_FOUND, { "select for pipe:[", "full: ", "its only reader", "is stopped" } },
		{ epoll_an_epoll, WHY_FOUND, { "anon_inode:[eventpoll]", "pipe:[", "its only writer", "is stopped" } },
		{ poll_a_process, WHY_FOUND, { "anon_inode:[pidfd]", "for the end of", ", which is stopped", "kill -CONT" } },
		{ poll_own_socket, WHY_NOTHING, { "its other side is its own too" } },
		{ read_own_socket, WHY_FOUND, { "the only other side left is its own", "close descriptor" } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		program_try(&rows[i]);
}
END_TEST

/* --- threads ------------------------------------------------------------------------------------------- */

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, two = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both;
static sem_t never;

static void *take_other_way(void *unused)
{
	pthread_mutex_lock(&two);
	pthread_barrier_wait(&both);
	pthread_mutex_lock(&one);
	return unused;
}

static int lock_crosswise(void *unused)
{
	pthread_t thread;

	alarm(120);
	pthread_barrier_init(&both, NULL, 2);
	pthread_mutex_lock(&one);
	if (pthread_create(&thread, NULL, take_other_way, unused) != 0)
		return 9;
	pthread_barrier_wait(&both);
	return pthread_mutex_lock(&two);
}

static void *wait_never(void *unused)
{
	sem_wait(&never);
	return unused;
}

static int wait_without_owner(void *unused)
{
	pthread_t thread;

	alarm(120);
	sem_init(&never, 0, 0);
	return pthread_create(&thread, NULL, wait_never, unused) != 0 ? 9 : sem_wait(&never);
}

static void *pause_for_ever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static int wait_for_who_pauses(void *unused)
{
	pthread_t thread;

	alarm(120);
	sem_init(&never, 0, 0);
	return pthread_create(&thread, NULL, pause_for_ever, unused) != 0 ? 9 : sem_wait(&never);
}

static int lock_twice(void *unused)
{
	(void)unused;
	alarm(120);
	pthread_mutex_lock(&one);
	return pthread_mutex_lock(&one);
}

START_TEST(threads_that_wait_for_each_other)
{
	static const struct program_case rows[] = {
		{ lock_crosswise, WHY_DEADLOCK, { "for a thread of its own,", "a circle of threads", "only its end helps" } },
		{ wait_without_owner, WHY_DEADLOCK, { "all of its 2 threads wait for words of its own memory",
						      "(its thread ", "only its end helps" } },
		{ wait_for_who_pauses, WHY_UNKNOWN, { "its other thread must wake it", "perhaps by", ", which ", " in pause" } },
		{ lock_twice, WHY_FOUND, { "it locked it twice", "only its end helps" } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		program_try(&rows[i]);
}
END_TEST

START_TEST(two_locks_of_python)
{
	struct program p;

	program_start(&p, "python3", "-c",
		      "import threading\n"
		      "a = threading.Lock(); b = threading.Lock(); both = threading.Barrier(2)\n"
		      "def other():\n"
		      "  b.acquire(); both.wait(); a.acquire()\n"
		      "threading.Thread(target=other).start()\n"
		      "a.acquire(); both.wait(); b.acquire()\n", NULL);
	program_why(p.pid, WHY_DEADLOCK, "all of its 2 threads wait", "only its end helps", NULL);
	program_stop(&p);
}
END_TEST

/* --- how long ------------------------------------------------------------------------------------------------ */

static int sleep_long(void *unused)
{
	struct timespec point;

	(void)unused;
	alarm(120);
	clock_gettime(CLOCK_MONOTONIC, &point);
	point.tv_sec += 5400;
	return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &point, NULL);
}

static int wait_a_while(void *unused)
{
	struct timespec point;

	(void)unused;
	alarm(120);
	sem_init(&never, 0, 0);
	clock_gettime(CLOCK_REALTIME, &point);
	point.tv_sec += 5400;
	return sem_timedwait(&never, &point);
}

START_TEST(points_in_time_tell_what_is_left)
{
	static const struct program_case rows[] = {
		{ sleep_long, WHY_NOTHING, { "in clock_nanosleep, 1 h ", "a timer" } },
		{ wait_a_while, WHY_NOTHING, { "in futex, 1 h " } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		program_try(&rows[i]);
}
END_TEST

Suite *suite_why_more(void)
{
	Suite *s = suite_create("why_more");
	TCase *t = tcase_create("why_more");

	tcase_set_timeout(t, 200);
	tcase_add_test(t, descriptors_of_events_tell_what_comes);
	tcase_add_test(t, polls_of_all_kinds_are_followed);
	tcase_add_test(t, threads_that_wait_for_each_other);
	tcase_add_test(t, two_locks_of_python);
	tcase_add_test(t, points_in_time_tell_what_is_left);
	suite_add_tcase(s, t);
	return s;
}
