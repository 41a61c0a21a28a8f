/* SPDX-License-Identifier: MIT */
/* Facts of pipes and FIFOs, and those that all objects have. */
#include "stage/fact_rows.h"

GET_OBJECT(get_bytes, fact_reading, &o->bytes)
GET_OBJECT(get_capacity, fact_reading, &o->capacity)
GET_OBJECT(get_slots, fact_reading, &o->slots)
GET_OBJECT(get_slots_capacity, fact_reading, &o->slots_capacity)
GET_OBJECT(get_readers, fact_reading, &o->readers)
GET_OBJECT(get_writers, fact_reading, &o->writers)
GET_OBJECT(get_gone, fact_number, o->gone)
GET_OBJECT(get_waiting, fact_word, o->waiting)

#define PIPES (FACT_OF(OBJECT_PIPE) | FACT_OF(OBJECT_FIFO))
#define ENDS (FACT_OF(OBJECT_QUEUE) - 1 - FACT_OF(OBJECT_MEMORY) - FACT_OF(OBJECT_SEMAPHORE) - FACT_OF(OBJECT_MUTEX))
#define ALL (FACT_OF(OBJECT_KINDS) - 1)

const struct fact facts_pipe[] = {
	{ "bytes", PIPES, FACT_NUMBER, "bytes", FACT_SAMPLE, "written and not yet read", "FIONREAD, ioctl_pipe(2), on a duplicate lent by pidfd_getfd(2) for the moment", false, get_bytes },
	{ "capacity", PIPES, FACT_NUMBER, "bytes", FACT_SAMPLE, "how much fits when every slot is a whole page", "F_GETPIPE_SZ, fcntl(2), on such a duplicate", false, get_capacity },
	{ "slots", PIPES, FACT_NUMBER, "slots", FACT_MODEL, "pages in use: the pipe is full when all are", "computed from the writes and reads made; checked against FIONREAD and POLLOUT, withheld when they differ", false, get_slots },
	{ "slots_capacity", PIPES, FACT_NUMBER, "slots", FACT_SAMPLE, "how many slots there are", "F_GETPIPE_SZ divided by the page size", false, get_slots_capacity },
	{ "readers", ENDS, FACT_NUMBER, "processes", FACT_SAMPLE, "processes of the stage that hold a reading end", "/proc/PID/fd and fdinfo, proc_pid_fdinfo(5)", false, get_readers },
	{ "writers", ENDS, FACT_NUMBER, "processes", FACT_SAMPLE, "processes of the stage that hold a writing end", "/proc/PID/fd and fdinfo, proc_pid_fdinfo(5)", false, get_writers },
	{ "waiting", ALL, FACT_TEXT, "", FACT_SAMPLE, "the processes that sleep in a call about it: ann, bob", "/proc/PID/syscall, proc_pid_syscall(5), and its arguments", false, get_waiting },
	{ "gone", ALL, FACT_NUMBER, "", FACT_SAMPLE, "1 when the object no longer exists", "no descriptor or mapping leads to it any more; IPC_STAT says EINVAL or EIDRM", false, get_gone },
	{ 0 },
};
