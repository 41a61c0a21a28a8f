/* SPDX-License-Identifier: MIT */
/* What the files of the stage share. Nobody else includes it. */
#ifndef STAGE_INTERNAL_H
#define STAGE_INTERNAL_H

#include "probe/descriptors.h"
#include "probe/locks.h"
#include "probe/memory.h"
#include "probe/socket.h"
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
	uint32_t object;   /* serial of the object behind its first argument, a descriptor; 0 none */
	bool received;     /* mq_send: its message was received, which was told before its end was */
};

struct member {
	struct stage *stage;
	char name[PICTURE_NAME];
	pid_t pid, parent;
	int pidfd, procdir, control, lifeline; /* -1: not open */
	int place;
	uint8_t letter;
	enum process_state state;
	int64_t since;
	bool program, hello;
	bool stranger;   /* a descendant of a real program, found and not made; or: */
	bool outside;    /* one that has nothing to do with the stage, watched from outside */
	bool other_ipc;  /* outside: System V ids mean something else to it, namespaces(7) */
	int64_t table_due; /* outside: when its descriptors may be read again */
	int left_out;    /* outside: how many of them lead to what is not drawn */
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
	uint32_t *leads;   /* by index into descriptors.list: serial of the object behind it, 0 none */
	size_t leads_room;
	struct mappings maps; /* what it has mapped; read in sample `maps_read`, 0: to be read */
	uint64_t maps_read;
	int forked_from;   /* place of the process that forked it; -1 */
	uint32_t forked_at; /* the latest serial then: it inherited no object of a later one */
	int caught_signal, caught_value, caught_sender; /* the latest run of its handler; signal 0: none */
	unsigned handled; /* how often its handlers have run */
	bool dead;        /* its pidfd said so */
	bool ending_known, ending_told;
	int wait_status;
	unsigned caught[65];
	char output[PICTURE_OUTPUT];
};

enum { STAGE_MEMBERS = 48, STAGE_OBJECTS = 64, STAGE_NAMES = 128, SOCKETS_READ = 2 * STAGE_OBJECTS, OUTSIDE_OBJECTS = 16 };

/* What memory is, wherever a process has it mapped: the same for all who share it. */
struct memory_key {
	bool known;
	bool is_private;          /* MAP_PRIVATE: each who writes gets a copy */
	bool segment;             /* of System V, which the kernel numbers apart from its other shared memory */
	uint64_t device, inode;   /* of the file, also of the kernel's own for shared anonymous memory; 0: private anonymous */
	uint64_t offset;          /* in the file; of private anonymous memory the address */
	int creator;              /* of private anonymous memory: the place of the process that mapped it; its children inherit */
	uint32_t made;            /* likewise: the serial of the object it became: children forked before do not */
};

enum { HELD = 8 };

/* A descriptor: of the process at that place, its number. */
struct held { int place, fd; };

/* An object. What can be seen of it is in `shown`, which is what its class's sample fills in; the rest
 * is what it takes to find and read it. */
struct object {
	uint32_t serial;     /* never given out again: descriptors lead to objects by it */
	const struct object_class *class;
	char name[PICTURE_NAME];
	char alias[2][PICTURE_NAME]; /* what others called it later; "" */
	bool named;          /* by the lesson; else it is called after its inode */
	enum object_kind kind;
	uint64_t identity;   /* inode or System V id */
	uint64_t identity_b; /* the second side's inode; 0 */
	uint64_t device;
	char path[PICTURE_CALL];
	bool gone, held;
	bool outside;        /* of processes watched from outside */
	bool others;         /* likewise: others may have it who are not watched */
	int64_t number;      /* likewise: N of a terminal's /dev/pts/N; else -1 */
	bool ours;           /* System V: the ledger had it; that stays when it is marked for removal */
	int made_r, made_w;  /* the numbers that pipe() or socketpair() returned; -1 */
	int holder;          /* memory: the place of who wrote last; -1 */
	struct held hold[HELD]; /* some of the descriptors that lead to it, for what has no inode of its own */
	int n_hold;
	struct slots *slots; /* pipes and FIFOs */
	bool writable_known, writable;
	struct memory_key key; /* memory and what is in it */
	bool placeholder;      /* memory: its one cell is the first word, for want of one that was touched */
	struct picture_object shown;
};

/* What kinds of objects have in common. Each is a row of the table in objects.c. */
struct object_class {
	const char *letters; /* of its ends: "rw", "ab", "f"; "" none */
	/* Sets it up behind its identity; NULL: nothing to do. */
	void (*begin)(struct stage *s, struct object *o);
	/* Whether a descriptor of a process is such an object that nobody has named, and is to be found. */
	bool (*finds)(const struct stage *s, const struct descriptor *d);
	/* Whether that descriptor leads to this very one. NULL: by inode and device. */
	bool (*is)(const struct stage *s, const struct object *o, const struct member *m, const struct descriptor *d);
	/* Which of its ends a descriptor that leads to it is. */
	char (*end)(const struct object *o, const struct descriptor *d);
	/* Sets it up as one of processes that are watched from outside. NULL: nothing to do beyond what
	 * stage_draw_outside does itself. */
	void (*outside)(struct stage *s, struct object *o, const struct stage_outside *what);
	/* Reads the kernel, fills in o->shown, notes whether it is gone. */
	void (*sample)(struct stage *s, struct object *o);
};

struct bound {
	char name[PICTURE_NAME];
	int place;             /* of the process that bound it: for that process it means this */
	int64_t number;
	enum result_type type; /* of the call that returned it */
	int kind;              /* RESULT_OBJECT: enum object_kind; else 0 */
	int64_t length;        /* RESULT_ADDRESS: bytes from there */
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
	uint32_t serial;       /* the latest given out */
	uint64_t sampling;     /* counts rounds of reading */
	uint64_t output_inode; /* of the socket that processes have as standard output: no object */
	struct socket_query *sockets; /* NULL: not opened yet */
	struct socket_info socket_info[SOCKETS_READ]; /* the latest reading */
	size_t n_socket_info;
	struct locks locks;    /* of the machine, when files are looked at */
	struct bound bound[STAGE_NAMES];
	int n_bound;
	uint32_t outside[OUTSIDE_OBJECTS]; /* serials of what is drawn of processes watched from outside */
	int n_outside;
	struct trace trace;
	struct trace held; /* what happened while a call was under way: told behind it */
	struct sysv_list sysv;
	struct posix_names posix;
	int64_t sysv_due;
	uint32_t sequence;
	uint64_t version, viewed;          /* changes counted; the one that the picture shows */
	uint64_t sysv_read, sysv_seen;     /* listings read; the one that the picture holds */
	uint64_t sysv_print;               /* of the listing: tells whether it changed */
	int64_t interval, sample_due;
	int64_t began;
	unsigned page;
	bool lost;
	int64_t delay_ms;      /* between the two hosts */
	int loss_percent;
	int impaired;          /* see stage_impaired */
	bool hosts; /* its processes live on two hosts */
	struct picture picture;
	size_t picture_processes, picture_objects, picture_sysv, picture_ours, picture_posix, picture_posix_ours; /* rooms of its arrays */
};

/* stage.c */
void stage_changed(struct stage *s);
enum watch { WATCH_HAND, WATCH_OUTPUT, WATCH_CONTROL, WATCH_DEATH };
void stage_watch(struct stage *s, int fd, enum watch what, const struct member *m);

/* member.c */
struct member *member_find(const struct stage *s, const char *name);
struct member *member_of_pid(const struct stage *s, int64_t pid);
struct member *member_of_place(const struct stage *s, int place);
/* Whether it is the process of that place, or came from it by fork. */
bool member_descends(const struct member *m, int place);
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
void tell_spawn(struct stage *s, const char *name, const char *command, bool second_host);
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
struct object *object_add(struct stage *s, enum object_kind kind, uint64_t identity);
void object_remove(struct stage *s, struct object *o);
/* How long a name is without the stage's suffix: as lessons write it. */
size_t object_plain_length(const struct stage *s, const char *name);
void object_name(struct stage *s, struct object *o, const char *as);
struct object *object_of_serial(const struct stage *s, uint32_t serial); /* NULL for 0 */
struct object *object_of_inode(const struct stage *s, uint64_t device, uint64_t inode);
/* Whether a descriptor of a process leads to this very one. */
bool object_leads_to(const struct stage *s, const struct object *o, const struct member *m, const struct descriptor *d);
struct object *object_named(const struct stage *s, const char *name, int *side); /* side: -1, or which of a socket's */
struct object *object_of_descriptor(const struct stage *s, const struct member *m, int64_t fd);
const struct descriptor *object_descriptor(const struct member *m, int64_t fd); /* NULL */
/* Any descriptor of a living process that leads to it; NULL. */
const struct descriptor *object_holder(const struct stage *s, const struct object *o, const struct member **holder);
void objects_from_descriptors(struct stage *s, struct member *m);
/* Of what has no inode of its own: a descriptor is known to lead to it; the number means something else from
 * now on, closed or not; whether a descriptor leads to it, by kcmp(2) against those known. */
void object_hold(struct object *o, const struct member *m, int64_t fd);
void objects_let_go(struct stage *s, const struct member *m, int64_t fd);
bool object_is_held_as(const struct stage *s, const struct object *o, const struct member *m, int fd);
void objects_remove_all(struct stage *s);
void objects_sample(struct stage *s);
void object_unknown(struct reading *r, const char *why);
void object_known(struct reading *r, int64_t number);
const char *object_why(int error); /* static text */

/* What stands at an address of a process: a semaphore or mutex there, else the memory; NULL. */
struct object *object_at(struct stage *s, struct member *m, uint64_t address);

/* object_bind.c: what finished calls mean for objects and names. */
void object_after(struct stage *s, struct member *m, const struct outcome *out);
void object_bind(struct stage *s, struct member *m, const char *as, const struct outcome *out);

/* object_pipe.c. Slots: a write began to wait or ended, a read ended. */
extern const struct object_class object_class_pipe, object_class_fifo;
void pipe_wrote(struct stage *s, struct member *m, int64_t bytes, bool ended);
void pipe_read(struct stage *s, struct member *m, int64_t bytes);
void pipe_made_fifo(struct stage *s, const char *path);
int64_t order_bytes(const struct order *o); /* how many bytes a write was asked to write */

/* object_sysv.c */
extern const struct object_class object_class_queue, object_class_segment, object_class_semaphores;
enum object_kind sysv_kind_of(const char *name); /* of a call (msgget) or an argument (msqid) */
void sysv_operated(struct stage *s, struct member *m); /* a semop that ended well: SEM_UNDO */
void sysv_set(struct stage *s, const struct member *m); /* semctl SETVAL, SETALL */
void sysv_died(struct stage *s, const struct member *m);

/* object_memory.c */
extern const struct object_class object_class_memory;
/* What a process has at an address; false when nothing is mapped there, or it cannot be read. */
bool memory_key_of(struct stage *s, struct member *m, uint64_t address, struct memory_key *key);
bool memory_key_same(const struct memory_key *a, const struct memory_key *b);
/* Whether that is what a process has at this very address. */
bool memory_stands_at(struct stage *s, struct member *m, const struct memory_key *key, uint64_t address);
/* Where a process of the stage has it; 0 nowhere. */
uint64_t memory_where(struct stage *s, struct member *m, const struct memory_key *key);
void memory_mapped(struct stage *s, struct member *m, const struct outcome *out); /* mmap, shmat ended well */
void memory_touched(struct stage *s, struct member *m, const struct outcome *out); /* load, store, add ... */
/* *base (NULL: not asked for): where it begins there, for a process may have it at several places. */
struct object *memory_object_at(struct stage *s, struct member *m, uint64_t address, uint64_t *base);
void memory_sample_views(struct stage *s, struct object *o);
/* What a process has mapped, as it is in this sample; of one watched from outside what it shares. */
const struct mappings *memory_maps(struct stage *s, struct member *m);
/* The cell at an offset, made when it is not there yet; NULL: there is no room. */
struct picture_cell *memory_cell_at(struct picture_memory *p, uint32_t offset, uint32_t length, enum cell_kind kind);

/* object_posix.c: queues, semaphores, mutexes */
extern const struct object_class object_class_mqueue, object_class_semaphore, object_class_mutex;
void posix_made(struct stage *s, struct member *m, const struct outcome *out);
void posix_sent(struct stage *s, struct member *m);
void posix_received(struct stage *s, struct member *m, const struct outcome *out);
void posix_destroyed(struct stage *s, struct member *m); /* sem_destroy, pthread_mutex_destroy */
struct object *posix_object_at(struct stage *s, struct member *m, uint64_t address);

/* object_socket.c, object_terminal.c */
extern const struct object_class object_class_socket, object_class_terminal;
void socket_made(struct stage *s, struct member *m, int64_t fd);
struct object *socket_made_pair(struct stage *s, struct member *m, int a, int b, bool terminal);
void sockets_gather(struct stage *s); /* before objects are sampled: reads all of them at once */
void socket_name(struct stage *s, struct object *o, uint64_t inode, const char *as);

/* object_file.c, object_event.c */
extern const struct object_class object_class_file, object_class_event;
void file_opened(struct stage *s, struct member *m, int64_t fd, const char *path);
void event_made(struct stage *s, struct member *m, int64_t fd);

/* sample.c */
void sample_member(struct stage *s, struct member *m);      /* state, signals */
void sample_descriptors(struct stage *s, struct member *m);
void sample_strangers(struct stage *s);

/* outside.c: the descriptors of a process watched from outside, when it is time. */
void outside_descriptors(struct stage *s, struct member *m);
/* Whether a thread of such a process may hold a pipe's lock while it waits for something else. */
bool outside_locks(const struct member *m, const struct object *pipe);
/* Why something is not known of an object that others may have, too. */
#define OUTSIDE_OTHERS "others may have it open who are not watched: they may not be looked into, or are too many"

/* outside_call.c: what the call that such a process sleeps in is about, and which part of it; NULL: nothing
 * that is drawn. */
const struct object *outside_waits_for(struct stage *s, struct member *m, struct picture_process *p);

/* outside_memory.c: memory, segments and named semaphores of processes watched from outside. */
void outside_memory_put(struct stage *s, struct object *o, const struct stage_outside *what);
void outside_semaphore_put(struct stage *s, struct object *o, const struct stage_outside *what);
/* Before its views are read: where it is to be found, how large it is, what of it is to be looked at. */
void outside_memory(struct stage *s, struct object *o);
/* Whether its name still leads to it. */
bool outside_is_named(const struct object *o);

/* view.c */
void view_build(struct stage *s);

#endif
