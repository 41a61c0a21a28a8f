/* SPDX-License-Identifier: MIT */
/* Constants by their C names, as tables: errors, signals, flags. */
#ifndef CALL_SYMBOLS_H
#define CALL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct symbol {
	const char *name;
	int64_t value;
};

/* A set is terminated by a NULL name. `field` is the mask of those bits that hold a
 * choice and not flags (O_ACCMODE for open); 0 for pure flags; -1 when the whole value
 * is one choice (a command, a signal). */
struct symbol_set {
	const char *name; /* how the manual calls it: "open flags" */
	int64_t field;
	const struct symbol *list;
};

extern const struct symbol_set symbols_open, symbols_status_flags, symbols_pipe, symbols_fcntl, symbols_descriptor_flags,
	symbols_signal, symbols_disposition, symbols_sigaction, symbols_sigmask_how, symbols_wait,
	symbols_poll, symbols_errno, symbols_ipc, symbols_key, symbols_ipc_control, symbols_ipc_remove,
	symbols_socket_family, symbols_socket_type, symbols_ioctl, symbols_msg, symbols_msg_control, symbols_semop,
	symbols_lock, symbols_flock, symbols_shm, symbols_protection, symbols_map, symbols_sync, symbols_advice,
	symbols_itimer, symbols_seek,
	symbols_shutdown, symbols_accept, symbols_message, symbols_socket_level, symbols_socket_option,
	symbols_tcp_option, symbols_ip_option, symbols_ipv6_option, symbols_mutex, symbols_futex,
	symbols_eventfd, symbols_signalfd, symbols_timerfd, symbols_clock, symbols_epoll_create, symbols_epoll_op,
	symbols_epoll, symbols_memfd, symbols_seals, symbols_splice,
	symbols_any_process, symbols_file_type;

/* What symbols_mutex stands for: C sets a mutex's attributes one by one, a lesson all at once. */
enum { CALL_MUTEX_SHARED = 1, CALL_MUTEX_ROBUST = 2, CALL_MUTEX_ERRORCHECK = 4, CALL_MUTEX_RECURSIVE = 8 };

/* Any constant of any set by name. When sets disagree on a value the first listed wins
 * (they do not, and a test says so). */
bool symbol_find(const char *name, int64_t *value);

/* A constant of one set by name, or of any when set is NULL. */
bool symbol_find_in(const struct symbol_set *set, const char *name, int64_t *value);

/* The nth constant of all sets, for completion; NULL at the end. */
const char *symbol_nth(size_t n);

/* Appends a value in terms of a set: "O_WRONLY|O_NONBLOCK", a number for what has no name. */
void symbol_print(struct text *t, const struct symbol_set *set, int64_t value);

const char *symbol_error(int error);    /* "EPIPE", or NULL */
const char *symbol_signal(int signal);  /* "SIGPIPE", "SIGRTMIN+2", or NULL */

/* Signal sets: bit N-1 stands for signal N. Appends "SIGUSR1|SIGUSR2", "0" when empty. */
void symbol_print_signals(struct text *t, uint64_t set);

#endif
