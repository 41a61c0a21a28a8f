/* SPDX-License-Identifier: MIT */
/* Why real programs wait: for each of the usual ways to hang, the chain that is told. */
#include "system/why.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/system/program.h"
#include "tests/unit.h"

/* --- pipes ----------------------------------------------------------------------------------------- */

START_TEST(a_stopped_reader)
{
	struct program p;
	pid_t writer, reader;
	char resumes[48];

	program_start(&p, "bash", "-c", "yes | cat", NULL);
	writer = program_find(&p, "yes");
	reader = program_find(&p, "cat");
	kill(reader, SIGSTOP);
	snprintf(resumes, sizeof resumes, "kill -CONT %d resumes it", (int)reader);
	program_why(writer, WHY_FOUND, "in write(1, ", "full: 65536 of 65536 B", "its only reader cat", "is stopped",
		    resumes, NULL);
	/* The shell waits for both. */
	program_why(p.pid, WHY_FOUND, "for its children", "its child yes", "is stopped", resumes, NULL);
	program_stop(&p);
}
END_TEST

START_TEST(a_reader_that_is_its_own_writer)
{
	struct program p;

	program_start(&p, "perl", "-e", "pipe(R, W); sysread(R, $x, 1);", NULL);
	program_why(p.pid, WHY_FOUND, "in read(3, 1 byte)", ", empty", "the only write end left is its own, descriptor 4",
		    "close descriptor 4 (the write end)", NULL);
	program_stop(&p);
}
END_TEST

START_TEST(readers_that_keep_each_others_end_of_file_away)
{
	struct program p;

	program_start(&p, "perl", "-e", "pipe(R, W); fork(); sysread(R, $x, 1);", NULL);
	program_why(p.pid, WHY_FOUND, "all write ends are held by such as only wait to read from it: perl",
		    "(descriptor 4), and itself", "close descriptor 4", NULL);
	program_stop(&p);
}
END_TEST

START_TEST(a_parent_that_waits_with_a_write_end_open)
{
	struct program p;
	char close_it[64];

	program_start(&p, "perl", "-e",
		      "pipe(R, W); if (!fork()) { close W; sysread(R, $x, 1); exit } close R; wait()", NULL);
	snprintf(close_it, sizeof close_it, "close descriptor 4 (a write end) in %d", (int)p.pid);
	program_why(p.pid, WHY_DEADLOCK, "its child perl", "its only writer perl", "a circle", close_it, NULL);
	ck_assert_int_eq(program_answer()->cycle, 0);
	program_stop(&p);
}
END_TEST

START_TEST(a_child_whose_output_nobody_reads)
{
	struct program p;

	program_start(&p, "python3", "-c",
		      "import subprocess\n"
		      "p = subprocess.Popen(['yes'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
		      "p.wait()\n", NULL);
	program_why(p.pid, WHY_DEADLOCK, "its child yes", "full: 65536 of 65536 B", "its only reader python3",
		    "a circle", "must read from descriptor", NULL);
	program_stop(&p);
}
END_TEST

START_TEST(two_that_read_from_each_other_first)
{
	struct program p;

	program_start(&p, "perl", "-e",
		      "pipe(A, B); pipe(C, D);"
		      "if (fork()) { close A; close D; sysread(C, $x, 1) } else { close B; close C; sysread(A, $x, 1) }", NULL);
	program_why(p.pid, WHY_DEADLOCK, ", empty", "its only writer perl", "a circle", "end one (kill ", NULL);
	ck_assert_int_eq(program_answer()->cycle, 0);
	program_stop(&p);
}
END_TEST

START_TEST(process_substitution)
{
	struct program p;

	/* Before bash 5.2 the shell keeps the write end as well. */
	program_start(&p, "bash", "-c", "cat <(sleep 600); true", NULL);
	program_why(program_find(&p, "cat"), WHY_NOTHING, "sleep ", "in clock_nanosleep", "a timer", NULL);
	program_stop(&p);
}
END_TEST

START_TEST(a_fifo_that_nobody_else_opens)
{
	char folder[] = "/tmp/ipcscope-why-XXXXXX", path[64], name[96];
	struct program p;

	program_must_run("cat");
	ck_assert_ptr_ne(mkdtemp(folder), NULL);
	snprintf(path, sizeof path, "%s/a\033[1mb", folder);
	snprintf(name, sizeof name, "FIFO %s/a\\x1b[1mb for reading", folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	program_start(&p, "cat", path, NULL);
	program_why(p.pid, WHY_FOUND, "in open", name, "nobody has it open for writing",
		    "a process that opens it for writing", NULL);
	program_stop(&p);
	unlink(path);
	rmdir(folder);
}
END_TEST

START_TEST(a_zombie)
{
	struct program p;
	pid_t child;

	program_start(&p, "perl", "-e", "if (!fork()) { $0 = 'brief'; exit } sleep 600", NULL);
	child = program_find(&p, "brief");
	program_why(child, WHY_FOUND, "has ended (a zombie)", "its parent perl", "must wait for it", NULL);
	program_stop(&p);
}
END_TEST

/* --- nothing is wrong -------------------------------------------------------------------------------- */

START_TEST(sleepers_and_servers_are_well)
{
	struct program p;

	program_start(&p, "sleep", "600", NULL);
	program_why(p.pid, WHY_NOTHING, "a timer", NULL);
	ck_assert_str_eq(program_answer()->remedy, "");
	/* Stopped and resumed, its call is restart_syscall(2). */
	kill(p.pid, SIGSTOP);
	program_why(p.pid, WHY_FOUND, "is stopped", "resumes it", NULL);
	kill(p.pid, SIGCONT);
	program_why(p.pid, WHY_NOTHING, "a timer", NULL);
	program_stop(&p);
	program_start(&p, "perl", "-MIO::Socket::INET", "-e",
		      "$s = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1'); $s->accept", NULL);
	program_why(p.pid, WHY_NOTHING, "it serves: it waits for new connections", NULL);
	program_stop(&p);
	program_start(&p, "python3", "-c",
		      "import select, socket\n"
		      "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n"
		      "a, b = socket.socketpair()\n"
		      "e = select.epoll(); e.register(s, select.EPOLLIN); e.register(a, select.EPOLLIN); e.poll()\n", NULL);
	program_why(p.pid, WHY_NOTHING, "it serves: it waits for new connections on tcp 127.0.0.1:", NULL);
	program_stop(&p);
	program_start(&p, "bash", "-c", "while :; do :; done", NULL);
	program_why(p.pid, WHY_NOTHING, "runs", NULL);
	program_stop(&p);
}
END_TEST

START_TEST(a_program_at_its_terminal)
{
	struct program p;

	program_start(&p, "python3", "-c", "import pty; pty.spawn(['cat'])", NULL);
	program_why(program_find(&p, "cat"), WHY_NOTHING, "in read(0, ", "on /dev/pts/", "waits for its terminal", NULL);
	program_stop(&p);
}
END_TEST

START_TEST(a_program_in_tmux)
{
	struct program p, self = { getpid() };
	char name[64];

	if (!unit_forked())
		unit_skip("its server would become this process's child");
	/* The server leaves its starter: so that it can be found, it becomes ours. It ends by itself. */
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	snprintf(name, sizeof name, "ipcscope-why-%d", (int)getpid());
	program_start(&p, "tmux", "-L", name, "-f", "/dev/null", "new-session", "-d", "timeout --foreground 100 cat", NULL);
	program_why(program_find(&self, "cat"), WHY_NOTHING, "in read(0, ", "on /dev/pts/", "waits for its terminal", NULL);
	program_stop(&p);
	program_start(&p, "tmux", "-L", name, "kill-server", NULL);
	waitpid(p.pid, NULL, 0);
}
END_TEST

/* --- sockets -------------------------------------------------------------------------------------------- */

static int both_read_a_socket(void *unused)
{
	int pair[2];
	char byte;

	(void)unused;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return 1;
	if (child_fork_idle() < 0)
		return 1;
	alarm(120);
	return (int)read(pair[0], &byte, 1);
}

START_TEST(a_peer_that_does_something_else)
{
	struct child c;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	child_start(&c, both_read_a_socket, NULL);
	program_why(c.pid, WHY_NOTHING, "in read(", "its peer", "waits for a signal", NULL);
	child_stop(&c);
}
END_TEST

static int wait_in_a_backlog(void *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	char byte;
	pid_t pid;

	snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "%s", (const char *)path);
	if (bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 5) != 0)
		return 1;
	pid = child_fork_idle();
	close(server);
	if (pid < 0 || connect(client, (struct sockaddr *)&address, sizeof address) != 0)
		return 1;
	alarm(120);
	return (int)read(client, &byte, 1);
}

START_TEST(a_server_that_does_not_accept)
{
	struct child c;
	char name[64];

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	snprintf(name, sizeof name, "ipcscope-backlog-%d", (int)getpid());
	child_start(&c, wait_in_a_backlog, name);
	program_why(c.pid, WHY_FOUND, "in read(", "its server, which has not accepted it yet,", " in pause", NULL);
	child_stop(&c);
}
END_TEST

/* --- System V ------------------------------------------------------------------------------------------ */

static int deadlock_by_semaphores(void *set)
{
	int id = *(int *)set, first = fork() == 0;
	struct sembuf take = { (unsigned short)first, -1, 0 }, other = { (unsigned short)!first, -1, 0 };
	struct sembuf meet[2] = { { 2, -1, 0 }, { 2, 0, 0 } };

	if (first)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(120);
	if (semop(id, &take, 1) != 0 || semop(id, &meet[0], 1) != 0 || semop(id, &meet[1], 1) != 0)
		return 1;
	return semop(id, &other, 1);
}

START_TEST(two_that_take_semaphores_in_different_orders)
{
	int id = semget(IPC_PRIVATE, 3, 0600);
	unsigned short values[3] = { 1, 1, 2 };
	struct child c;

	if (id < 0 || !child_shows_calls())
		unit_skip("no System V semaphores, or no /proc/PID/syscall here");
	ck_assert_int_eq(semctl(id, 0, SETALL, values), 0);
	child_start(&c, deadlock_by_semaphores, &id);
	program_why(c.pid, WHY_DEADLOCK, "for semaphore 1 of set", "whose value is 0", "who changed it last,", "a circle", NULL);
	child_stop(&c);
	semctl(id, 0, IPC_RMID);
}
END_TEST

static int take_one(void *set)
{
	struct sembuf take = { 0, -1, 0 };

	return semop(*(int *)set, &take, 1);
}

START_TEST(a_semaphore_whose_holder_is_gone)
{
	int id = semget(IPC_PRIVATE, 1, 0600);
	unsigned short values[1] = { 1 };
	struct child gone, waits;
	char remove[48];

	if (id < 0 || !child_shows_calls())
		unit_skip("no System V semaphores, or no /proc/PID/syscall here");
	ck_assert_int_eq(semctl(id, 0, SETALL, values), 0);
	child_start(&gone, take_one, &id);
	child_reap(&gone);
	child_start(&waits, take_one, &id);
	snprintf(remove, sizeof remove, "ipcrm -s %d", id);
	program_why(waits.pid, WHY_FOUND, "whose value is 0", "who changed it last, is gone", remove, NULL);
	child_stop(&waits);
	child_stop(&gone);
	semctl(id, 0, IPC_RMID);
}
END_TEST

static int fill_a_queue(void *queue)
{
	struct { long type; char text[1024]; } message = { 1, { 0 } };

	alarm(120);
	while (msgsnd(*(int *)queue, &message, sizeof message.text, 0) == 0)
		;
	return 0;
}

START_TEST(a_full_queue_that_nobody_reads)
{
	int id = msgget(IPC_PRIVATE, 0600);
	struct child c;

	if (id < 0 || !child_shows_calls())
		unit_skip("no System V queues, or no /proc/PID/syscall here");
	child_start(&c, fill_a_queue, &id);
	program_why(c.pid, WHY_FOUND, "in msgsnd(", "nobody has ever received from it", "lets it go on", NULL);
	child_stop(&c);
	msgctl(id, IPC_RMID, NULL);
}
END_TEST

/* --- locks and futexes ------------------------------------------------------------------------------------ */

struct locked { int fd[2]; bool whole; pthread_mutex_t *mutex; int ready[2]; };

static int hold_lock(void *arg)
{
	struct locked *l = arg;
	struct flock lock = { .l_type = F_WRLCK };

	if (l->mutex)
		pthread_mutex_lock(l->mutex);
	else if (l->whole ? flock(l->fd[0], LOCK_EX) : fcntl(l->fd[0], F_SETLK, &lock))
		return 1;
	if (write(l->ready[1], "", 1) != 1)
		return 1;
	return child_idle(NULL);
}

static int want_lock(void *arg)
{
	struct locked *l = arg;
	struct flock lock = { .l_type = F_WRLCK };

	alarm(120);
	if (l->mutex)
		return pthread_mutex_lock(l->mutex);
	return l->whole ? flock(l->fd[1], LOCK_EX) : fcntl(l->fd[1], F_SETLKW, &lock);
}

static void try_lock(struct locked *l, const char *call, const char *held)
{
	struct child holder, waits;
	char byte, who[64];

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	ck_assert_int_eq(pipe(l->ready), 0);
	child_start(&holder, hold_lock, l);
	ck_assert_int_eq(read(l->ready[0], &byte, 1), 1);
	child_start(&waits, want_lock, l);
	snprintf(who, sizeof who, "%s", held);
	program_why(waits.pid, WHY_NOTHING, call, who, " in pause", NULL);
	kill(holder.pid, SIGSTOP);
	program_why(waits.pid, WHY_FOUND, call, who, "is stopped", "kill -CONT", NULL);
	child_stop(&waits);
	child_stop(&holder);
	close(l->ready[0]);
	close(l->ready[1]);
}

START_TEST(locks_tell_who_holds_them)
{
	struct locked l = { 0 };
	char path[] = "/tmp/ipcscope-lock-XXXXXX";

	l.fd[0] = mkostemp(path, O_CLOEXEC);
	ck_assert_int_ge(l.fd[0], 0);
	l.fd[1] = open(path, O_RDWR | O_CLOEXEC);
	unlink(path);
	ck_assert_int_ge(l.fd[1], 0);
	try_lock(&l, "in fcntl(", "the lock is held by");
	l.whole = true;
	try_lock(&l, "in flock(", "the lock is held by");
	close(l.fd[0]);
	close(l.fd[1]);
}
END_TEST

START_TEST(a_mutex_tells_who_holds_it)
{
	struct locked l = { 0 };
	pthread_mutexattr_t how;

	l.mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(l.mutex, MAP_FAILED);
	pthread_mutexattr_init(&how);
	pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(l.mutex, &how);
	try_lock(&l, "in futex", "the mutex is held by");
	pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(l.mutex, &how);
	try_lock(&l, "in futex", "the mutex is held by");
	munmap(l.mutex, 4096);
}
END_TEST

static void *read_nothing(void *fd)
{
	char byte;

	return read(*(int *)fd, &byte, 1) < 0 ? fd : NULL;
}

static int join_a_reader(void *unused)
{
	pthread_t thread;
	int ends[2];

	(void)unused;
	alarm(120);
	if (pipe(ends) != 0 || pthread_create(&thread, NULL, read_nothing, &ends[0]) != 0)
		return 1;
	return pthread_join(thread, NULL);
}

START_TEST(threads_are_followed)
{
	struct child c;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	child_start(&c, join_a_reader, NULL);
	program_why(c.pid, WHY_FOUND, "in futex", "for a thread of its own,", "in read(", NULL);
	child_stop(&c);
}
END_TEST

/* --- POSIX, and TCP ------------------------------------------------------------------------------------------ */

static int fill_posix_queue(void *name)
{
	struct mq_attr small = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	mqd_t queue = mq_open(name, O_WRONLY | O_CREAT | O_EXCL, 0600, &small);

	mq_unlink(name);
	alarm(120);
	while (queue >= 0 && mq_send(queue, "x", 1, 0) == 0)
		;
	return 1;
}

static bool all_are_seen(void)
{
	struct system *s = system_new();
	bool all = system_scan(s, NULL, 0, NULL) == 0 && s->hidden_processes == 0 && !s->unlisted;

	system_free(s);
	return all;
}

START_TEST(a_posix_queue_that_nobody_has_open_for_reading)
{
	struct child c;
	char name[64];
	mqd_t probe;

	snprintf(name, sizeof name, "/ipcscope-why-%d", (int)getpid());
	probe = mq_open(name, O_RDONLY | O_CREAT | O_EXCL, 0600, NULL);
	if (probe < 0 || !child_shows_calls())
		unit_skip("no POSIX queues, or no /proc/PID/syscall here");
	mq_close(probe);
	mq_unlink(name);
	child_must_lend();
	if (!all_are_seen())
		unit_skip("others who may not be looked into may have it open");
	child_start(&c, fill_posix_queue, name);
	program_why(c.pid, WHY_FOUND, "in mq_timedsend(", "full: 1 of 1 messages", "nobody has the queue open for reading", NULL);
	child_stop(&c);
}
END_TEST

static int want_semaphore(void *semaphore)
{
	alarm(120);
	return sem_wait(semaphore);
}

START_TEST(a_semaphore_in_shared_memory)
{
	sem_t *semaphore = mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct child waits, idles;

	ck_assert_ptr_ne(semaphore, MAP_FAILED);
	ck_assert_int_eq(sem_init(semaphore, 1, 0), 0);
	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	child_start(&idles, child_idle, NULL);
	child_start(&waits, want_semaphore, semaphore);
	/* This test shares it too, and asks. */
	program_why(waits.pid, WHY_NOTHING, "in futex", "it shares the memory with", " in pause", NULL);
	child_stop(&waits);
	child_stop(&idles);
}
END_TEST

START_TEST(both_ends_of_a_tcp_connection_are_here)
{
	struct program p;

	program_start(&p, "python3", "-c",
		      "import os, socket, time\n"
		      "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n"
		      "if os.fork():\n"
		      "  c, a = s.accept(); s.close(); c.recv(1)\n"
		      "else:\n"
		      "  c = socket.create_connection(s.getsockname()); s.close(); time.sleep(600)\n", NULL);
	program_why(p.pid, WHY_NOTHING, "in recvfrom(", "on tcp 127.0.0.1:", "its peer python3", "a timer", NULL);
	program_stop(&p);
}
END_TEST

/* --- what cannot be known -------------------------------------------------------------------------------- */

START_TEST(nobody_by_that_number)
{
	struct system *s = system_new();
	struct child c;
	struct why why;
	struct error e;
	pid_t pid;

	child_start(&c, child_idle, NULL);
	pid = c.pid;
	child_stop(&c);
	ck_assert_int_eq(why_take(s, pid, &why, &e), -1);
	ck_assert_int_eq(e.code, ESRCH);
	system_free(s);
}
END_TEST

/* Asks about init as an ordinary user: 0 when that cannot be told, and the reason is given. */
static int ask_about_init(void *unused)
{
	struct system *s;
	struct why why;
	int result;

	(void)unused;
	if (setgid(65534) != 0 || setuid(65534) != 0)
		return 77;
	s = system_new();
	result = why_take(s, 1, &why, NULL) != 0 ? 1 :
		 why.end == WHY_UNKNOWN && strstr(why.link[0].sentence, "not permitted") ? 0 : 2;
	system_free(s);
	return result;
}

START_TEST(a_process_of_another_user)
{
	struct child c;
	int status;

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	child_start(&c, ask_about_init, NULL);
	status = child_reap(&c);
	child_stop(&c);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		unit_skip("cannot become another user here");
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_snapshot_stays_as_it_was)
{
	struct system *s = system_new();
	size_t threads, watched;
	struct child c;
	struct why why;

	child_start(&c, child_idle, NULL);
	ck_assert_int_eq(system_take(s, NULL, 0, NULL, NULL), 0);
	threads = s->n_threads;
	watched = s->n_watched;
	ck_assert_int_eq(why_take(s, c.pid, &why, NULL), 0);
	ck_assert_uint_eq(s->n_threads, threads);
	ck_assert_uint_eq(s->n_watched, watched);
	for (size_t i = 0; i < s->n_processes; i++)
		for (int k = 0; k < s->process[i].n_threads; k++)
			ck_assert_int_eq(s->thread[s->process[i].first_thread + k].process, (int)i);
	child_stop(&c);
	system_free(s);
}
END_TEST

Suite *suite_why(void)
{
	Suite *s = suite_create("why");
	TCase *t = tcase_create("why");

	tcase_set_timeout(t, 100);
	tcase_add_test(t, a_stopped_reader);
	tcase_add_test(t, a_reader_that_is_its_own_writer);
	tcase_add_test(t, readers_that_keep_each_others_end_of_file_away);
	tcase_add_test(t, a_parent_that_waits_with_a_write_end_open);
	tcase_add_test(t, a_child_whose_output_nobody_reads);
	tcase_add_test(t, two_that_read_from_each_other_first);
	tcase_add_test(t, process_substitution);
	tcase_add_test(t, a_fifo_that_nobody_else_opens);
	tcase_add_test(t, a_zombie);
	tcase_add_test(t, sleepers_and_servers_are_well);
	tcase_add_test(t, a_program_at_its_terminal);
	tcase_add_test(t, a_program_in_tmux);
	tcase_add_test(t, a_peer_that_does_something_else);
	tcase_add_test(t, a_server_that_does_not_accept);
	tcase_add_test(t, two_that_take_semaphores_in_different_orders);
	tcase_add_test(t, a_semaphore_whose_holder_is_gone);
	tcase_add_test(t, a_full_queue_that_nobody_reads);
	tcase_add_test(t, locks_tell_who_holds_them);
	tcase_add_test(t, a_mutex_tells_who_holds_it);
	tcase_add_test(t, threads_are_followed);
	tcase_add_test(t, a_posix_queue_that_nobody_has_open_for_reading);
	tcase_add_test(t, a_semaphore_in_shared_memory);
	tcase_add_test(t, both_ends_of_a_tcp_connection_are_here);
	tcase_add_test(t, nobody_by_that_number);
	tcase_add_test(t, a_process_of_another_user);
	tcase_add_test(t, a_snapshot_stays_as_it_was);
	suite_add_tcase(s, t);
	return s;
}
