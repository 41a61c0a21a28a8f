/* SPDX-License-Identifier: MIT */
#include "call/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

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
    S(F_GETPIPE_SZ), S(F_SETPIPE_SZ));
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
SET(ipc_control, "IPC commands", CHOICE, S(IPC_RMID), S(SETVAL), S(GETVAL), S(GETPID), S(GETNCNT), S(GETZCNT));
SET(ipc_remove, "IPC_RMID", CHOICE, S(IPC_RMID));
SET(socket_family, "address families", CHOICE, S(AF_UNIX));
SET(socket_type, "socket types", 0xf,
    S(SOCK_STREAM), S(SOCK_DGRAM), S(SOCK_SEQPACKET), S(SOCK_NONBLOCK), S(SOCK_CLOEXEC));
SET(ioctl, "ioctl requests", CHOICE, S(FIONREAD));
SET(msg, "message flags", 0, S(IPC_NOWAIT), S(MSG_NOERROR));
SET(shm, "shmat flags", 0, S(SHM_RDONLY));
SET(seek, "lseek origins", CHOICE, S(SEEK_SET), S(SEEK_CUR), S(SEEK_END));
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
	&symbols_socket_type, &symbols_ioctl, &symbols_msg, &symbols_shm, &symbols_seek,
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
	if (left || t->length == begin) {
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
