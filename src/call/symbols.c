/* SPDX-License-Identifier: MIT */
#include "call/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>

#define S(x) { #x, x }
#define END { NULL, 0 }
#define SET(variable, title, bits, ...) \
	static const struct symbol variable##_list[] = { __VA_ARGS__, END }; \
	const struct symbol_set symbols_##variable = { title, bits, variable##_list }

/* glibc says 0 where all files are large, but the kernel shows its own bit in F_GETFL. */
#define LARGEFILE (O_LARGEFILE ? O_LARGEFILE : 0100000)

#define CHOICE (-1) /* the whole value is one choice */

SET(open, "open flags", O_ACCMODE,
    S(O_RDONLY), S(O_WRONLY), S(O_RDWR), S(O_CREAT), S(O_EXCL), S(O_TRUNC), S(O_APPEND),
    S(O_NONBLOCK), S(O_CLOEXEC), S(O_DIRECT), S(O_SYNC), S(O_DSYNC), S(O_NOFOLLOW), S(O_TMPFILE),
    S(O_DIRECTORY), S(O_ASYNC), { "O_LARGEFILE", LARGEFILE });
SET(status_flags, "status flags", 0, S(O_APPEND), S(O_NONBLOCK), S(O_DIRECT), S(O_ASYNC));
SET(pipe, "pipe2 flags", 0, S(O_CLOEXEC), S(O_NONBLOCK), S(O_DIRECT));
SET(fcntl, "fcntl commands", CHOICE,
    S(F_DUPFD), S(F_DUPFD_CLOEXEC), S(F_GETFD), S(F_SETFD), S(F_GETFL), S(F_SETFL),
    S(F_GETPIPE_SZ), S(F_SETPIPE_SZ), S(F_GETLK), S(F_SETLK), S(F_SETLKW),
    S(F_OFD_GETLK), S(F_OFD_SETLK), S(F_OFD_SETLKW), S(F_ADD_SEALS), S(F_GET_SEALS));
SET(descriptor_flags, "descriptor flags", 0, S(FD_CLOEXEC));
SET(disposition, "dispositions", CHOICE,
    { "default", 0 }, { "ignore", 1 }, { "catch", 2 });
SET(sigaction, "sigaction flags", 0,
    S(SA_RESTART), S(SA_NOCLDWAIT), S(SA_NOCLDSTOP), S(SA_NODEFER), { "SA_RESETHAND", (int64_t)SA_RESETHAND });
SET(sigmask_how, "sigprocmask commands", CHOICE, S(SIG_BLOCK), S(SIG_UNBLOCK), S(SIG_SETMASK));
SET(wait, "wait options", 0, S(WNOHANG), S(WUNTRACED), S(WCONTINUED));
SET(poll, "poll events", 0,
    S(POLLIN), S(POLLPRI), S(POLLOUT), S(POLLERR), S(POLLHUP), S(POLLNVAL), S(POLLRDHUP));
SET(key, "keys", CHOICE, S(IPC_PRIVATE));
SET(ipc, "IPC flags", 0777, S(IPC_CREAT), S(IPC_EXCL), S(IPC_NOWAIT));
SET(ipc_control, "IPC commands", CHOICE, S(IPC_RMID), S(SETVAL), S(SETALL), S(GETVAL), S(GETPID), S(GETNCNT), S(GETZCNT));
SET(msg_control, "queue commands", CHOICE, S(IPC_RMID), S(IPC_SET));
SET(ipc_remove, "IPC_RMID", CHOICE, S(IPC_RMID));
SET(socket_family, "address families", CHOICE, S(AF_UNIX), S(AF_INET), S(AF_INET6));
SET(socket_type, "socket types", 0xf,
    S(SOCK_STREAM), S(SOCK_DGRAM), S(SOCK_SEQPACKET), S(SOCK_NONBLOCK), S(SOCK_CLOEXEC));
SET(ioctl, "ioctl requests", CHOICE, S(FIONREAD));
SET(msg, "message flags", 0, S(IPC_NOWAIT), S(MSG_NOERROR), S(MSG_EXCEPT), S(MSG_COPY));
SET(semop, "semop flags", 0, S(IPC_NOWAIT), S(SEM_UNDO));
SET(lock, "lock types", CHOICE, S(F_RDLCK), S(F_WRLCK), S(F_UNLCK));
SET(flock, "flock operations", 0, S(LOCK_SH), S(LOCK_EX), S(LOCK_UN), S(LOCK_NB));
SET(protection, "memory protection", 0, S(PROT_NONE), S(PROT_READ), S(PROT_WRITE), S(PROT_EXEC));
SET(map, "mmap flags", MAP_TYPE,
    S(MAP_SHARED), S(MAP_PRIVATE), S(MAP_FIXED), S(MAP_ANONYMOUS), S(MAP_POPULATE), S(MAP_NORESERVE));
SET(sync, "msync flags", 0, S(MS_ASYNC), S(MS_INVALIDATE), S(MS_SYNC));
SET(advice, "madvise advice", CHOICE,
    S(MADV_NORMAL), S(MADV_WILLNEED), S(MADV_DONTNEED), S(MADV_REMOVE), S(MADV_DONTFORK), S(MADV_DOFORK));
SET(itimer, "interval timers", CHOICE, S(ITIMER_REAL), S(ITIMER_VIRTUAL), S(ITIMER_PROF));
SET(shm, "shmat flags", 0, S(SHM_RDONLY));
SET(seek, "lseek origins", CHOICE, S(SEEK_SET), S(SEEK_CUR), S(SEEK_END));
SET(shutdown, "shutdown directions", CHOICE, S(SHUT_RD), S(SHUT_WR), S(SHUT_RDWR));
SET(accept, "accept4 flags", 0, S(SOCK_NONBLOCK), S(SOCK_CLOEXEC));
SET(message, "send and recv flags", 0,
    S(MSG_OOB), S(MSG_PEEK), S(MSG_TRUNC), S(MSG_DONTWAIT), S(MSG_EOR), S(MSG_WAITALL), S(MSG_NOSIGNAL),
    S(MSG_MORE));
SET(socket_level, "socket option levels", CHOICE, S(IPPROTO_IP), S(SOL_SOCKET), S(IPPROTO_TCP), S(IPPROTO_IPV6));
SET(socket_option, "socket options", CHOICE,
    S(SO_REUSEADDR), S(SO_TYPE), S(SO_ERROR), S(SO_BROADCAST), S(SO_SNDBUF), S(SO_RCVBUF), S(SO_KEEPALIVE),
    S(SO_OOBINLINE), S(SO_LINGER), S(SO_REUSEPORT), S(SO_PASSCRED), S(SO_PEERCRED), S(SO_RCVLOWAT),
    S(SO_RCVTIMEO), S(SO_SNDTIMEO), S(SO_ACCEPTCONN), S(SO_DOMAIN));
SET(tcp_option, "TCP options", CHOICE,
    S(TCP_NODELAY), S(TCP_MAXSEG), S(TCP_CORK), S(TCP_KEEPIDLE), S(TCP_KEEPINTVL), S(TCP_KEEPCNT),
    S(TCP_DEFER_ACCEPT), S(TCP_WINDOW_CLAMP), S(TCP_QUICKACK), S(TCP_USER_TIMEOUT));
SET(ip_option, "IP options", CHOICE, S(IP_TOS), S(IP_TTL), S(IP_MTU_DISCOVER), S(IP_RECVERR), S(IP_MTU));
SET(ipv6_option, "IPv6 options", CHOICE, S(IPV6_UNICAST_HOPS), S(IPV6_MTU), S(IPV6_RECVERR), S(IPV6_V6ONLY));
SET(mutex, "mutex attributes", 0, /* bits of our own: several functions set them */
    { "PTHREAD_PROCESS_SHARED", CALL_MUTEX_SHARED }, { "PTHREAD_MUTEX_ROBUST", CALL_MUTEX_ROBUST },
    { "PTHREAD_MUTEX_ERRORCHECK", CALL_MUTEX_ERRORCHECK }, { "PTHREAD_MUTEX_RECURSIVE", CALL_MUTEX_RECURSIVE });
SET(futex, "futex operations", CHOICE,
    S(FUTEX_WAIT), S(FUTEX_WAKE), S(FUTEX_WAIT_PRIVATE), S(FUTEX_WAKE_PRIVATE));
SET(eventfd, "eventfd flags", 0, S(EFD_SEMAPHORE), S(EFD_NONBLOCK), S(EFD_CLOEXEC));
SET(signalfd, "signalfd flags", 0, S(SFD_NONBLOCK), S(SFD_CLOEXEC));
SET(timerfd, "timerfd flags", 0, S(TFD_NONBLOCK), S(TFD_CLOEXEC));
SET(clock, "clocks", CHOICE, S(CLOCK_REALTIME), S(CLOCK_MONOTONIC), S(CLOCK_BOOTTIME));
SET(epoll_create, "epoll_create1 flags", 0, S(EPOLL_CLOEXEC));
SET(epoll_op, "epoll_ctl operations", CHOICE, S(EPOLL_CTL_ADD), S(EPOLL_CTL_DEL), S(EPOLL_CTL_MOD));
SET(epoll, "epoll events", 0,
    S(EPOLLIN), S(EPOLLPRI), S(EPOLLOUT), S(EPOLLERR), S(EPOLLHUP), S(EPOLLRDHUP),
    { "EPOLLEXCLUSIVE", (uint32_t)EPOLLEXCLUSIVE }, { "EPOLLONESHOT", (uint32_t)EPOLLONESHOT },
    { "EPOLLET", (uint32_t)EPOLLET });
SET(memfd, "memfd_create flags", 0, S(MFD_CLOEXEC), S(MFD_ALLOW_SEALING));
SET(seals, "file seals", 0,
    S(F_SEAL_SEAL), S(F_SEAL_SHRINK), S(F_SEAL_GROW), S(F_SEAL_WRITE), S(F_SEAL_FUTURE_WRITE));
SET(splice, "splice flags", 0, S(SPLICE_F_MOVE), S(SPLICE_F_NONBLOCK), S(SPLICE_F_MORE), S(SPLICE_F_GIFT));
SET(any_process, "processes to wait for", CHOICE, { "ANY", -1 });
SET(file_type, "file types", CHOICE,
    S(S_IFIFO), S(S_IFREG), S(S_IFDIR), S(S_IFCHR), S(S_IFBLK), S(S_IFLNK), S(S_IFSOCK));

SET(signal, "signals", CHOICE,
    S(SIGHUP), S(SIGINT), S(SIGQUIT), S(SIGILL), S(SIGTRAP), S(SIGABRT), S(SIGBUS), S(SIGFPE),
    S(SIGKILL), S(SIGUSR1), S(SIGSEGV), S(SIGUSR2), S(SIGPIPE), S(SIGALRM), S(SIGTERM),
    S(SIGSTKFLT), S(SIGCHLD), S(SIGCONT), S(SIGSTOP), S(SIGTSTP), S(SIGTTIN), S(SIGTTOU),
    S(SIGURG), S(SIGXCPU), S(SIGXFSZ), S(SIGVTALRM), S(SIGPROF), S(SIGWINCH), S(SIGIO),
    S(SIGPWR), S(SIGSYS));

SET(errno, "errors", CHOICE,
    S(EPERM), S(ENOENT), S(ESRCH), S(EINTR), S(EIO), S(ENXIO), S(E2BIG), S(ENOEXEC), S(EBADF),
    S(ECHILD), S(EAGAIN), S(ENOMEM), S(EACCES), S(EFAULT), S(EBUSY), S(EEXIST), S(EXDEV),
    S(ENODEV), S(ENOTDIR), S(EISDIR), S(EINVAL), S(ENFILE), S(EMFILE), S(ENOTTY), S(ETXTBSY),
    S(EFBIG), S(ENOSPC), S(ESPIPE), S(EROFS), S(EMLINK), S(EPIPE), S(EDOM), S(ERANGE),
    S(EDEADLK), S(ENAMETOOLONG), S(ENOLCK), S(ENOSYS), S(ENOTEMPTY), S(ELOOP), S(ENOMSG),
    S(EIDRM), S(ENODATA), S(ETIME), S(EPROTO), S(EBADMSG), S(EOVERFLOW), S(EILSEQ), S(EUSERS),
    S(ENOTSOCK), S(EDESTADDRREQ), S(EMSGSIZE), S(EPROTOTYPE), S(ENOPROTOOPT), S(EPROTONOSUPPORT), S(ESOCKTNOSUPPORT),
    S(EPFNOSUPPORT), S(ETOOMANYREFS),
    S(EOPNOTSUPP), S(EAFNOSUPPORT), S(EADDRINUSE), S(EADDRNOTAVAIL), S(ENETDOWN),
    S(ENETUNREACH), S(ECONNABORTED), S(ECONNRESET), S(ENOBUFS), S(EISCONN), S(ENOTCONN),
    S(ESHUTDOWN), S(ETIMEDOUT), S(ECONNREFUSED), S(EHOSTUNREACH), S(EALREADY), S(EINPROGRESS),
    S(ESTALE), S(EDQUOT), S(ECANCELED), S(EOWNERDEAD), S(ENOTRECOVERABLE));

static const struct symbol_set *const sets[] = {
	&symbols_open, &symbols_fcntl, &symbols_descriptor_flags, &symbols_signal,
	&symbols_disposition, &symbols_sigaction, &symbols_sigmask_how, &symbols_wait, &symbols_poll,
	&symbols_key, &symbols_ipc, &symbols_ipc_control, &symbols_socket_family,
	&symbols_socket_type, &symbols_ioctl, &symbols_msg, &symbols_semop, &symbols_lock, &symbols_flock,
	&symbols_shm, &symbols_msg_control, &symbols_protection, &symbols_map, &symbols_sync, &symbols_advice,
	&symbols_itimer, &symbols_seek,
	&symbols_shutdown, &symbols_accept, &symbols_message, &symbols_socket_level, &symbols_socket_option,
	&symbols_tcp_option, &symbols_ip_option, &symbols_ipv6_option, &symbols_mutex, &symbols_futex,
	&symbols_eventfd, &symbols_signalfd, &symbols_timerfd, &symbols_clock, &symbols_epoll_create,
	&symbols_epoll_op, &symbols_epoll, &symbols_memfd, &symbols_seals, &symbols_splice,
	&symbols_any_process, &symbols_file_type, &symbols_errno,
};

/* SIGRTMIN and SIGRTMAX are function calls in glibc, which keeps some for itself: SIGRTMIN+2,
 * SIGRTMAX-1. */
static bool realtime_find(const char *name, int64_t *value)
{
	int n = 0, length = 0;

	if (!strcmp(name, "SIGRTMIN") || sscanf(name, "SIGRTMIN+%2d%n", &n, &length) == 1)
		*value = SIGRTMIN + n;
	else if (!strcmp(name, "SIGRTMAX") || sscanf(name, "SIGRTMAX-%2d%n", &n, &length) == 1)
		*value = SIGRTMAX - n;
	else
		return false;
	return (!length || !name[length]) && n >= 0 && *value >= SIGRTMIN && *value <= SIGRTMAX;
}

bool symbol_find_in(const struct symbol_set *set, const char *name, int64_t *value)
{
	if (!set) {
		for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
			if (symbol_find_in(sets[i], name, value))
				return true;
		return false;
	}
	for (const struct symbol *s = set->list; s->name; s++)
		if (!strcmp(s->name, name)) {
			*value = s->value;
			return true;
		}
	return set == &symbols_signal && realtime_find(name, value);
}

bool symbol_find(const char *name, int64_t *value)
{
	return symbol_find_in(NULL, name, value);
}

const char *symbol_nth(size_t n)
{
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		for (const struct symbol *s = sets[i]->list; s->name; s++)
			if (n-- == 0)
				return s->name;
	return n == 0 ? "SIGRTMIN" : n == 1 ? "SIGRTMAX" : NULL;
}

static const char *name_of(const struct symbol_set *set, int64_t value)
{
	for (const struct symbol *s = set->list; s->name; s++)
		if (s->value == value)
			return s->name;
	return NULL;
}

const char *symbol_error(int error)
{
	return name_of(&symbols_errno, error);
}

const char *symbol_signal(int signal)
{
	static char names[65][16];

	if (signal >= SIGRTMIN && signal <= SIGRTMAX) {
		char *s = names[signal];

		if (signal == SIGRTMIN)
			return "SIGRTMIN";
		snprintf(s, sizeof names[0], "SIGRTMIN+%d", signal - SIGRTMIN);
		return s;
	}
	return name_of(&symbols_signal, signal);
}

static void add(struct text *t, size_t begin, const char *name)
{
	if (t->length > begin)
		text_add(t, "|");
	text_add(t, name);
}

void symbol_print(struct text *t, const struct symbol_set *set, int64_t value)
{
	size_t begin = t->length;
	const char *whole = set && set->field == CHOICE ? name_of(set, value) : NULL;
	int64_t left = value;

	if (set == &symbols_signal && symbol_signal((int)value))
		whole = symbol_signal((int)value);
	if (whole || !set || set->field == CHOICE) {
		if (whole)
			text_add(t, whole);
		else
			text_addf(t, "%lld", (long long)value);
		return;
	}
	for (const struct symbol *s = set->list; s->name; s++) {
		bool choice = set->field && !(s->value & ~set->field);
		bool has = choice ? (value & set->field) == s->value :
				    s->value && (left & s->value) == s->value;

		if (!has)
			continue;
		add(t, begin, s->name);
		left &= ~(choice ? set->field : s->value);
	}
	if (!left && t->length == begin && name_of(set, 0)) { /* PROT_NONE */
		text_add(t, name_of(set, 0));
	} else if (left || t->length == begin) {
		if (t->length > begin)
			text_add(t, "|");
		text_addf(t, left > 7 ? set == &symbols_ipc ? "0%llo" : "0x%llx" : "%lld", (long long)left);
	}
}

void symbol_print_signals(struct text *t, uint64_t set)
{
	size_t begin = t->length;

	for (int s = 1; s <= 64; s++) {
		char number[8];
		const char *name = symbol_signal(s);

		if (!(set >> (s - 1) & 1))
			continue;
		snprintf(number, sizeof number, "%d", s);
		add(t, begin, name ? name : number);
	}
	if (t->length == begin)
		text_add(t, "0");
}
