/* SPDX-License-Identifier: MIT */
/* What the files of the stage share. Nobody else includes it. */
#ifndef STAGE_INTERNAL_H
#define STAGE_INTERNAL_H

#include "probe/descriptors.h"
#include "probe/status.h"
#include "probe/syscall.h"
#include "probe/sysv.h"
#include "process/stagehand.h"
#include "stage/slots.h"
#include "stage/stage.h"

/* What a process was told to do, until it has done it. */
struct order {
	bool active, begun;
	enum wire_order kind;
	uint32_t sequence;
	const struct call *call;
	struct value argument[CALL_ARGUMENTS];
	int n;
	char text[CALL_TEXT]; /* the arguments' texts, or a command */
	char bind[PICTURE_NAME];
	char child[PICTURE_NAME]; /* FORK */
	int64_t began, every;
	uint64_t times;
	bool blocked;      /* was proved asleep, and that was told */
	int64_t unwritten; /* of a write that waits: what the model has not put into slots yet */
	uint64_t object;   /* the pipe it is on: inode, 0 none */
};

struct member {
	char name[PICTURE_NAME];
	pid_t pid, parent;
	int pidfd, procdir, control, lifeline; /* -1: not open */
	int place;
	uint8_t letter;
	enum process_state state;
	int64_t since;
	bool program, hello;
	bool stranger;   /* a descendant of a real program, found and not made */
	bool spawned_as_program; /* its exec is part of spawn NAME = COMMAND */
	char command[PICTURE_CALL];
	struct order order;
	struct finished last;
	char last_text[CALL_TEXT]; /* texts of last.argument */
	struct syscall_state seen; /* the reading before */
	uint64_t seen_switches;
	int64_t check_due, check_step; /* when to look next whether it has blocked */
	struct status status;
	int status_error; /* 0: status is valid */
	struct descriptors descriptors;
	bool dead;        /* its pidfd said so */
	bool ending_known, ending_told;
	int wait_status;
	unsigned caught[65];
	char output[PICTURE_OUTPUT];
};

enum { STAGE_MEMBERS = 48, STAGE_OBJECTS = 64, STAGE_NAMES = 128 };

struct object {
	char name[PICTURE_NAME];
	bool named;          /* by the lesson; else it is called after its inode */
	enum object_kind kind;
	uint64_t identity;   /* inode or System V id */
	uint64_t identity_b; /* a pair's second socket */
	uint64_t device;
	char path[PICTURE_CALL];
	bool gone, held;
	int made_r, made_w;  /* the numbers that pipe() or socketpair() returned; -1 */
	struct slots *slots; /* pipes and FIFOs */
	struct reading bytes, capacity;
	bool writable_known, writable;
	int readers, writers;
	struct sysv_object sysv;
	struct sysv_semaphore semaphore[PICTURE_SEMAPHORES];
};

struct bound {
	char name[PICTURE_NAME];
	int64_t number;
	enum result_type type; /* of the call that returned it */
};

struct stage {
	struct stagehand *hand;
	struct board *board;
	char folder[BOARD_FOLDER + 16];
	int epoll;
	struct member *member[STAGE_MEMBERS];
	int n_members;
	struct object *object[STAGE_OBJECTS];
	int n_objects;
	struct bound bound[STAGE_NAMES];
	int n_bound;
	struct trace trace;
	struct trace held; /* what happened while a call was under way: told behind it */
	struct sysv_list sysv;
	int64_t sysv_due;
	uint32_t sequence;
	uint64_t version, viewed;          /* changes counted; the one that the picture shows */
	uint64_t sysv_read, sysv_seen;     /* listings read; the one that the picture holds */
	uint64_t sysv_print;               /* of the listing: tells whether it changed */
	int64_t interval, sample_due;
	int64_t began;
	unsigned page;
	bool lost;
	struct picture picture;
	size_t picture_processes, picture_objects, picture_sysv, picture_ours; /* rooms of its arrays */
};

/* stage.c */
void stage_changed(struct stage *s);
enum watch { WATCH_HAND, WATCH_OUTPUT, WATCH_CONTROL, WATCH_DEATH };
void stage_watch(struct stage *s, int fd, enum watch what, const struct member *m);

/* member.c */
struct member *member_find(const struct stage *s, const char *name);
struct member *member_of_pid(const struct stage *s, int64_t pid);
struct member *member_of_place(const struct stage *s, int place);
struct member *member_add(struct stage *s, const char *name, struct error *e); /* also a place and a letter */
void member_remove_all(struct stage *s);
/* Its pid is known: opens pidfd and folder, watches for its end. */
void member_born(struct stage *s, struct member *m, pid_t pid);
void member_state(struct stage *s, struct member *m, enum process_state state);
void member_died(struct stage *s, struct member *m);                 /* its pidfd says so */
void member_ending(struct stage *s, struct member *m, int wait_status); /* somebody knows how */
void member_reaped(struct stage *s, struct member *m, int wait_status); /* the stagehand, which waited for it, says so */
void member_check(struct stage *s, struct member *m, int64_t now);   /* has it blocked? */

/* order.c */
int order_exec(struct stage *s, struct member *m, const char *command, struct error *e);

/* reply.c */
void order_replies(struct stage *s); /* gathers what every process reported, in order of time */
void order_control_closed(struct stage *s, struct member *m);
void order_blocked(struct stage *s, struct member *m); /* its call was proved asleep */
void order_stopped(struct stage *s, struct member *m); /* a signal stopped it in its call */
void order_died(struct stage *s, struct member *m); /* it will not answer any more */

/* tell.c */
void tell_held(struct stage *s); /* what waited for a call under way to be told first */
void tell_spawn(struct stage *s, const char *name, const char *command);
void tell_fork(struct stage *s, const struct member *m, const struct outcome *out);
void tell_exec(struct stage *s, const struct member *m);
void tell_exec_failed(struct stage *s, const struct member *m, const struct outcome *out);
/* out NULL: the call never returned, for the process died in it. */
void tell_call(struct stage *s, const struct member *m, const struct outcome *out);
void tell_blocked(struct stage *s, const struct member *m);
void tell_stream(struct stage *s, const struct member *m);
void tell_stop(struct stage *s, const struct member *m);
void tell_streamed(struct stage *s, const struct member *m, const struct wire_reply *r);
void tell_caught(struct stage *s, const struct member *m, const struct wire_reply *r);
void tell_ending(struct stage *s, const struct member *m);
void tell_output(struct stage *s, const struct member *m, const char *bytes, size_t length);
void tell_trouble(struct stage *s, const char *what);

/* objects.c */
void objects_bind(struct stage *s, struct member *m, const char *bind, const struct outcome *out);
void objects_from_descriptors(struct stage *s, struct member *m);
void objects_made_fifo(struct stage *s, const char *path);
struct object *objects_find(const struct stage *s, uint64_t inode);
struct object *objects_named(const struct stage *s, const char *name);
void objects_remove_all(struct stage *s);
void objects_sample(struct stage *s);
/* Slots: a write began to wait or ended, a read ended. */
void objects_wrote(struct stage *s, struct member *m, int64_t bytes, bool ended);
void objects_read(struct stage *s, struct member *m, int64_t bytes);
uint64_t objects_of_descriptor(const struct member *m, int64_t fd); /* inode of the pipe behind it, 0 */

/* sample.c */
void sample_member(struct stage *s, struct member *m);      /* state, signals */
void sample_descriptors(struct stage *s, struct member *m);
void sample_strangers(struct stage *s);

/* view.c */
void view_build(struct stage *s);

#endif
