/* SPDX-License-Identifier: MIT */
/* Why processes wait: for what others hold, semaphores, locks, mutexes; for children, tracers and peers. */
#include "system/why.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/system/program.h"
#include "tests/unit.h"

/* --- shared words ----------------------------------------------------------------------------------------- */

static int die_with_mutex(void *unused)
{
	pthread_mutex_t *mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t how;
	siginfo_t info;
	pid_t pid;

	(void)unused;
	alarm(120);
	pthread_mutexattr_init(&how);
	pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(mutex, &how);
	pid = fork();
	if (pid == 0) {
		pthread_mutex_lock(mutex);
		_exit(0);
	}
	/* A zombie: nobody reaps it. */
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0)
		return 9;
	return pthread_mutex_lock(mutex);
}

START_TEST(a_mutex_whose_holder_is_a_zombie)
{
	static const struct program_case row = { die_with_mutex, WHY_FOUND, { "which holds the mutex, is gone", "must be started anew" } };

	program_try(&row);
}
END_TEST

static char semaphore_name[64];

/* The taker of a named semaphore goes, or stops. */
static int want_named(bool gone)
{
	sem_t *semaphore = sem_open(semaphore_name, O_CREAT | O_EXCL, 0600, 1);
	pid_t pid;

	alarm(120);
	if (semaphore == SEM_FAILED)
		return 9;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sem_wait(semaphore);
		if (!gone)
			raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, WUNTRACED);
	return sem_wait(semaphore);
}

static int want_of_the_gone(void *unused)
{
	(void)unused;
	return want_named(true);
}

static int want_of_the_stopped(void *unused)
{
	(void)unused;
	return want_named(false);
}

START_TEST(named_semaphores)
{
	static const struct program_case gone = { want_of_the_gone, WHY_FOUND, { "on semaphore /ipcscope-why-", "whose value is 0",
					 "who took it last is gone", "lets it go on (sem_open(3), sem_post(3))" } };
	static const struct program_case stopped = { want_of_the_stopped, WHY_FOUND, { "on semaphore /ipcscope-why-",
					    "it shares the memory with", ", which is stopped", "kill -CONT" } };

	snprintf(semaphore_name, sizeof semaphore_name, "/ipcscope-why-%d", (int)getpid());
	program_try(&gone);
	sem_unlink(semaphore_name);
	program_try(&stopped);
	sem_unlink(semaphore_name);
}
END_TEST

/* --- System V, locks ------------------------------------------------------------------------------------- */

static int id;

static int take(short by)
{
	struct sembuf operation = { 0, by, 0 };

	return semop(id, &operation, 1);
}

static int want_semaphore_of_the_stopped(void *unused)
{
	pid_t pid = fork();

	(void)unused;
	alarm(120);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		take(-1);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, WUNTRACED);
	return take(-1);
}

START_TEST(a_semaphore_whose_holder_is_stopped)
{
	static const struct program_case row = { want_semaphore_of_the_stopped, WHY_FOUND, { "for semaphore 0 of set", "whose value is 0",
					"who changed it last,", "is stopped" } };

	id = semget(IPC_PRIVATE, 1, 0600);
	if (id < 0 || take(1) != 0)
		unit_skip("no System V semaphores here");
	program_try(&row);
	semctl(id, 0, IPC_RMID);
}
END_TEST

static int receive_a_type(void *unused)
{
	struct { long type; char text[8]; } message = { 3, "" };

	(void)unused;
	alarm(120);
	if (msgsnd(id, &message, 1, 0) != 0)
		return 9;
	return (int)msgrcv(id, &message, 8, 7, 0);
}

START_TEST(a_message_of_one_type)
{
	static const struct program_case row = { receive_a_type, WHY_FOUND, { "in msgrcv(", "1 messages", "for one of type 7",
					"who sent to it last is it itself" } };

	id = msgget(IPC_PRIVATE, 0600);
	if (id < 0)
		unit_skip("no System V queues here");
	program_try(&row);
	msgctl(id, IPC_RMID, NULL);
}
END_TEST

static char path[64];

#ifdef F_OFD_SETLKW
static int want_description_lock(void *unused)
{
	struct flock lock = { .l_type = F_WRLCK };
	int fd = open(path, O_RDWR);
	pid_t pid = fork();

	(void)unused;
	alarm(120);
	if (pid == 0) {
		int own = open(path, O_RDWR);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fcntl(own, F_OFD_SETLK, &lock);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, WUNTRACED);
	return fcntl(fd, F_OFD_SETLKW, &lock);
}

START_TEST(a_lock_of_a_description)
{
	static const struct program_case row = { want_description_lock, WHY_FOUND, { "in fcntl(", "the lock is held by", ", which is stopped",
					"kill -CONT" } };
	int fd;

	snprintf(path, sizeof path, "/tmp/ipcscope-why-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	program_try(&row);
	unlink(path);
}
END_TEST
#endif

/* --- children, tracers ------------------------------------------------------------------------------------ */

static int be_traced(void *unused)
{
	(void)unused;
	alarm(120);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	return raise(SIGSTOP);
}

START_TEST(a_traced_process)
{
	struct child c;
	char tracer[64];

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	child_start(&c, be_traced, NULL);
	snprintf(tracer, sizeof tracer, "its tracer %d must let it go on", (int)getpid());
	program_why(c.pid, WHY_FOUND, "is stopped by its tracer ", tracer, NULL);
	child_stop(&c);
}
END_TEST

static int wait_for_a_waiting_child(void *unused)
{
	pid_t pid = fork();

	(void)unused;
	alarm(120);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		program_fork(true);
		_exit(wait(NULL) < 0);
	}
	return (int)waitpid(pid, NULL, 0);
}

static int write_to_a_locked_reader(void *unused)
{
	struct flock lock = { .l_type = F_WRLCK };
	int ends[2], fd = open(path, O_RDWR);
	pid_t holder, pid;

	(void)unused;
	alarm(120);
	holder = fork();
	if (holder == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fcntl(fd, F_SETLK, &lock);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(holder, NULL, WUNTRACED);
	if (pipe(ends) != 0 || (pid = fork()) < 0)
		return 9;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[1]);
		_exit(fcntl(fd, F_SETLKW, &lock) != 0);
	}
	close(ends[0]);
	while (write(ends[1], "x", 1) == 1)
		;
	return 9;
}

START_TEST(chains_of_different_kinds)
{
	static const struct program_case waits = { wait_for_a_waiting_child, WHY_FOUND, { "for a child", "its child", "for its children",
					  "is stopped" } };
	static const struct program_case writes = { write_to_a_locked_reader, WHY_FOUND, { "full: ", "its only reader", "in fcntl(",
					   "the lock is held by" } };
	int fd;

	program_try(&waits);
	snprintf(path, sizeof path, "/tmp/ipcscope-why-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	program_try(&writes);
	unlink(path);
}
END_TEST

START_TEST(a_child_of_vfork)
{
	char folder[] = "/tmp/ipcscope-why-XXXXXX", fifo[64];
	struct program p;

	ck_assert_ptr_ne(mkdtemp(folder), NULL);
	snprintf(fifo, sizeof fifo, "%s/f", folder);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	/* posix_spawn waits until the child has its program: before that it opens the FIFO. */
	program_start(&p, "python3", "-c",
		      "import os, sys\n"
		      "os.posix_spawn('/bin/true', ['true'], {},\n"
		      "  file_actions=[(os.POSIX_SPAWN_OPEN, 0, sys.argv[1], os.O_RDONLY, 0)])\n", fifo, NULL);
	program_why(p.pid, WHY_FOUND, "its child ", " of FIFO /tmp/ipcscope-why-", "nobody has it open for writing",
		    "a process that opens it for writing lets it go on", NULL);
	program_stop(&p);
	unlink(fifo);
	rmdir(folder);
}
END_TEST

/* --- sockets ------------------------------------------------------------------------------------------------ */

static int send_to_the_stopped(void *unused)
{
	static char data[65536];
	int pair[2];

	(void)unused;
	alarm(120);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || program_fork(true) < 0)
		return 9;
	close(pair[1]);
	while (send(pair[0], data, sizeof data, 0) > 0)
		;
	return 9;
}

static int connect_to_a_full_backlog(void *unused)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t length = sizeof address;
	int server = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)unused;
	alarm(120);
	if (bind(server, (struct sockaddr *)&address, sizeof address.sun_family) != 0 || listen(server, 0) != 0 ||
	    getsockname(server, (struct sockaddr *)&address, &length) != 0 || program_fork(true) < 0)
		return 9;
	close(server);
	while (connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, length) == 0)
		;
	return 9;
}

START_TEST(peers_of_sockets)
{
	static const struct program_case rows[] = {
		{ send_to_the_stopped, WHY_FOUND, { "in sendto(", "on unix socket:[", "its peer", "is stopped" } },
		{ connect_to_a_full_backlog, WHY_FOUND, { "in connect(", " to be accepted there already, of 0", "its server",
							  "is stopped" } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		program_try(&rows[i]);
}
END_TEST

/* In a network of its own, in which 10.9.9.1 is this host and the rest of 10.9.9/24 never answers: what goes out by
 * the loopback comes back, and is nobody's. */
static bool make_network(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	struct sockaddr_in *address = (struct sockaddr_in *)(void *)&request.ifr_addr;
	struct rtentry route = { .rt_flags = RTF_UP, .rt_dev = request.ifr_name };
	int fd;

	if (unshare(CLONE_NEWNET) != 0 || (fd = socket(AF_INET, SOCK_DGRAM, 0)) < 0)
		return false;
	request.ifr_flags = IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
		return false;
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(0x0a090901);
	strcpy(request.ifr_name, "lo:1");
	if (ioctl(fd, SIOCSIFADDR, &request) != 0)
		return false;
	strcpy(request.ifr_name, "lo");
	((struct sockaddr_in *)(void *)&route.rt_genmask)->sin_family = AF_INET;
	((struct sockaddr_in *)(void *)&route.rt_genmask)->sin_addr.s_addr = htonl(0xffffff00);
	((struct sockaddr_in *)(void *)&route.rt_dst)->sin_family = AF_INET;
	((struct sockaddr_in *)(void *)&route.rt_dst)->sin_addr.s_addr = htonl(0x0a090900);
	/* The address may have brought it. */
	if (ioctl(fd, SIOCADDRT, &route) != 0 && errno != EEXIST)
		return false;
	close(fd);
	return true;
}

static int connect_outside(void *type)
{
	struct sockaddr_in there = { .sin_family = AF_INET };
	int fd = socket(AF_INET, *(int *)type, 0);
	char byte;

	there.sin_port = htons(81);
	there.sin_addr.s_addr = htonl(0x0a090907);
	alarm(120);
	if (connect(fd, (struct sockaddr *)&there, sizeof there) != 0)
		return 9;
	return (int)recv(fd, &byte, 1, 0);
}

START_TEST(peers_outside_of_this_host)
{
	struct child c;
	int type = SOCK_STREAM;

	if (!unit_forked() || !child_shows_calls() || !make_network())
		unit_skip("needs a network of its own, and /proc/PID/syscall");
	child_start(&c, connect_outside, &type);
	program_why(c.pid, WHY_FOUND, "in connect(", "10.9.9.7:81 has not answered yet: the end of what can be known", NULL);
	child_stop(&c);
	type = SOCK_DGRAM;
	child_start(&c, connect_outside, &type);
	program_why(c.pid, WHY_FOUND, "in recvfrom(", "its peer 10.9.9.7:81 is not on this host", "the end of what can be known",
		    NULL);
	child_stop(&c);
}
END_TEST

Suite *suite_why_held(void)
{
	Suite *s = suite_create("why_held");
	TCase *t = tcase_create("why_held");

	tcase_set_timeout(t, 200);
	tcase_add_test(t, a_mutex_whose_holder_is_a_zombie);
	tcase_add_test(t, named_semaphores);
	tcase_add_test(t, a_semaphore_whose_holder_is_stopped);
	tcase_add_test(t, a_message_of_one_type);
#ifdef F_OFD_SETLKW
	tcase_add_test(t, a_lock_of_a_description);
#endif
	tcase_add_test(t, a_traced_process);
	tcase_add_test(t, chains_of_different_kinds);
	tcase_add_test(t, a_child_of_vfork);
	tcase_add_test(t, peers_of_sockets);
	tcase_add_test(t, peers_outside_of_this_host);
	suite_add_tcase(s, t);
	return s;
}
