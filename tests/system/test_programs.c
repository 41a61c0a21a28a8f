/* SPDX-License-Identifier: MIT */
/* Why real programs wait, of the kinds that people meet: pipelines of a shell, deadlocks of two, servers that fork,
 * ends that were left open, a multiplexer. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/system/program.h"
#include "tests/unit.h"

/* --- shells ------------------------------------------------------------------------------------------------ */

/* The last of three is stopped: the first waits for the second, and that for the third. */
START_TEST(a_pipeline_of_three)
{
	struct program p;
	char resumes[48];
	pid_t last;

	program_start(&p, "bash", "-c", "yes | tr y z | cat", NULL);
	last = program_find(&p, "cat");
	kill(last, SIGSTOP);
	snprintf(resumes, sizeof resumes, "kill -CONT %d resumes it", (int)last);
	program_why(program_find(&p, "yes"), WHY_FOUND, "in write(1, ", "full: 65536 of 65536 B", "its only reader tr",
		    "its only reader cat", "is stopped by SIGSTOP", resumes, NULL);
	ck_assert_int_eq(program_answer()->link[program_answer()->n_links - 1].pid, last);
	program_stop(&p);
}
END_TEST

/* The beginning waits for input that comes some day: the end waits with it, and nothing is wrong. */
START_TEST(a_pipeline_whose_beginning_sleeps)
{
	struct program p;

	program_start(&p, "bash", "-c", "sleep 600 | cat | wc -c", NULL);
	program_why(program_find(&p, "wc"), WHY_NOTHING, "in read(0, ", ", empty", "its only writer cat",
		    "its only writer sleep", "a timer", NULL);
	program_why(p.pid, WHY_NOTHING, "for its children", NULL);
	program_stop(&p);
}
END_TEST

/* >(...): the shell's writer waits for a reader that is stopped. */
START_TEST(output_into_a_process_substitution)
{
	struct program p;
	pid_t reader;

	program_start(&p, "bash", "-c", "yes > >(exec tr y z >/dev/null); true", NULL);
	reader = program_find(&p, "tr");
	kill(reader, SIGSTOP);
	program_why(program_find(&p, "yes"), WHY_FOUND, "in write(1, ", "full: ", "its only reader tr", "is stopped", "kill -CONT", NULL);
	program_stop(&p);
}
END_TEST

/* <(...) twice: diff reads the first, whose writer is slow. */
START_TEST(two_process_substitutions)
{
	struct program p;

	program_start(&p, "bash", "-c", "cmp <(sleep 600) <(yes); true", NULL);
	program_why(program_find(&p, "cmp"), WHY_NOTHING, "in read(", "sleep ", "in clock_nanosleep", "a timer", NULL);
	program_why(program_find(&p, "yes"), WHY_NOTHING, "in write(1, ", "readers, cmp ", "in clock_nanosleep", NULL);
	program_stop(&p);
}
END_TEST

/* A program in the background has the write end, too: cat never sees the end of it. */
START_TEST(a_write_end_that_the_background_has)
{
	struct program p;

	program_start(&p, "bash", "-c", "{ sleep 600 & echo done; } | cat; true", NULL);
	program_why(program_find(&p, "cat"), WHY_NOTHING, "in read(0, ", "its only writer sleep", "a timer", NULL);
	program_stop(&p);
}
END_TEST

/* exec 3>fifo in the reader's own shell: nobody else has it, and its end never comes. */
START_TEST(a_fifo_whose_only_writer_reads_it)
{
	char folder[] = "/tmp/ipcscope-programs-XXXXXX", script[200], path[64];
	struct program p;

	program_must_run("bash");
	ck_assert_ptr_ne(mkdtemp(folder), NULL);
	snprintf(path, sizeof path, "%s/f", folder);
	snprintf(script, sizeof script, "mkfifo %s; exec 3<>%s; exec cat <&3", path, path);
	program_start(&p, "bash", "-c", script, NULL);
	program_why(p.pid, WHY_FOUND, "in read(0, ", "the only write end left is its own", "close descriptor", NULL);
	program_stop(&p);
	unlink(path);
	rmdir(folder);
}
END_TEST

START_TEST(a_fifo_that_nobody_reads)
{
	char folder[] = "/tmp/ipcscope-programs-XXXXXX", script[200], path[64];
	struct program p;

	program_must_run("bash");
	ck_assert_ptr_ne(mkdtemp(folder), NULL);
	snprintf(path, sizeof path, "%s/f", folder);
	snprintf(script, sizeof script, "mkfifo %s; echo x >%s", path, path);
	program_start(&p, "bash", "-c", script, NULL);
	program_why(p.pid, WHY_FOUND, "in open", "for writing", "nobody has it open for reading",
		    "a process that opens it for reading", NULL);
	program_stop(&p);
	unlink(path);
	rmdir(folder);
}
END_TEST

/* --- output that nobody reads ---------------------------------------------------------------------------------- */

START_TEST(perl_with_a_child_whose_output_nobody_reads)
{
	struct program p;

	program_start(&p, "perl", "-e", "$pid = open(O, '-|', 'yes'); waitpid($pid, 0)", NULL);
	program_why(p.pid, WHY_DEADLOCK, "its child yes", "full: 65536 of 65536 B", "its only reader perl", "a circle",
		    "must read from descriptor", NULL);
	program_stop(&p);
}
END_TEST

START_TEST(python_with_a_child_whose_errors_nobody_reads)
{
	struct program p;

	program_start(&p, "python3", "-c",
		      "import subprocess\n"
		      "p = subprocess.Popen(['sh', '-c', 'exec 3>&1; exec yes >&2'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)\n"
		      "p.stdout.read()\n", NULL);
	/* It reads what the child never writes, while the child waits for room in what it does not read. */
	program_why(p.pid, WHY_DEADLOCK, "in read(", ", empty", "its only writer yes", "in write(1, ", "full: 65536 of 65536 B",
		    "its only reader python3", "a circle", NULL);
	program_stop(&p);
}
END_TEST

/* --- two that wait for each other --------------------------------------------------------------------------------- */

/* Both write more than fits before they read. */
START_TEST(two_that_fill_each_others_pipe)
{
	struct program p;

	program_start(&p, "perl", "-e",
		      "pipe(A, B); pipe(C, D); $big = 'x' x 1000000;"
		      "if (fork()) { close A; close D; syswrite(B, $big); sysread(C, $x, 1) }"
		      "else { close B; close C; syswrite(D, $big); sysread(A, $x, 1) }", NULL);
	program_why(p.pid, WHY_DEADLOCK, "in write(", "full: 65536 of 65536 B", "its only reader perl", "a circle", "end one (kill ", NULL);
	ck_assert_int_eq(program_answer()->cycle, 0);
	program_stop(&p);
}
END_TEST

/* Two programs of their own, and a set that they find by its number. */
START_TEST(two_programs_that_take_semaphores_in_different_orders)
{
	static const char code[] =
		"$| = 1; ($id, $first) = @ARGV; $op = sub { semop($id, pack('s3', @_)) or exit 1 };"
		"$op->($first, -1, 0); $op->(2, -1, 0); $op->(2, 0, 0); $op->(1 - $first, -1, 0)";
	unsigned short values[3] = { 1, 1, 2 };
	struct program one, two;
	char number[16];
	int id;

	program_must_run("perl");
	id = semget(IPC_PRIVATE, 3, 0600);
	if (id < 0)
		unit_skip("no System V semaphores");
	snprintf(number, sizeof number, "%d", id);
	ck_assert_int_eq(semctl(id, 0, SETALL, values), 0);
	program_start(&one, "perl", "-e", code, number, "0", NULL);
	program_start(&two, "perl", "-e", code, number, "1", NULL);
	program_why(one.pid, WHY_DEADLOCK, "for semaphore 1 of set", "whose value is 0", "who changed it last,", "a circle", NULL);
	program_why(two.pid, WHY_DEADLOCK, "for semaphore 0 of set", "whose value is 0", "who changed it last,", "a circle", NULL);
	program_stop(&one);
	program_stop(&two);
	semctl(id, 0, IPC_RMID);
}
END_TEST

/* --- servers -------------------------------------------------------------------------------------------------------- */

/* As sshd(8): one accepts, a child for each connection. The address comes by a file. */
static const char server[] =
	"import os, signal, socket, sys\n"
	"signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
	"s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(5)\n"
	"open(sys.argv[1] + '.new', 'w').write(str(s.getsockname()[1])); os.rename(sys.argv[1] + '.new', sys.argv[1])\n"
	"while True:\n"
	"  c, a = s.accept()\n"
	"  if os.fork() == 0:\n"
	"    s.close()\n"
	"    while True:\n"
	"      line = c.recv(100)\n"
	"      if not line: os._exit(0)\n"
	"      c.send(line)\n"
	"  c.close()\n";

static const char client[] =
	"import os, socket, sys, time\n"
	"while not os.path.exists(sys.argv[1]): time.sleep(0.01)\n"
	"c = socket.create_connection(('127.0.0.1', int(open(sys.argv[1]).read())))\n"
	"c.send(b'x'); c.recv(1)\n"
	"c.recv(1)\n";

START_TEST(a_server_that_forks)
{
	char folder[] = "/tmp/ipcscope-programs-XXXXXX", path[64], who[64];
	struct program serves, asks;
	pid_t worker;

	program_must_run("python3");
	ck_assert_ptr_ne(mkdtemp(folder), NULL);
	snprintf(path, sizeof path, "%s/port", folder);
	program_start(&serves, "python3", "-c", server, path, NULL);
	/* Idle: nobody has come yet. */
	program_why(serves.pid, WHY_NOTHING, "in accept", "on tcp 127.0.0.1:", "it serves: it waits for new connections", NULL);
	program_start(&asks, "python3", "-c", client, path, NULL);
	/* Busy: a child has the connection, and waits for what its client says next, as the client for it. */
	worker = program_find_child(serves.pid);
	snprintf(who, sizeof who, "%d", (int)worker);
	program_why(asks.pid, WHY_DEADLOCK, "in recvfrom(", "its peer python3", who, "a circle", NULL);
	program_why(serves.pid, WHY_NOTHING, "it serves: it waits for new connections", NULL);
	/* The child stopped: its client is told whom it waits for. */
	kill(worker, SIGSTOP);
	program_why(asks.pid, WHY_FOUND, "in recvfrom(", "its peer python3", "is stopped", "kill -CONT", NULL);
	program_stop(&asks);
	program_stop(&serves);
	unlink(path);
	rmdir(folder);
}
END_TEST

/* --- stopped readers, leaked ends -------------------------------------------------------------------------------------- */

/* A child keeps the write end that its parent wanted closed. */
START_TEST(a_write_end_that_a_child_inherited)
{
	struct program p;
	char names[48];
	pid_t child;

	program_start(&p, "perl", "-e",
		      "pipe(R, W); if (!fork()) { $0 = 'keeps'; close R; sleep 600 } close W; sysread(R, $x, 1);", NULL);
	child = program_find(&p, "keeps");
	snprintf(names, sizeof names, "its only writer keeps %d", (int)child);
	program_why(p.pid, WHY_NOTHING, "in read(3, 1 byte)", names, "a timer", NULL);
	program_stop(&p);
}
END_TEST

START_TEST(a_reader_stopped_by_its_terminal)
{
	struct program p;

	/* In the background of a terminal, reading it: SIGTTIN stops it. */
	program_start(&p, "python3", "-c",
		      "import os, pty, time\n"
		      "pid, master = pty.fork()\n"
		      "if pid == 0:\n"
		      "  r, w = os.pipe()\n"
		      "  if os.fork() == 0:\n"
		      "    os.setpgid(0, 0); os.close(w); os.close(r); os.execlp('cat', 'cat')\n"
		      "  os.wait()\n"
		      "time.sleep(600)\n", NULL);
	program_why(program_find(&p, "cat"), WHY_FOUND, "is stopped by SIGTTIN", NULL);
	program_stop(&p);
}
END_TEST

/* --- tmux ------------------------------------------------------------------------------------------------------------------ */

/* A pipeline that hangs in a pane, found by its name from outside; the server itself is well. */
START_TEST(a_pipeline_that_hangs_in_tmux)
{
	struct program p, self = { getpid() };
	char name[64];
	pid_t reader;

	if (!unit_forked())
		unit_skip("its server would become this process's child");
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	snprintf(name, sizeof name, "ipcscope-programs-%d", (int)getpid());
	program_start(&p, "tmux", "-L", name, "-f", "/dev/null", "new-session", "-d",
		      "timeout --foreground 100 sh -c 'yes | tr y z >/dev/null'", NULL);
	reader = program_find(&self, "tr");
	kill(reader, SIGSTOP);
	program_why(program_find(&self, "yes"), WHY_FOUND, "in write(1, ", "its only reader tr", "is stopped", "kill -CONT", NULL);
	program_why(program_find(&self, "tmux: server"), WHY_NOTHING, "in ", NULL);
	program_stop(&p);
	program_start(&p, "tmux", "-L", name, "kill-server", NULL);
	waitpid(p.pid, NULL, 0);
	kill(reader, SIGKILL);
}
END_TEST

Suite *suite_programs(void)
{
	Suite *s = suite_create("programs");
	TCase *t = tcase_create("why");

	tcase_set_timeout(t, 200);
	tcase_add_test(t, a_pipeline_of_three);
	tcase_add_test(t, a_pipeline_whose_beginning_sleeps);
	tcase_add_test(t, output_into_a_process_substitution);
	tcase_add_test(t, two_process_substitutions);
	tcase_add_test(t, a_write_end_that_the_background_has);
	tcase_add_test(t, a_fifo_whose_only_writer_reads_it);
	tcase_add_test(t, a_fifo_that_nobody_reads);
	tcase_add_test(t, perl_with_a_child_whose_output_nobody_reads);
	tcase_add_test(t, python_with_a_child_whose_errors_nobody_reads);
	tcase_add_test(t, two_that_fill_each_others_pipe);
	tcase_add_test(t, two_programs_that_take_semaphores_in_different_orders);
	tcase_add_test(t, a_server_that_forks);
	tcase_add_test(t, a_write_end_that_a_child_inherited);
	tcase_add_test(t, a_reader_stopped_by_its_terminal);
	tcase_add_test(t, a_pipeline_that_hangs_in_tmux);
	suite_add_tcase(s, t);
	return s;
}
