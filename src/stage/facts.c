/* SPDX-License-Identifier: MIT */
#include "stage/facts.h"

#include <signal.h>
#include <string.h>

#include "base/alike.h"

#define GET(function) \
	static void function(const struct picture *p, int subject, int index, struct fact_value *v)

static const struct picture_process *process(const struct picture *p, int i)
{
	return &p->process[i];
}

static const struct picture_object *object(const struct picture *p, int i)
{
	return &p->object[i];
}

static void number(struct fact_value *v, int64_t n)
{
	*v = (struct fact_value){ .known = true, .number = n };
}

static void word(struct fact_value *v, const char *text)
{
	*v = (struct fact_value){ .known = true, .text = text };
}

static void reading(struct fact_value *v, const struct reading *r)
{
	*v = (struct fact_value){ .known = r->known, .number = r->number, .why = r->why };
}

static void signals(struct fact_value *v, const struct picture_process *m, uint64_t set)
{
	*v = (struct fact_value){ .known = m->signals_known, .number = (int64_t)set, .why = m->signals_why };
}

GET(get_pid) { (void)index; number(v, process(p, subject)->pid); }
GET(get_state) { (void)index; word(v, process_state_word(process(p, subject)->state)); }
GET(get_call) { (void)index; word(v, process(p, subject)->call_name); }
GET(get_arguments) { (void)index; word(v, process(p, subject)->call); }
GET(get_lasted) { (void)index; number(v, (p->taken - process(p, subject)->since) / 1000000); }
GET(get_ending) { (void)index; word(v, process(p, subject)->ending); }
GET(get_pending) { (void)index; signals(v, process(p, subject), process(p, subject)->pending); }
GET(get_blocked) { (void)index; signals(v, process(p, subject), process(p, subject)->blocked); }
GET(get_ignored) { (void)index; signals(v, process(p, subject), process(p, subject)->ignored); }
GET(get_caught) { (void)index; signals(v, process(p, subject), process(p, subject)->caught); }
GET(get_calls) { (void)index; number(v, (int64_t)process(p, subject)->stream_calls); }
GET(get_moved) { (void)index; number(v, (int64_t)process(p, subject)->stream_bytes); }
GET(get_failed) { (void)index; number(v, (int64_t)process(p, subject)->stream_failed); }
GET(get_output) { (void)index; word(v, process(p, subject)->output); }
GET(get_bytes) { (void)index; reading(v, &object(p, subject)->bytes); }
GET(get_capacity) { (void)index; reading(v, &object(p, subject)->capacity); }
GET(get_slots) { (void)index; reading(v, &object(p, subject)->slots); }
GET(get_slots_capacity) { (void)index; reading(v, &object(p, subject)->slots_capacity); }
GET(get_readers) { (void)index; reading(v, &object(p, subject)->readers); }
GET(get_writers) { (void)index; reading(v, &object(p, subject)->writers); }
GET(get_messages) { (void)index; number(v, (int64_t)object(p, subject)->sysv.queue.messages); }
GET(get_queue_bytes) { (void)index; number(v, (int64_t)object(p, subject)->sysv.queue.bytes); }
GET(get_limit) { (void)index; number(v, (int64_t)object(p, subject)->sysv.queue.limit); }
GET(get_size) { (void)index; number(v, (int64_t)object(p, subject)->sysv.segment.size); }
GET(get_attached) { (void)index; number(v, (int64_t)object(p, subject)->sysv.segment.attached); }
GET(get_marked) { (void)index; number(v, object(p, subject)->sysv.segment.marked); }
GET(get_count) { (void)index; number(v, object(p, subject)->sysv.semaphores.count); }
GET(get_gone) { (void)index; number(v, object(p, subject)->gone); }

GET(get_switches)
{
	const struct picture_process *m = process(p, subject);

	(void)index;
	*v = (struct fact_value){ .known = m->signals_known, .number = (int64_t)m->switches, .why = m->signals_why };
}

GET(get_descriptors)
{
	const struct picture_process *m = process(p, subject);

	(void)index;
	*v = (struct fact_value){ .known = m->ends_known, .number = m->n_ends + m->ends_more, .why = m->ends_why };
}

GET(get_sigpipe)
{
	const struct picture_process *m = process(p, subject);
	uint64_t bit = UINT64_C(1) << (SIGPIPE - 1);

	(void)index;
	word(v, m->ignored & bit ? "ignored" : m->caught & bit ? "caught" : "default");
	v->known = m->signals_known;
	v->why = m->signals_why;
}

static const struct sysv_semaphore *semaphore(const struct picture *p, int subject, int index,
					      struct fact_value *v)
{
	const struct picture_object *o = object(p, subject);

	if (index >= 0 && index < PICTURE_SEMAPHORES && (unsigned)index < o->sysv.semaphores.count)
		return &o->semaphore[index];
	*v = (struct fact_value){ .why = "the set has no such semaphore" };
	return NULL;
}

GET(get_value)
{
	const struct sysv_semaphore *s = semaphore(p, subject, index, v);

	if (s)
		number(v, s->value);
}

GET(get_waiters)
{
	const struct sysv_semaphore *s = semaphore(p, subject, index, v);

	if (s)
		number(v, s->waiting_increase);
}

#define STATUS "/proc/PID/status, proc_pid_status(5)"
#define OWN "the process itself, before and after each call"
#define PIPES (FACT_OF(OBJECT_PIPE) | FACT_OF(OBJECT_FIFO))
#define ENDS (PIPES | FACT_OF(OBJECT_PAIR))
#define SYSV (FACT_OF(OBJECT_QUEUE) | FACT_OF(OBJECT_SEGMENT) | FACT_OF(OBJECT_SEMAPHORES))

static const struct fact table[] = {
	{ "pid", FACT_OF_PROCESS, FACT_NUMBER, "", FACT_EVENT, "its process id", "fork(2)", false, get_pid },
	{ "state", FACT_OF_PROCESS, FACT_WORD, "", FACT_SAMPLE,
	  "ready, calling, blocked, running, stopped, zombie or ended; blocked: asleep in the same call in two readings without a context switch in between",
	  "/proc/PID/syscall, proc_pid_syscall(5), and " STATUS, false, get_state },
	{ "call", FACT_OF_PROCESS, FACT_WORD, "", FACT_EVENT, "the call it is in", OWN "; of a real program /proc/PID/syscall, proc_pid_syscall(5)", false, get_call },
	{ "arguments", FACT_OF_PROCESS, FACT_TEXT, "", FACT_EVENT, "that call with its arguments: write(4, 1)", OWN "; of a real program /proc/PID/syscall, proc_pid_syscall(5)", false, get_arguments },
	{ "lasted", FACT_OF_PROCESS, FACT_NUMBER, "ms", FACT_EVENT, "for how long it has been in its state; blocked: since the call began", "CLOCK_MONOTONIC, clock_gettime(2), at the call's begin and at the reading", false, get_lasted },
	{ "ending", FACT_OF_PROCESS, FACT_TEXT, "", FACT_EVENT, "how it ended: exited with 0, killed by SIGPIPE", "wait(2), PIDFD_GET_INFO or /proc/PID/stat", false, get_ending },
	{ "pending", FACT_OF_PROCESS, FACT_SIGNALS, "", FACT_SAMPLE, "signals sent and not yet delivered, to the thread or the process", STATUS " SigPnd, ShdPnd", false, get_pending },
	{ "blocked_signals", FACT_OF_PROCESS, FACT_SIGNALS, "", FACT_SAMPLE, "signals that have to wait", STATUS " SigBlk", false, get_blocked },
	{ "ignored", FACT_OF_PROCESS, FACT_SIGNALS, "", FACT_SAMPLE, "signals it ignores", STATUS " SigIgn", false, get_ignored },
	{ "caught", FACT_OF_PROCESS, FACT_SIGNALS, "", FACT_SAMPLE, "signals it has a handler for", STATUS " SigCgt", false, get_caught },
	{ "sigpipe", FACT_OF_PROCESS, FACT_WORD, "", FACT_SAMPLE, "what SIGPIPE does to it: default, ignored or caught", STATUS " SigIgn, SigCgt", false, get_sigpipe },
	{ "descriptors", FACT_OF_PROCESS, FACT_NUMBER, "descriptors", FACT_SAMPLE, "how many it has open, 0 to 2 left out unless they lead to an object", "/proc/PID/fd, proc_pid_fd(5)", false, get_descriptors },
	{ "switches", FACT_OF_PROCESS, FACT_NUMBER, "times", FACT_SAMPLE, "how often it went to sleep", STATUS " voluntary_ctxt_switches", false, get_switches },
	{ "calls", FACT_OF_PROCESS, FACT_NUMBER, "calls", FACT_EVENT, "calls its stream has made", "counted by the process in shared memory", false, get_calls },
	{ "moved", FACT_OF_PROCESS, FACT_NUMBER, "bytes", FACT_EVENT, "bytes its stream has moved", "counted by the process in shared memory", false, get_moved },
	{ "failed", FACT_OF_PROCESS, FACT_NUMBER, "calls", FACT_EVENT, "calls of its stream that failed", "counted by the process in shared memory", false, get_failed },
	{ "output", FACT_OF_PROCESS, FACT_TEXT, "", FACT_EVENT, "what it wrote to its standard output and error, the last of it", "a socket with SO_PASSCRED, unix(7)", false, get_output },
	{ "bytes", PIPES, FACT_NUMBER, "bytes", FACT_SAMPLE, "written and not yet read", "FIONREAD, ioctl_pipe(2), on a duplicate lent by pidfd_getfd(2) for the moment", false, get_bytes },
	{ "capacity", PIPES, FACT_NUMBER, "bytes", FACT_SAMPLE, "how much fits when every slot is a whole page", "F_GETPIPE_SZ, fcntl(2), on such a duplicate", false, get_capacity },
	{ "slots", PIPES, FACT_NUMBER, "slots", FACT_MODEL, "pages in use: the pipe is full when all are", "computed from the writes and reads made; checked against FIONREAD and POLLOUT, withheld when they differ", false, get_slots },
	{ "slots_capacity", PIPES, FACT_NUMBER, "slots", FACT_SAMPLE, "how many slots there are", "F_GETPIPE_SZ divided by the page size", false, get_slots_capacity },
	{ "readers", ENDS, FACT_NUMBER, "processes", FACT_SAMPLE, "processes of the stage that hold a reading end", "/proc/PID/fd and fdinfo, proc_pid_fdinfo(5)", false, get_readers },
	{ "writers", ENDS, FACT_NUMBER, "processes", FACT_SAMPLE, "processes of the stage that hold a writing end", "/proc/PID/fd and fdinfo, proc_pid_fdinfo(5)", false, get_writers },
	{ "messages", FACT_OF(OBJECT_QUEUE), FACT_NUMBER, "messages", FACT_SAMPLE, "messages in the queue", "IPC_STAT, msgctl(2)", false, get_messages },
	{ "bytes", FACT_OF(OBJECT_QUEUE), FACT_NUMBER, "bytes", FACT_SAMPLE, "bytes of all messages in the queue", "IPC_STAT, msgctl(2)", false, get_queue_bytes },
	{ "limit", FACT_OF(OBJECT_QUEUE), FACT_NUMBER, "bytes", FACT_SAMPLE, "bytes the queue may hold", "IPC_STAT, msgctl(2)", false, get_limit },
	{ "size", FACT_OF(OBJECT_SEGMENT), FACT_NUMBER, "bytes", FACT_SAMPLE, "size as it was asked for", "IPC_STAT, shmctl(2)", false, get_size },
	{ "attached", FACT_OF(OBJECT_SEGMENT), FACT_NUMBER, "times", FACT_SAMPLE, "how often it is attached", "IPC_STAT, shmctl(2)", false, get_attached },
	{ "marked", FACT_OF(OBJECT_SEGMENT), FACT_NUMBER, "", FACT_SAMPLE, "1 when it will be removed at the last detach", "IPC_STAT, shmctl(2), SHM_DEST", false, get_marked },
	{ "count", FACT_OF(OBJECT_SEMAPHORES), FACT_NUMBER, "semaphores", FACT_SAMPLE, "semaphores in the set", "IPC_STAT, semctl(2)", false, get_count },
	{ "value", FACT_OF(OBJECT_SEMAPHORES), FACT_NUMBER, "", FACT_SAMPLE, "value of semaphore [N]", "GETVAL, semctl(2)", true, get_value },
	{ "waiters", FACT_OF(OBJECT_SEMAPHORES), FACT_NUMBER, "processes", FACT_SAMPLE, "processes that wait for semaphore [N] to grow", "GETNCNT, semctl(2)", true, get_waiters },
	{ "gone", ENDS | SYSV, FACT_NUMBER, "", FACT_SAMPLE, "1 when the object no longer exists", "no descriptor leads to it any more; IPC_STAT says EINVAL or EIDRM", false, get_gone },
};

const struct fact *fact_nth(size_t n)
{
	return n < sizeof table / sizeof *table ? &table[n] : NULL;
}

static const struct fact *find(unsigned of, const char *name)
{
	const struct fact *f;

	for (size_t i = 0; (f = fact_nth(i)); i++)
		if ((of == FACT_OF_PROCESS ? f->of == of : (f->of & of) != 0) && !strcmp(f->name, name))
			return f;
	return NULL;
}

const struct fact *fact_of_process(const char *name)
{
	return find(FACT_OF_PROCESS, name);
}

const struct fact *fact_of_object(enum object_kind kind, const char *name)
{
	return find(FACT_OF(kind), name);
}

bool fact_exists(const char *name)
{
	const struct fact *f;

	for (size_t i = 0; (f = fact_nth(i)); i++)
		if (!strcmp(f->name, name))
			return true;
	return false;
}

const char *fact_nearest(const char *name)
{
	const char *names[sizeof table / sizeof *table + 1];
	size_t n = 0;

	for (; fact_nth(n); n++)
		names[n] = fact_nth(n)->name;
	names[n] = NULL;
	return alike_nearest(name, names);
}

bool fact_read(const struct picture *p, const char *subject, const char *name, int index,
	       const struct fact **fact, struct fact_value *v)
{
	int i = picture_object_find(p, subject);

	if (i >= 0 && (*fact = fact_of_object(p->object[i].kind, name))) {
		if (p->object[i].gone && strcmp(name, "gone"))
			*v = (struct fact_value){ .why = "the object no longer exists" };
		else
			(*fact)->get(p, i, index, v);
		return true;
	}
	i = picture_process_find(p, subject);
	if (i < 0 || !(*fact = fact_of_process(name)))
		return false;
	(*fact)->get(p, i, index, v);
	return true;
}

const char *fact_exactness_word(enum fact_exactness e)
{
	static const char *const word_of[] = {
		[FACT_EVENT] = "exact", [FACT_SAMPLE] = "sampled", [FACT_MODEL] = "modelled",
	};

	return word_of[e];
}
