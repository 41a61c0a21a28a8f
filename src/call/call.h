/* SPDX-License-Identifier: MIT */
/* The table of calls: one row describes a call once, for everybody.
 *
 * From a row come: how a process of the stage makes the call, how it is printed in a
 * trace, what the checker accepts, what the prompt completes and the menu offers, and
 * the manual's table. A mechanism is a file that holds its rows and the few lines that
 * make each call; call/table.c lists the files. */
#ifndef CALL_CALL_H
#define CALL_CALL_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "call/symbols.h"

enum { CALL_ARGUMENTS = 6, CALL_DATA_SHOWN = 96, CALL_VALUES = 6, CALL_RUNS = 8, CALL_TEXT = 1024,
       CALL_BUFFER = 4 << 20 /* the most bytes one call moves */ };

/* What an argument is decides how it is checked, completed, printed and sent. */
enum argument_type {
	ARGUMENT_NONE = 0,
	ARGUMENT_DESCRIPTOR, /* a number, or an end: p.r */
	ARGUMENT_NUMBER,
	ARGUMENT_SIZE,       /* a number of bytes: 64K */
	ARGUMENT_DATA,       /* what is written: "text", or a count of bytes of a known pattern */
	ARGUMENT_PATH,       /* "text"; relative to the stage's own folder */
	ARGUMENT_STRING,     /* "text" */
	ARGUMENT_SYMBOLS,    /* constants of `symbols`, or a number */
	ARGUMENT_MODE,       /* permission bits, printed in octal */
	ARGUMENT_SIGNAL,
	ARGUMENT_SIGNALS,    /* a set: SIGUSR1|SIGUSR2, or 0 */
	ARGUMENT_PROCESS,    /* a process of the stage by name or pid; ANY (-1) where `symbols` allows */
	ARGUMENT_KEY,        /* a System V key: IPC_PRIVATE or a number, printed in hex */
	ARGUMENT_OBJECT,     /* a System V id */
	ARGUMENT_ADDRESS,
	ARGUMENT_FCNTL,      /* third argument of fcntl: its meaning follows the command */
	ARGUMENT_OPTION,     /* of a socket: its names follow the level, the argument before it */
	ARGUMENT_WORD,       /* what is stored: a number of 32 bits, or "text" */
	ARGUMENT_PORT,       /* of a socket address; 0: the kernel chooses */
	ARGUMENT_SEMOP,      /* {number, operation[, flags]}, struct sembuf of semop(2) */
	ARGUMENT_LOCK,       /* {type, start, length}, struct flock of fcntl(2), from the file's beginning */
};

struct call_argument {
	const char *name; /* as in the manual page's synopsis */
	enum argument_type type;
	const struct symbol_set *symbols;
	bool optional;        /* may be left out; only trailing ones */
	int64_t otherwise;    /* the value it has then */
};

/* What a call returns decides how results are written, matched and bound to names. */
enum result_type {
	RESULT_ZERO,        /* 0 */
	RESULT_NUMBER,
	RESULT_COUNT,       /* bytes written */
	RESULT_DATA,        /* bytes read, then what they are: 5 "hello", 300 "b"*300 */
	RESULT_DESCRIPTOR,
	RESULT_PIPE,        /* two descriptors: [3, 4]; ends .r and .w */
	RESULT_PAIR,        /* two descriptors: [3, 4]; ends .a and .b */
	RESULT_PROCESS,     /* a pid: its name where it has one (fork) */
	RESULT_WAIT,        /* a pid and how it ended: writer killed by SIGPIPE */
	RESULT_OBJECT,      /* a System V id */
	RESULT_ADDRESS,
	RESULT_FCNTL,       /* by command: a number, open flags, descriptor flags */
	RESULT_VALUE,       /* 0 and a value: 0 [5] */
	RESULT_POLL,        /* a number and what is ready: 1 POLLIN|POLLHUP */
	RESULT_EPOLL,       /* how many, all their events, then their descriptors: 1 EPOLLIN {5} */
	RESULT_STAT,        /* 0 {st_mode=S_IFIFO|0644, st_size=0} */
	RESULT_MODE,        /* permission bits */
	RESULT_WORD,        /* what was loaded: a number; with a count (third argument) as RESULT_DATA */
	RESULT_KEY,         /* a System V key, in hex */
	RESULT_SIGNAL,      /* a signal's number, by name; the value that came with it behind: SIGRTMIN [7] */
	RESULT_SIGNALS,     /* 0 and a set in values[0]: 0 SIGUSR1|SIGUSR2 */
	RESULT_SOCKNAME,    /* an address: data is its text, values[0] its port: 0 {"127.0.0.1", 4711}; a name stands for the port */
	RESULT_NONE,        /* does not return: _exit */
};

enum { VALUE_FIELDS = 4 };

/* An argument as it travels: numbers in `number`; text and bytes in text/length; of a tuple `length`
 * numbers in `field`. */
struct value {
	enum { VALUE_NUMBER, VALUE_TEXT, VALUE_TUPLE } kind;
	int64_t number;
	const char *text; /* owned by the request it belongs to; NUL-terminated beyond length */
	uint32_t length;
	int64_t field[VALUE_FIELDS];
};

/* How many fields a tuple has; and field i of it, `otherwise` when it has fewer. */
int value_fields(const struct value *v);
int64_t value_field(const struct value *v, int i, int64_t otherwise);

/* The fields of a tuple type (ARGUMENT_SEMOP, ARGUMENT_LOCK): names, constants, how many there must
 * be. NULL for every other type. */
struct tuple_type {
	int fewest, most;
	struct { const char *name; const struct symbol_set *symbols; } field[VALUE_FIELDS];
};
const struct tuple_type *call_tuple(enum argument_type type);

/* Bytes that were read, told as runs of equal bytes: what the known pattern is made of. */
struct data_run {
	uint8_t byte;
	uint32_t count;
};

/* What came of a call; plain memory, as it travels and is kept. */
struct outcome {
	int64_t result; /* as the manual page says; -1 with `error` */
	int32_t error;  /* errno when result is -1 */
	int64_t began, ended; /* CLOCK_MONOTONIC, ns */
	int32_t n_values;
	int64_t values[CALL_VALUES]; /* beyond the result: descriptors, wait status, revents, st_mode and st_size */
	uint32_t data_length;        /* bytes read in all; 0 when the call reads none */
	uint32_t n_runs;             /* > CALL_RUNS: too many to tell; data holds how it begins */
	struct data_run runs[CALL_RUNS];
	uint8_t data[CALL_DATA_SHOWN]; /* the first bytes */
};

/* What a process of the stage hands to a call it makes. */
struct call_context {
	uint8_t letter;      /* the byte that this process's pattern is made of: 'a', 'b', ... */
	uint8_t *buffer;     /* scratch for data, at least CALL_BUFFER bytes, zeroed at first */
	size_t filled;       /* how many bytes of it hold the pattern, so that a stream fills once */
	bool streaming;      /* one of many: what was read is not told */
	/* Before and after creating or removing what outlives processes: 'q', 'm' or 's' and the
	 * key; then the id. Keeps the ledger true; see process/ledger.h. */
	int (*creating)(void *ledger, char kind, uint32_t key); /* 0, or -1 with errno ENOSPC: no room to remember it */
	void (*created)(void *ledger, char kind, int id);       /* id -1: it came to nothing, or existed before */
	bool (*may_remove)(void *ledger, char kind, int id);    /* whether it is the stage's own */
	void (*removed)(void *ledger, char kind, int id);
	void *ledger;
	/* POSIX objects are removed by name. `naming` notes the name before it is made ('Q' mq_open, 'M'
	 * shm_open, 'S' sem_open; 0, or -1 with errno ENOSPC), `unnamed` forgets it. `suffix` is what every
	 * such name ends with on this stage, so that no two stages meet and none of them meets anybody
	 * else's; abstract socket names have it as well. */
	int (*naming)(void *ledger, char kind, const char *name);
	void (*unnamed)(void *ledger, char kind, const char *name);
	const char *suffix;
	void (*handler)(int, void *, void *); /* the sigaction handler of "catch": a siginfo_t handler */
	/* Set while memory is touched that may not be there: a caught SIGSEGV or SIGBUS jumps here, for
	 * returning from its handler would make the same access again. */
	sigjmp_buf *fault;
};

/* Numbers of system calls begin at 0 (read, on x86_64), so tables hold them plus one. */
#define CALL_SLEEPS(number) ((number) + 1)

struct call {
	const char *name;
	struct call_argument argument[CALL_ARGUMENTS];
	enum result_type result;
	/* The system calls it sleeps in, as CALL_SLEEPS(SYS_...); 0 ends. For proving that it has
	 * blocked. Empty: never blocks. */
	long sleeps_in[3];
	/* Makes the call: fills out->result, error, values, data. Runs in the process itself,
	 * between two reports; must not touch what the lesson did not ask for. Not for
	 * calls with `special`. */
	void (*make)(const struct value *argument, int n, struct call_context *c, struct outcome *out);
	/* Calls that the process's own loop carries out, for they end or double the process. */
	enum { CALL_PLAIN, CALL_FORK, CALL_EXEC } special;
	/* 1 + which argument, an address, a name bound to the call stands for: what it makes is there
	 * (sem_init). 0: for what it returns, as always else. */
	int names_argument;
	bool timed; /* what it returns depends on when it is made: a trace that is to be played again says "?" */
	/* What the first number in brackets behind the result is: RESULT_SOCKNAME a port; 0 a plain number.
	 * Three numbers are always who sent it: pid, user, group. */
	enum result_type beside;
	const char *mechanism; /* "pipe", "fifo", "signal" ...: how manual and menu group it */
	const char *see;       /* its manual page: "read(2)" */
	const char *summary;   /* one line for completion, help and the manual */
	/* What the menu offers on a process, filled in: {r} {w} {s} a descriptor it can read, write,
	 * or that is a socket; {fd} any; {p} another process; {child} one; {fifo} a FIFO's path;
	 * {q} {m} {sem} a System V queue, segment, set; {a} an address; {mq} a POSIX queue; {psem} a POSIX semaphore;
	 * "|" between alternatives. NULL: nothing. */
	const char *offers;
};

/* A call by name, NULL when there is none. */
const struct call *call_find(const char *name);
/* The call whose name is most alike, for "did you mean"; NULL when none is near. */
const struct call *call_nearest(const char *name);
/* The nth of all calls (in the manual's order), NULL at the end; and a call's number. */
const struct call *call_nth(size_t n);
size_t call_number(const struct call *c);
/* How many arguments it takes at least and at most. */
int call_fewest(const struct call *c);
int call_most(const struct call *c);
/* Whether it may sleep in system call `number`. */
bool call_sleeps_in(const struct call *c, long number);

/* Names for numbers that have one on the stage. Each returns NULL when there is none; the print
 * functions then write the number. */
struct call_names {
	const char *(*process)(void *data, int64_t pid);
	/* System V ids. `what` begins with "ms", "sh" or "se" (msqid, shmget): ids of two kinds may be equal. */
	const char *(*object)(void *data, const char *what, int64_t id);
	/* What begins at or before an address, as the calling process has it; *offset gets how far in. */
	const char *(*address)(void *data, int64_t address, int64_t *offset);
	const char *(*number)(void *data, enum result_type type, int64_t n); /* keys, ports */
	void *data;
	bool again; /* for a line to be played again: a port or pid in brackets without a name is "?" */
};

/* "write(4, 65536)": as strace would, less what a reader does not need. Whatever it
 * prints parses back to the same values. names may be NULL. */
void call_print(struct text *t, const struct call *c, const struct value *argument, int n,
		const struct call_names *names);

/* "65536", "-1 EPIPE", "[3, 4]", "5 \"hello\"": the part behind the equals sign. */
void call_print_result(struct text *t, const struct call *c, const struct value *argument, int n,
		       const struct outcome *out, const struct call_names *names);

/* "exited with 0", "killed by SIGPIPE", "stopped by SIGSTOP", "continued": a wait status. */
void call_print_ending(struct text *t, int wait_status);

/* Data as in results: "hello", "a"*4096 "b"*10, with ... when there is more than is known. */
void call_print_data(struct text *t, const struct outcome *out);

#endif
