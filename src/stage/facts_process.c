/* SPDX-License-Identifier: MIT */
/* Facts of processes. */
#include <signal.h>

#include "stage/fact_rows.h"

GET_PROCESS(get_pid, fact_number, m->pid)
GET_PROCESS(get_state, fact_word, process_state_word(m->state))
GET_PROCESS(get_lasted, fact_number, (p->taken - m->since) / 1000000)
GET_PROCESS(get_ending, fact_word, m->ending)
GET_PROCESS(get_calls, fact_number, (int64_t)m->stream_calls)
GET_PROCESS(get_moved, fact_number, (int64_t)m->stream_bytes)
GET_PROCESS(get_failed, fact_number, (int64_t)m->stream_failed)
GET_PROCESS(get_output, fact_word, m->output)
GET_PROCESS(get_handled, fact_number, m->handled)

/* "? not permitted": it sleeps, and in what may not be looked at. */
GET(get_call)
{
	const struct picture_process *m = &p->process[subject];

	(void)index;
	if (m->call[0] == '?')
		fact_unknown(v, m->call + 2);
	else
		fact_word(v, m->call_name);
}

GET(get_arguments)
{
	const struct picture_process *m = &p->process[subject];

	(void)index;
	if (m->call[0] == '?')
		fact_unknown(v, m->call + 2);
	else
		fact_word(v, m->call);
}

/* What stands in the status file is not known when that could not be read. */
static void signals(struct fact_value *v, const struct picture_process *m, uint64_t n)
{
	*v = (struct fact_value){ .known = m->signals_known, .number = (int64_t)n, .why = m->signals_why };
}

#define GET_STATUS(function, expression) \
	GET(function) \
	{ \
		const struct picture_process *m = &p->process[subject]; \
		(void)index; \
		signals(v, m, expression); \
	}

GET_STATUS(get_pending, m->pending)
GET_STATUS(get_pending_thread, m->pending_thread)
GET_STATUS(get_queued, m->signals_queued)
GET_STATUS(get_blocked, m->blocked)
GET_STATUS(get_ignored, m->ignored)
GET_STATUS(get_caught, m->caught)
GET_STATUS(get_switches, m->switches)

GET(get_descriptors)
{
	const struct picture_process *m = &p->process[subject];

	(void)index;
	*v = (struct fact_value){ .known = m->ends_known, .number = m->n_ends + m->ends_more, .why = m->ends_why };
}

GET(get_sigpipe)
{
	const struct picture_process *m = &p->process[subject];
	uint64_t bit = UINT64_C(1) << (SIGPIPE - 1);

	(void)index;
	fact_word(v, m->ignored & bit ? "ignored" : m->caught & bit ? "caught" : "default");
	v->known = m->signals_known;
	v->why = m->signals_why;
}

GET(get_sender)
{
	const struct picture_process *m = &p->process[subject];

	(void)index;
	if (m->has_caught)
		fact_word(v, m->caught_sender);
	else
		fact_unknown(v, "no handler of it has run");
}

GET(get_sent_value)
{
	const struct picture_process *m = &p->process[subject];

	(void)index;
	if (m->has_caught)
		fact_number(v, m->caught_value);
	else
		fact_unknown(v, "no handler of it has run");
}

#define STATUS "/proc/PID/status, proc_pid_status(5)"
#define OWN "the process itself, before and after each call"
#define HANDLER "siginfo_t of the handler's latest run, sigaction(2)"

const struct fact facts_process[] = {
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
	{ "pending_thread", FACT_OF_PROCESS, FACT_SIGNALS, "", FACT_SAMPLE, "of pending: those sent to the thread alone", STATUS " SigPnd", false, get_pending_thread },
	{ "queued", FACT_OF_PROCESS, FACT_NUMBER, "signals", FACT_SAMPLE, "signals queued for all processes of its user together", STATUS " SigQ", false, get_queued },
	{ "handled", FACT_OF_PROCESS, FACT_NUMBER, "times", FACT_EVENT, "how often its handlers have run, of all signals together", "counted by the handlers, sigaction(2)", false, get_handled },
	{ "sender", FACT_OF_PROCESS, FACT_WORD, "", FACT_EVENT, "who sent the signal whose handler ran last: a process, or kernel", HANDLER ", si_pid", false, get_sender },
	{ "sent_value", FACT_OF_PROCESS, FACT_NUMBER, "", FACT_EVENT, "the value that came with that signal", HANDLER ", si_value", false, get_sent_value },
	{ 0 },
};
