/* SPDX-License-Identifier: MIT */
#include "process/actor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "process/isolate.h"
#include "process/ledger.h"
#include "process/wire.h"

/* One process has one of each, and its signal handler needs them: so they are global. */
static int control, lifeline;
static struct board_place *place;
static struct ledger ledger;
static struct call_context context;

int actor_reserved(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > 1024)
		return 1024 - 8;
	return (int)limit.rlim_cur - 8;
}

static void report(const struct wire_reply *r)
{
	/* Without a front end there is nobody to go on for. */
	if (wire_send(control, r, sizeof *r, NULL) < 0)
		_exit(0);
}

static void report_began(uint32_t sequence)
{
	struct wire_reply r = { .event = WIRE_BEGAN, .sequence = sequence, .pid = getpid() };

	r.outcome.began = clock_now();
	report(&r);
}

static void report_end(enum wire_event event, uint32_t sequence, uint64_t calls, const struct outcome *out)
{
	struct wire_reply r = { .event = (int32_t)event, .sequence = sequence, .pid = getpid(), .calls = calls };

	r.outcome = *out;
	report(&r);
}

/* The handler of "catch". send(2) and clock_gettime(2) are async-signal-safe. */
static void caught(int signal, siginfo_t *info, void *ucontext)
{
	struct wire_reply r = { .event = WIRE_CAUGHT, .pid = getpid(), .signal = signal,
				.code = info->si_code, .sender = info->si_pid,
				.value = info->si_code == SI_QUEUE || info->si_code == SI_MESGQ ? info->si_value.sival_int : 0 };
	bool fault = (signal == SIGSEGV || signal == SIGBUS) && info->si_code > 0;
	int before = errno;

	(void)ucontext;
	r.outcome.began = clock_now();
	if (send(control, &r, sizeof r, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		place->lost_signals++;
	errno = before;
	/* To return would be to make the same access again, and again; elsewhere than in a lesson's access
	 * that happens once more, with what it deserves. */
	if (fault && context.fault)
		siglongjmp(*context.fault, 1);
	if (fault)
		sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
}

static void handler(int signal, void *info, void *ucontext)
{
	caught(signal, info, ucontext);
}

static void reset_signals(void)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int s = 1; s < NSIG; s++) {
		/* Fails for KILL and STOP. glibc refuses its own two, 32 and 33, which children of
		 * posix_spawn(3) find ignored: those are asked for behind its back. The structure is the
		 * kernel's and begins with the handler; all zero is the default. */
		static const unsigned long zero[8];

		if (sigaction(s, &plain, NULL) < 0 && s > SIGSYS)
			syscall(SYS_rt_sigaction, s, zero, NULL, 8);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* From now on the kernel sends SIGKILL to this process when the lifeline's other end is
 * closed (fcntl(2), F_SETSIG): also when it is blocked, stopped or a real program. */
static void hold_lifeline(void)
{
	struct pollfd p = { .fd = lifeline, .events = POLLIN };

	if (fcntl(lifeline, F_SETOWN, getpid()) < 0 || fcntl(lifeline, F_SETSIG, SIGKILL) < 0 ||
	    fcntl(lifeline, F_SETFL, O_ASYNC) < 0)
		_exit(127);
	/* It may have been closed before that took effect. */
	if (poll(&p, 1, 0) > 0)
		_exit(0);
}

static void close_between(int first, int last)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, first, last, 0) == 0)
		return;
#endif
	if (last > 65536)
		last = 65536;
	for (int fd = first; fd <= last; fd++)
		close(fd);
}

/* Control and lifeline go to the top, input and output to 0, 1, 2; all else is closed. */
static void arrange_descriptors(const struct actor_setup *s)
{
	int top = actor_reserved(), null;
	int c = fcntl(s->control, F_DUPFD_CLOEXEC, top + 2);
	int l = fcntl(s->lifeline, F_DUPFD_CLOEXEC, top + 2);
	int o = fcntl(s->output, F_DUPFD_CLOEXEC, top + 2);

	null = open("/dev/null", O_RDONLY);
	if (c < 0 || l < 0 || o < 0 || null < 0)
		_exit(127);
	control = dup3(c, top, O_CLOEXEC);
	lifeline = dup3(l, top + 1, O_CLOEXEC);
	dup2(null, 0);
	dup2(o, 1);
	dup2(o, 2);
	close_between(3, top - 1);
	close_between(top + 2, INT32_MAX);
}

/* The privileges are needed to move, and gone before the first call. */
static void settle(const struct actor_setup *s)
{
	if (s->network >= 0 && setns(s->network, CLONE_NEWNET) < 0)
		_exit(127);
	isolate_drop_privileges();
}

static void prepare(const struct actor_setup *s)
{
	char folder[BOARD_FOLDER + 16];

	reset_signals();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != s->maker)
		_exit(0);
	prctl(PR_SET_NAME, s->name);
	setpgid(0, 0);
	settle(s);
	arrange_descriptors(s);
	place = &s->board->place[s->place];
	ledger = (struct ledger){ s->board, s->place };
	board_note(&place->who, getpid());
	hold_lifeline();
	umask(022);
	if (chdir(board_stage_folder(s->board, folder, sizeof folder)) < 0)
		_exit(127);
	setenv(LEDGER_MARK, s->board->folder, 1);
	/* Whatever the front end's stdout held or was is not this process's. */
	__fpurge(stdout);
	setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
	context = (struct call_context){
		.letter = s->letter,
		.buffer = mmap(NULL, CALL_BUFFER, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
		.creating = ledger_creating, .created = ledger_created,
		.may_remove = ledger_may_remove, .removed = ledger_removed,
		.naming = ledger_naming, .unnamed = ledger_unnamed, .suffix = board_suffix(s->board),
		.ledger = &ledger, .handler = handler,
	};
	if (context.buffer == MAP_FAILED)
		_exit(127);
}

static void hello(void)
{
	struct wire_reply r = { .event = WIRE_HELLO, .pid = getpid() };

	r.outcome.began = clock_now();
	report(&r);
}

/* The child of a real fork: everything as inherited, but a control channel and a lifeline
 * of its own. */
static void become_child(const struct wire_request *r, const int descriptors[2])
{
	struct board *board = ledger.board;

	if (dup3(descriptors[0], control, O_CLOEXEC) < 0 || dup3(descriptors[1], lifeline, O_CLOEXEC) < 0)
		_exit(127);
	close(descriptors[0]);
	close(descriptors[1]);
	place = &board->place[r->place];
	ledger.place = r->place;
	board_note(&place->who, getpid());
	context.letter = r->letter;
	context.filled = 0;
	prctl(PR_SET_NAME, r->name);
	hold_lifeline();
	hello();
}

static void do_fork(const struct wire_request *r, const int descriptors[2])
{
	struct outcome out = { 0 };
	pid_t pid;

	report_began(r->sequence);
	out.began = clock_now();
	pid = fork();
	if (pid == 0) {
		become_child(r, descriptors);
		return;
	}
	out.ended = clock_now();
	out.result = pid;
	out.error = pid < 0 ? errno : 0;
	close(descriptors[0]);
	close(descriptors[1]);
	report_end(WIRE_ENDED, r->sequence, 0, &out);
}

static void do_exec(struct wire_request *r)
{
	char *word[64] = { 0 };
	struct outcome out = { .result = -1, .error = E2BIG };
	size_t n = 0;

	for (char *s = r->text; s < r->text + r->length && n < 63; s += strlen(s) + 1)
		word[n++] = s;
	report_began(r->sequence);
	out.began = clock_now();
	if (n > 0) {
		/* The lifeline goes along, or nothing would end the program with us. */
		fcntl(lifeline, F_SETFD, 0);
		execvp(word[0], word);
		out.error = errno;
		fcntl(lifeline, F_SETFD, FD_CLOEXEC);
	}
	out.ended = clock_now();
	report_end(WIRE_ENDED, r->sequence, 0, &out);
}

static void do_call(const struct call *c, const struct value *a, const struct wire_request *r)
{
	struct outcome out = { 0 };

	report_began(r->sequence);
	out.began = clock_now();
	c->make(a, r->n, &context, &out);
	out.ended = clock_now();
	report_end(WIRE_ENDED, r->sequence, 0, &out);
}

/* Waits until the next call of a paced stream is due; an order to wake ends the wait. */
static void wait_until(int64_t due)
{
	while (!place->stop) {
		struct pollfd p = { .fd = control, .events = POLLIN };
		int64_t left = due - clock_now();
		struct timespec t = { left / CLOCK_S, left % CLOCK_S };
		struct wire_request wake;

		if (left <= 0)
			return;
		if (ppoll(&p, 1, &t, NULL) > 0 &&
		    wire_receive(control, &wake, sizeof wake, NULL, MSG_DONTWAIT) == 0)
			_exit(0);
	}
}

static bool moves_bytes(const struct call *c)
{
	return c->result == RESULT_DATA || c->result == RESULT_COUNT;
}

/* Only this process writes its counters: plain relaxed stores, no locked instruction. */
static void do_stream(const struct call *c, const struct value *a, const struct wire_request *r)
{
	uint64_t calls = 0, bytes = 0, failed = 0;
	int64_t due = clock_now();
	struct outcome out = { 0 };

	context.streaming = true;
	out.began = due;
	report_began(r->sequence);
	while (!place->stop && (r->times == 0 || calls + failed < r->times)) {
		c->make(a, r->n, &context, &out);
		if (out.result == -1 && out.error) {
			atomic_store_explicit(&place->failed, ++failed, memory_order_relaxed);
			if (out.error != EAGAIN && out.error != EINTR)
				break;
		} else {
			if (moves_bytes(c))
				atomic_store_explicit(&place->bytes, bytes += (uint64_t)out.result,
						      memory_order_relaxed);
			atomic_store_explicit(&place->calls, ++calls, memory_order_relaxed);
			if (c->result == RESULT_DATA && out.result == 0)
				break; /* the end: it would come at once for ever */
		}
		if (r->every)
			wait_until(due += r->every);
	}
	context.streaming = false;
	place->stop = 0;
	out.ended = clock_now();
	report_end(WIRE_STREAMED, r->sequence, calls, &out);
}

static void obey(struct wire_request *r, size_t size, const int descriptors[2])
{
	struct value a[CALL_ARGUMENTS];
	const struct call *c;

	switch ((enum wire_order)r->order) {
	case WIRE_FORK:
		do_fork(r, descriptors);
		return;
	case WIRE_EXEC:
		do_exec(r);
		return;
	case WIRE_CALL:
		if (wire_unpack(r, size, &c, a) && c->make)
			do_call(c, a, r);
		return;
	case WIRE_STREAM:
		if (wire_unpack(r, size, &c, a) && c->make)
			do_stream(c, a, r);
		return;
	case WIRE_WAKE:
		return;
	}
}

_Noreturn void actor_run(const struct actor_setup *setup)
{
	static struct wire_request request;

	prepare(setup);
	hello();
	for (;;) {
		int descriptors[2];
		ssize_t got = wire_receive(control, &request, sizeof request, descriptors, 0);

		if (got == -EINTR)
			continue;
		if (got <= 0)
			_exit(0); /* the front end is gone */
		obey(&request, (size_t)got, descriptors);
	}
}
