/* SPDX-License-Identifier: MIT */
/* What travels between the front end, the stagehand and the processes: fixed records over
 * SOCK_SEQPACKET pairs, so that a record arrives whole or not at all (unix(7)). */
#ifndef PROCESS_WIRE_H
#define PROCESS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "call/call.h"

enum { WIRE_NAME = 16 };

/* ---- to a process ---- */

enum wire_order {
	WIRE_CALL,   /* make the call, report its begin and its end */
	WIRE_FORK,   /* fork; the child's two descriptors travel along */
	WIRE_EXEC,   /* text: words, each ended by a NUL; an answer comes only if it fails */
	WIRE_STREAM, /* repeat the call until told to stop, or until it fails */
	WIRE_WAKE,   /* look at the board: a stream between two calls may have to stop */
};

struct wire_argument {
	int32_t kind;    /* VALUE_... */
	uint32_t length; /* of text */
	int64_t number;
	uint32_t offset; /* into text */
};

struct wire_request {
	int32_t order;
	uint32_t sequence; /* comes back with every reply to it */
	uint32_t call;     /* call_number */
	int32_t n;         /* arguments, left-out ones filled in */
	struct wire_argument argument[CALL_ARGUMENTS];
	int64_t every;     /* STREAM: ns from call to call, 0 at full speed */
	uint64_t times;    /* STREAM: 0 without end */
	int32_t place;     /* FORK: the child's place on the board */
	uint8_t letter;    /* FORK: what its pattern is made of */
	char name[WIRE_NAME]; /* FORK: what ps(1) shows (PR_SET_NAME) */
	uint32_t length;   /* of text */
	char text[CALL_TEXT];
};

/* ---- from a process ---- */

enum wire_event {
	WIRE_HELLO,      /* it lives and waits for its first call */
	WIRE_BEGAN,      /* about to make the call: outcome.began */
	WIRE_ENDED,      /* outcome */
	WIRE_CAUGHT,     /* its handler ran: signal, sender, code */
	WIRE_STREAMED,   /* the stream ended: outcome of its last call, calls */
};

struct wire_reply {
	int32_t event;
	uint32_t sequence;
	int32_t pid;
	int32_t signal, code, sender, value; /* CAUGHT: si_signo, si_code, si_pid, si_value */
	uint64_t calls;               /* STREAMED */
	struct outcome outcome;
};

/* ---- to and from the stagehand ---- */

enum wire_errand {
	WIRE_SPAWN, /* the new process's two descriptors travel along */
	WIRE_CLEAR, /* end every process, remove everything */
	WIRE_IMPAIR, /* what goes between the two hosts comes late, or not */
};

struct wire_job {
	int32_t errand;
	int32_t place;
	int32_t host; /* enum network_host: where it is to live */
	int32_t delay_ms, loss_percent; /* IMPAIR */
	uint8_t letter;
	char name[WIRE_NAME];
};

enum wire_news {
	WIRE_SPAWNED, /* place, pid; pid -errno when it failed */
	WIRE_REAPED,  /* pid, status: it was the stagehand's child, made or adopted */
	WIRE_CLEARED,
	WIRE_IMPAIRED, /* status: 0 or -errno */
};

struct wire_notice {
	int32_t news;
	int32_t place;
	int32_t pid;
	int32_t status;
};

/* Sends one record, with up to two descriptors (-1: none). 0, or -errno. Never raises SIGPIPE. */
int wire_send(int socket, const void *record, size_t length, const int descriptors[2]);

/* Receives one record of at most `size` bytes. Descriptors that come along are placed in
 * `descriptors` (closed when it is NULL; -1 where none came), close-on-exec. Returns its length,
 * 0 at the end, -EAGAIN when nothing waits (flags MSG_DONTWAIT), -EINTR, other -errno. */
ssize_t wire_receive(int socket, void *record, size_t size, int descriptors[2], int flags);

/* How many bytes of a request are in use: what is worth sending. */
size_t wire_request_size(const struct wire_request *r);

/* Puts arguments into a request, those left out filled in; false when their texts do not fit. */
bool wire_pack(struct wire_request *r, const struct call *c, const struct value *argument, int n);
/* And takes them out again: texts point into the request. False for a request that makes no
 * sense (lengths beyond its end, too many arguments, no such call). */
bool wire_unpack(const struct wire_request *r, size_t size, const struct call **c,
		 struct value argument[CALL_ARGUMENTS]);

#endif
