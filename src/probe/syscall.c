/* SPDX-License-Identifier: MIT */
/* Parser of /proc/PID/syscall, and the table of the calls that may sleep. */
#include "probe/syscall.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "probe/procfs.h"

/* Rows: SYS_ number, name of the manual page, arguments worth showing, whether the first is
 * a descriptor. (openat's first is not called one: it is AT_FDCWD as a rule.) What not every
 * processor or not every libc's header knows stands in its #ifdef. */
static const struct row {
	long number;
	const char *name;
	signed char arguments;
	bool descriptor;
} rows[] = {
	{ SYS_read, "read", 3, true },
	{ SYS_write, "write", 3, true },
	{ SYS_readv, "readv", 3, true },
	{ SYS_writev, "writev", 3, true },
	{ SYS_pread64, "pread", 4, true },
	{ SYS_pwrite64, "pwrite", 4, true },
	{ SYS_preadv, "preadv", 4, true },
	{ SYS_pwritev, "pwritev", 4, true },
	{ SYS_openat, "openat", 3, false },
	{ SYS_close, "close", 1, true },
	{ SYS_fcntl, "fcntl", 3, true },
	{ SYS_flock, "flock", 2, true },
	{ SYS_ioctl, "ioctl", 3, true },
	{ SYS_fsync, "fsync", 1, true },
	{ SYS_fdatasync, "fdatasync", 1, true },
	{ SYS_vmsplice, "vmsplice", 4, true },
	{ SYS_splice, "splice", 6, true },
	{ SYS_tee, "tee", 4, true },
	{ SYS_epoll_pwait, "epoll_pwait", 4, true },
	{ SYS_nanosleep, "nanosleep", 1, false },
	{ SYS_clock_nanosleep, "clock_nanosleep", 3, false },
	{ SYS_rt_sigsuspend, "sigsuspend", 1, false },
	{ SYS_rt_sigtimedwait, "sigtimedwait", 3, false },
	{ SYS_waitid, "waitid", 4, false },
	{ SYS_futex, "futex", 4, false },
	{ SYS_restart_syscall, "restart_syscall", 0, false },
	{ SYS_mq_timedsend, "mq_timedsend", 4, true },
	{ SYS_mq_timedreceive, "mq_timedreceive", 4, true },
	{ SYS_connect, "connect", 3, true },
	{ SYS_accept4, "accept4", 4, true },
	{ SYS_sendto, "sendto", 4, true },
	{ SYS_recvfrom, "recvfrom", 4, true },
	{ SYS_sendmsg, "sendmsg", 3, true },
	{ SYS_recvmsg, "recvmsg", 3, true },
	{ SYS_msync, "msync", 3, false },
	{ SYS_execve, "execve", 1, false },
#ifdef SYS_open
	{ SYS_open, "open", 3, false },
#endif
#ifdef SYS_creat
	{ SYS_creat, "creat", 2, false },
#endif
#ifdef SYS_preadv2
	{ SYS_preadv2, "preadv2", 4, true },
#endif
#ifdef SYS_pwritev2
	{ SYS_pwritev2, "pwritev2", 4, true },
#endif
#ifdef SYS_openat2
	{ SYS_openat2, "openat2", 2, false },
#endif
#ifdef SYS_fcntl64
	{ SYS_fcntl64, "fcntl", 3, true },
#endif
#ifdef SYS_sendfile
	{ SYS_sendfile, "sendfile", 4, true },
#endif
#ifdef SYS_sendfile64
	{ SYS_sendfile64, "sendfile", 4, true },
#endif
#ifdef SYS_copy_file_range
	{ SYS_copy_file_range, "copy_file_range", 5, true },
#endif
#ifdef SYS_poll
	{ SYS_poll, "poll", 3, false },
#endif
#ifdef SYS_ppoll
	{ SYS_ppoll, "ppoll", 3, false },
#endif
#ifdef SYS_ppoll_time64
	{ SYS_ppoll_time64, "ppoll", 3, false },
#endif
#ifdef SYS_select
	{ SYS_select, "select", 5, false },
#endif
#ifdef SYS__newselect
	{ SYS__newselect, "select", 5, false },
#endif
#ifdef SYS_pselect6
	{ SYS_pselect6, "pselect", 5, false },
#endif
#ifdef SYS_pselect6_time64
	{ SYS_pselect6_time64, "pselect", 5, false },
#endif
#ifdef SYS_epoll_wait
	{ SYS_epoll_wait, "epoll_wait", 4, true },
#endif
#ifdef SYS_epoll_pwait2
	{ SYS_epoll_pwait2, "epoll_pwait2", 4, true },
#endif
#ifdef SYS_pause
	{ SYS_pause, "pause", 0, false },
#endif
#ifdef SYS_clock_nanosleep_time64
	{ SYS_clock_nanosleep_time64, "clock_nanosleep", 3, false },
#endif
#ifdef SYS_rt_sigtimedwait_time64
	{ SYS_rt_sigtimedwait_time64, "sigtimedwait", 3, false },
#endif
#ifdef SYS_wait4
	{ SYS_wait4, "wait4", 3, false },
#endif
#ifdef SYS_waitpid
	{ SYS_waitpid, "waitpid", 3, false },
#endif
#ifdef SYS_vfork
	{ SYS_vfork, "vfork", 0, false },
#endif
#ifdef SYS_futex_time64
	{ SYS_futex_time64, "futex", 4, false },
#endif
#ifdef SYS_futex_waitv
	{ SYS_futex_waitv, "futex_waitv", 3, false },
#endif
#ifdef SYS_futex_wait
	{ SYS_futex_wait, "futex_wait", 4, false },
#endif
#ifdef SYS_accept
	{ SYS_accept, "accept", 3, true },
#endif
#ifdef SYS_send
	{ SYS_send, "send", 4, true },
#endif
#ifdef SYS_recv
	{ SYS_recv, "recv", 4, true },
#endif
#ifdef SYS_recvmmsg
	{ SYS_recvmmsg, "recvmmsg", 4, true },
#endif
#ifdef SYS_recvmmsg_time64
	{ SYS_recvmmsg_time64, "recvmmsg", 4, true },
#endif
#ifdef SYS_sendmmsg
	{ SYS_sendmmsg, "sendmmsg", 4, true },
#endif
#ifdef SYS_msgsnd
	{ SYS_msgsnd, "msgsnd", 4, false },
#endif
#ifdef SYS_msgrcv
	{ SYS_msgrcv, "msgrcv", 5, false },
#endif
#ifdef SYS_semop
	{ SYS_semop, "semop", 3, false },
#endif
#ifdef SYS_semtimedop
	{ SYS_semtimedop, "semtimedop", 4, false },
#endif
#ifdef SYS_semtimedop_time64
	{ SYS_semtimedop_time64, "semtimedop", 4, false },
#endif
#ifdef SYS_mq_timedsend_time64
	{ SYS_mq_timedsend_time64, "mq_timedsend", 4, true },
#endif
#ifdef SYS_mq_timedreceive_time64
	{ SYS_mq_timedreceive_time64, "mq_timedreceive", 4, true },
#endif
#ifdef SYS_ipc
	{ SYS_ipc, "ipc", 4, false },
#endif
#ifdef SYS_socketcall
	{ SYS_socketcall, "socketcall", 2, false },
#endif
#ifdef SYS_io_getevents
	{ SYS_io_getevents, "io_getevents", 3, false },
#endif
#ifdef SYS_io_pgetevents
	{ SYS_io_pgetevents, "io_pgetevents", 3, false },
#endif
#ifdef SYS_io_uring_enter
	{ SYS_io_uring_enter, "io_uring_enter", 4, true },
#endif
#ifdef SYS_getrandom
	{ SYS_getrandom, "getrandom", 3, false },
#endif
};

static const struct row *find(long number)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].number == number)
			return &rows[i];
	return NULL;
}

const char *syscall_name(long number)
{
	const struct row *row = find(number);

	return row ? row->name : NULL;
}

int syscall_arguments(long number, bool *first_is_descriptor)
{
	const struct row *row = find(number);

	*first_is_descriptor = row && row->descriptor;
	return row ? row->arguments : 0;
}

/* What is left of the text. */
struct rest {
	const char *s, *end;
};

static bool take_text(struct rest *r, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(r->end - r->s) < n || memcmp(r->s, word, n) != 0)
		return false;
	r->s += n;
	return true;
}

static bool take_hex(struct rest *r, uint64_t *out)
{
	const char *start;
	uint64_t value = 0;

	if (!take_text(r, " 0x"))
		return false;
	for (start = r->s; r->s < r->end && r->s - start <= 16; r->s++) {
		const char *digits = "0123456789abcdef";
		const char *d = *r->s ? strchr(digits, *r->s) : NULL;

		if (!d)
			break;
		value = value << 4 | (uint64_t)(d - digits);
	}
	*out = value;
	return r->s > start && r->s - start <= 16;
}

/* At most nine digits: system calls have small numbers. */
static bool take_call(struct rest *r, long *out)
{
	bool minus = take_text(r, "-");
	const char *start;
	long value = 0;

	for (start = r->s; r->s < r->end && r->s - start < 9 && *r->s >= '0' && *r->s <= '9'; r->s++)
		value = value * 10 + (*r->s - '0');
	*out = minus ? -value : value;
	return r->s > start;
}

/* "running", "-1 STACK COUNTER" or "NUMBER ARGUMENTS STACK COUNTER", and a newline: a text
 * without it was cut, maybe within a number. */
static bool parse(struct rest r, struct syscall_state *out)
{
	if (take_text(&r, "running")) {
		out->where = SYSCALL_RUNNING;
		return take_text(&r, "\n") && r.s == r.end;
	}
	if (!take_call(&r, &out->number))
		return false;
	out->where = out->number < 0 ? SYSCALL_OUTSIDE : SYSCALL_INSIDE;
	for (int i = 0; i < 6 && out->where == SYSCALL_INSIDE; i++)
		if (!take_hex(&r, &out->argument[i]))
			return false;
	return take_hex(&r, &out->stack) && take_hex(&r, &out->counter) &&
	       take_text(&r, "\n") && r.s == r.end;
}

void syscall_parse(const char *text, size_t length, struct syscall_state *out)
{
	*out = (struct syscall_state){ .number = -1 };
	if (!parse((struct rest){ text, text + length }, out))
		*out = (struct syscall_state){ .number = -1, .error = EINVAL };
}

void syscall_read(int procdir, struct syscall_state *out)
{
	char text[256]; /* nine numbers of at most 18 characters */
	ssize_t n = procfs_read(procdir, "syscall", text, sizeof text);

	if (n < 0)
		*out = (struct syscall_state){ .number = -1, .error = (int)-n };
	else
		syscall_parse(text, (size_t)n, out);
}

bool syscall_same(const struct syscall_state *a, const struct syscall_state *b)
{
	return a->where == SYSCALL_INSIDE && b->where == SYSCALL_INSIDE &&
	       a->number == b->number && a->stack == b->stack && a->counter == b->counter &&
	       memcmp(a->argument, b->argument, sizeof a->argument) == 0;
}
