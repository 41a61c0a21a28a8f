/* SPDX-License-Identifier: MIT */
/* Which system call sleeps for what: one row a call. Those that not every processor has stand in
 * their #ifdef. */
#include "system/wait.h"

#include <stddef.h>
#include <sys/syscall.h>

#define FD(name, wait) { SYS_##name, wait, ABOUT_FD, 0, 0, LIMIT_NONE, 0 }

static const struct wait_row rows[] = {
	FD(read, WAIT_READ), FD(readv, WAIT_READ), FD(pread64, WAIT_READ), FD(preadv, WAIT_READ),
	FD(write, WAIT_WRITE), FD(writev, WAIT_WRITE), FD(pwrite64, WAIT_WRITE), FD(pwritev, WAIT_WRITE),
	FD(recvfrom, WAIT_READ), FD(recvmsg, WAIT_READ), FD(sendto, WAIT_WRITE), FD(sendmsg, WAIT_WRITE),
	FD(connect, WAIT_CONNECT), FD(accept4, WAIT_ACCEPT), FD(flock, WAIT_LOCK),
	FD(vmsplice, WAIT_WRITE), FD(close, WAIT_OTHER), FD(ioctl, WAIT_OTHER),
	FD(fsync, WAIT_DISK), FD(fdatasync, WAIT_DISK),
	{ SYS_splice, WAIT_READ, ABOUT_TWO, 0, 2, LIMIT_NONE, 0 },
	{ SYS_tee, WAIT_READ, ABOUT_TWO, 0, 1, LIMIT_NONE, 0 },
	{ SYS_openat, WAIT_OPEN, ABOUT_PATH, 1, 0, LIMIT_NONE, 0 },
	{ SYS_fcntl, WAIT_OTHER, ABOUT_FCNTL, 0, 0, LIMIT_NONE, 0 },
	{ SYS_futex, WAIT_FUTEX, ABOUT_WORD, 0, 0, LIMIT_FUTEX, 3 },
	{ SYS_waitid, WAIT_CHILD, ABOUT_CHILD_ID, 1, 0, LIMIT_NONE, 0 },
	{ SYS_nanosleep, WAIT_TIME, ABOUT_NOTHING, 0, 0, LIMIT_TIMESPEC, 0 },
	{ SYS_clock_nanosleep, WAIT_TIME, ABOUT_NOTHING, 0, 0, LIMIT_SLEEP, 2 },
	{ SYS_rt_sigsuspend, WAIT_SIGNAL, ABOUT_NOTHING, 0, 0, LIMIT_NONE, 0 },
	{ SYS_rt_sigtimedwait, WAIT_SIGNAL, ABOUT_NOTHING, 0, 0, LIMIT_TIMESPEC, 2 },
	{ SYS_mq_timedsend, WAIT_WRITE, ABOUT_FD, 0, 0, LIMIT_REAL, 4 },
	{ SYS_mq_timedreceive, WAIT_READ, ABOUT_FD, 0, 0, LIMIT_REAL, 4 },
	{ SYS_epoll_pwait, WAIT_POLL, ABOUT_EPOLL, 0, 0, LIMIT_MS, 3 },
#ifdef SYS_io_uring_enter
	{ SYS_io_uring_enter, WAIT_POLL, ABOUT_URING, 0, 0, LIMIT_URING, 4 },
#endif
	{ SYS_clone, WAIT_CHILD, ABOUT_NOTHING, 0, 0, LIMIT_NONE, 0 },
#ifdef SYS_clone3
	{ SYS_clone3, WAIT_CHILD, ABOUT_NOTHING, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_vfork
	{ SYS_vfork, WAIT_CHILD, ABOUT_NOTHING, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_preadv2
	FD(preadv2, WAIT_READ),
#endif
#ifdef SYS_pwritev2
	FD(pwritev2, WAIT_WRITE),
#endif
#ifdef SYS_accept
	FD(accept, WAIT_ACCEPT),
#endif
#ifdef SYS_recv
	FD(recv, WAIT_READ),
#endif
#ifdef SYS_send
	FD(send, WAIT_WRITE),
#endif
#ifdef SYS_recvmmsg
	FD(recvmmsg, WAIT_READ),
#endif
#ifdef SYS_sendmmsg
	FD(sendmmsg, WAIT_WRITE),
#endif
#ifdef SYS_sendfile
	FD(sendfile, WAIT_WRITE),
#endif
#ifdef SYS_sendfile64
	FD(sendfile64, WAIT_WRITE),
#endif
#ifdef SYS_open
	{ SYS_open, WAIT_OPEN, ABOUT_PATH, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_creat
	{ SYS_creat, WAIT_OPEN, ABOUT_PATH, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_openat2
	{ SYS_openat2, WAIT_OPEN, ABOUT_PATH, 1, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_fcntl64
	{ SYS_fcntl64, WAIT_OTHER, ABOUT_FCNTL, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_pause
	{ SYS_pause, WAIT_SIGNAL, ABOUT_NOTHING, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_wait4
	{ SYS_wait4, WAIT_CHILD, ABOUT_CHILD, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_waitpid
	{ SYS_waitpid, WAIT_CHILD, ABOUT_CHILD, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_poll
	{ SYS_poll, WAIT_POLL, ABOUT_POLL, 0, 0, LIMIT_MS, 2 },
#endif
#ifdef SYS_ppoll
	{ SYS_ppoll, WAIT_POLL, ABOUT_POLL, 0, 0, LIMIT_TIMESPEC, 2 },
#endif
#ifdef SYS_select
	{ SYS_select, WAIT_POLL, ABOUT_SELECT, 0, 0, LIMIT_TIMEVAL, 4 },
#endif
#ifdef SYS__newselect
	{ SYS__newselect, WAIT_POLL, ABOUT_SELECT, 0, 0, LIMIT_TIMEVAL, 4 },
#endif
#ifdef SYS_pselect6
	{ SYS_pselect6, WAIT_POLL, ABOUT_SELECT, 0, 0, LIMIT_TIMESPEC, 4 },
#endif
#ifdef SYS_epoll_wait
	{ SYS_epoll_wait, WAIT_POLL, ABOUT_EPOLL, 0, 0, LIMIT_MS, 3 },
#endif
#ifdef SYS_epoll_pwait2
	{ SYS_epoll_pwait2, WAIT_POLL, ABOUT_EPOLL, 0, 0, LIMIT_TIMESPEC, 3 },
#endif
#ifdef SYS_semop
	{ SYS_semop, WAIT_SEMAPHORE, ABOUT_SET, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_semtimedop
	{ SYS_semtimedop, WAIT_SEMAPHORE, ABOUT_SET, 0, 0, LIMIT_TIMESPEC, 3 },
#endif
#ifdef SYS_msgsnd
	{ SYS_msgsnd, WAIT_SEND, ABOUT_QUEUE, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_msgrcv
	{ SYS_msgrcv, WAIT_RECEIVE, ABOUT_QUEUE, 0, 0, LIMIT_NONE, 0 },
#endif
#ifdef SYS_futex_wait
	{ SYS_futex_wait, WAIT_FUTEX, ABOUT_WORD, 0, 0, LIMIT_POINT, 4 },
#endif
#ifdef SYS_futex_waitv
	{ SYS_futex_waitv, WAIT_FUTEX, ABOUT_NOTHING, 0, 0, LIMIT_POINT, 3 },
#endif
#ifdef SYS_copy_file_range
	{ SYS_copy_file_range, WAIT_DISK, ABOUT_NOTHING, 0, 0, LIMIT_NONE, 0 },
#endif
};

const struct wait_row *wait_row(long number)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].number == number)
			return &rows[i];
	return NULL;
}
