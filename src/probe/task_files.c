/* SPDX-License-Identifier: MIT */
#include "probe/task_files.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/bpf.h"
#include "probe/btf.h"

struct task_files {
	int iterator;
	char *bytes;
	size_t room;
};

/* Of its stack of 512 bytes. */
enum {
	RECORD = -(int)sizeof(struct task_file),
	LENGTH = RECORD - 8,          /* one slot's */
	HEAD_BEFORE = LENGTH - 8, TAIL_BEFORE = HEAD_BEFORE - 8,
	THE_PIPE = TAIL_BEFORE - 8,   /* where it is */
	PIPE_ROOM = 384, PIPE_COPY = THE_PIPE - PIPE_ROOM,
	SLOTS_MOST = 32,              /* of fuller pipes the level is read in another way: the kernel takes 5 ms
	                               * to prove that a loop of 256 ends */
};

/* --- where things are in the running kernel -------------------------------------------------------------- */

enum structure { ITERATOR, META, TASK, FILE_, INODE, SUPER, PIPE, BUFFER, STRUCTURES };

struct layout {
	struct btf_member meta, task, fd, file;          /* bpf_iter__task_file */
	struct btf_member seq;                           /* bpf_iter_meta */
	struct btf_member pid, tgid, start_boottime;     /* task_struct */
	struct btf_member f_inode, f_mode, f_flags;      /* file */
	struct btf_member i_mode, i_ino, i_rdev, i_sb, i_pipe; /* inode */
	struct btf_member s_dev, s_magic;                /* super_block */
	struct btf_member head, tail, max_usage, ring_size, writers, bufs; /* pipe_inode_info */
	struct btf_member len;                           /* pipe_buffer */
	uint32_t pipe_size, buffer_size;
	uint32_t function;
};

#define WHERE(structure, member) { structure, #member, offsetof(struct layout, member) }

static const struct { enum structure of; const char *name; size_t to; } wanted_members[] = {
	WHERE(ITERATOR, meta), WHERE(ITERATOR, task), WHERE(ITERATOR, fd), WHERE(ITERATOR, file), WHERE(META, seq),
	WHERE(TASK, pid), WHERE(TASK, tgid), WHERE(TASK, start_boottime), WHERE(FILE_, f_inode), WHERE(FILE_, f_mode), WHERE(FILE_, f_flags),
	WHERE(INODE, i_mode), WHERE(INODE, i_ino), WHERE(INODE, i_rdev), WHERE(INODE, i_sb), WHERE(INODE, i_pipe),
	WHERE(SUPER, s_dev), WHERE(SUPER, s_magic), WHERE(PIPE, head), WHERE(PIPE, tail), WHERE(PIPE, max_usage),
	WHERE(PIPE, ring_size), WHERE(PIPE, writers), WHERE(PIPE, bufs), WHERE(BUFFER, len),
};

static int find_layout(struct layout *l)
{
	struct btf_wanted wanted[] = {
		[ITERATOR] = { BTF_WANT_STRUCT, "bpf_iter__task_file", 0 }, [META] = { BTF_WANT_STRUCT, "bpf_iter_meta", 0 },
		[TASK] = { BTF_WANT_STRUCT, "task_struct", 0 }, [FILE_] = { BTF_WANT_STRUCT, "file", 0 },
		[INODE] = { BTF_WANT_STRUCT, "inode", 0 }, [SUPER] = { BTF_WANT_STRUCT, "super_block", 0 },
		[PIPE] = { BTF_WANT_STRUCT, "pipe_inode_info", 0 }, [BUFFER] = { BTF_WANT_STRUCT, "pipe_buffer", 0 },
		[STRUCTURES] = { BTF_WANT_FUNCTION, "bpf_iter_task_file", 0 },
	};
	int error = 0;
	struct btf *b = btf_open(&error);

	if (!b)
		return error;
	if (!btf_find(b, wanted, sizeof wanted / sizeof *wanted))
		error = -ENOENT;
	for (size_t i = 0; !error && i < sizeof wanted_members / sizeof *wanted_members; i++) {
		struct btf_member *m = (void *)((char *)l + wanted_members[i].to);

		/* what is larger is no number, and further than that no instruction reaches */
		if (!btf_member(b, wanted[wanted_members[i].of].id, wanted_members[i].name, m) || m->size < 2 || m->size > 8 ||
		    m->offset > INT16_MAX - 8)
			error = -ENOENT;
	}
	l->pipe_size = btf_size(b, wanted[PIPE].id);
	if (l->pipe_size == 0 || l->pipe_size > PIPE_ROOM)
		error = error ? error : -ENOENT;
	l->buffer_size = btf_size(b, wanted[BUFFER].id);
	l->function = wanted[STRUCTURES].id;
	btf_free(b);
	return error;
}

/* --- the program --------------------------------------------------------------------------------------------- */

/* Registers that calls leave alone. */
enum { ITEM = 6, THE_FILE = 7, THE_INODE = 8, COUNT = 8, SUM = 9 };

#define TO(member) (RECORD + (int)offsetof(struct task_file, member))
#define COPY(m) (PIPE_COPY + (int)l->m.offset)

static void take(struct bpf_code *c, int base, const struct btf_member *from, int to)
{
	bpf_load(c, 1, base, (int32_t)from->offset, from->size);
	bpf_store(c, BPF_FRAME, to, 1, 4);
}

/* Its fields at one moment; r0 is not 0 when that failed. */
static void copy_pipe(struct bpf_code *c, const struct layout *l)
{
	bpf_copy(c, 1, BPF_FRAME);
	bpf_do_number(c, '+', 1, PIPE_COPY);
	bpf_set(c, 2, (int32_t)l->pipe_size);
	bpf_load(c, 3, BPF_FRAME, THE_PIPE, 8);
	bpf_call(c, BPF_HELP_PROBE_READ_KERNEL);
}

/* slots = head - tail, as numbers of their size count; both are kept to be compared. */
static void count_slots(struct bpf_code *c, const struct layout *l)
{
	bpf_load(c, 1, BPF_FRAME, COPY(tail), l->tail.size);
	bpf_store(c, BPF_FRAME, TAIL_BEFORE, 1, 8);
	bpf_load(c, 2, BPF_FRAME, COPY(head), l->head.size);
	bpf_store(c, BPF_FRAME, HEAD_BEFORE, 2, 8);
	bpf_do(c, '-', 2, 1);
	bpf_do_number(c, '&', 2, l->head.size == 2 ? 0xffff : 0x7fffffff);
	bpf_store(c, BPF_FRAME, TO(slots), 2, 4);
}

/* r3 = &bufs[(tail + COUNT) & (ring_size - 1)].len */
static void find_slot(struct bpf_code *c, const struct layout *l)
{
	bpf_load(c, 3, BPF_FRAME, TAIL_BEFORE, 8);
	bpf_do(c, '+', 3, COUNT);
	bpf_load(c, 1, BPF_FRAME, COPY(ring_size), l->ring_size.size);
	bpf_do_number(c, '-', 1, 1);
	bpf_do(c, '&', 3, 1);
	bpf_do_number(c, '*', 3, (int32_t)l->buffer_size);
	bpf_load(c, 1, BPF_FRAME, COPY(bufs), l->bufs.size);
	bpf_do(c, '+', 3, 1);
	bpf_do_number(c, '+', 3, (int32_t)l->len.offset);
}

/* bytes = the lengths of its full slots; a level when head and tail are then where they were. */
static void add_up(struct bpf_code *c, const struct layout *l)
{
	int begin, end, most, failed[2], moved[2];

	bpf_set(c, SUM, 0);
	bpf_set(c, COUNT, 0);
	begin = c->n;
	bpf_load(c, 2, BPF_FRAME, TO(slots), 4);
	end = bpf_jump_register(c, 'g', COUNT, 2);
	most = bpf_jump(c, 'g', COUNT, SLOTS_MOST);
	find_slot(c, l);
	bpf_copy(c, 1, BPF_FRAME);
	bpf_do_number(c, '+', 1, LENGTH);
	bpf_set(c, 2, 4);
	bpf_call(c, BPF_HELP_PROBE_READ_KERNEL);
	failed[0] = bpf_jump(c, '!', 0, 0);
	bpf_load(c, 1, BPF_FRAME, LENGTH, 4);
	bpf_do(c, '+', SUM, 1);
	bpf_do_number(c, '+', COUNT, 1);
	bpf_back(c, begin);
	bpf_land(c, end);
	bpf_store(c, BPF_FRAME, TO(bytes), SUM, 4);
	copy_pipe(c, l);
	failed[1] = bpf_jump(c, '!', 0, 0);
	bpf_load(c, 1, BPF_FRAME, COPY(head), l->head.size);
	bpf_load(c, 2, BPF_FRAME, HEAD_BEFORE, 8);
	moved[0] = bpf_jump_register(c, '!', 1, 2);
	bpf_load(c, 1, BPF_FRAME, COPY(tail), l->tail.size);
	bpf_load(c, 2, BPF_FRAME, TAIL_BEFORE, 8);
	moved[1] = bpf_jump_register(c, '!', 1, 2);
	bpf_store_number(c, BPF_FRAME, TO(level), TASK_FILE_LEVEL, 4);
	bpf_land(c, most);
	for (int i = 0; i < 2; i++) {
		bpf_land(c, failed[i]);
		bpf_land(c, moved[i]);
	}
}

/* Of a pipe or FIFO, whose inode is in THE_INODE; that register is used for something else then. While there are
 * writers, they tell its level: once for most pipes. */
static void look_at_pipe(struct bpf_code *c, const struct layout *l)
{
	int gone, failed, writes, others;

	bpf_load(c, 1, THE_INODE, (int32_t)l->i_pipe.offset, 8);
	gone = bpf_jump(c, '=', 1, 0);
	bpf_store(c, BPF_FRAME, THE_PIPE, 1, 8);
	copy_pipe(c, l);
	failed = bpf_jump(c, '!', 0, 0);
	bpf_load(c, 1, BPF_FRAME, TO(access), 4);
	bpf_do_number(c, '&', 1, TASK_FILE_WRITE);
	writes = bpf_jump(c, '!', 1, 0);
	bpf_load(c, 1, BPF_FRAME, COPY(writers), l->writers.size);
	others = bpf_jump(c, '!', 1, 0);
	bpf_land(c, writes);
	bpf_load(c, 1, BPF_FRAME, COPY(max_usage), l->max_usage.size);
	bpf_store(c, BPF_FRAME, TO(slots_most), 1, 4);
	count_slots(c, l);
	add_up(c, l);
	bpf_land(c, gone);
	bpf_land(c, failed);
	bpf_land(c, others);
}

/* What is of no interest goes no further: the jumps, to be landed at the end. r1 is the mode. */
enum { DULL = 4 };

static void leave_out(struct bpf_code *c, const struct layout *l, int dull[DULL])
{
	enum { MEMORY_DEVICES = 1, MINOR_BITS = 20 }; /* /dev/null, zero, full, random */
	int other;

	bpf_do_number(c, '&', 1, S_IFMT);
	dull[0] = bpf_jump(c, '=', 1, S_IFDIR);
	dull[1] = bpf_jump(c, '=', 1, S_IFBLK);
	dull[2] = bpf_jump(c, '=', 1, S_IFLNK);
	other = bpf_jump(c, '!', 1, S_IFCHR);
	bpf_load(c, 2, THE_INODE, (int32_t)l->i_rdev.offset, l->i_rdev.size);
	bpf_do_number(c, 'r', 2, MINOR_BITS);
	dull[3] = bpf_jump(c, '=', 2, MEMORY_DEVICES);
	bpf_land(c, other);
}

static void assemble(struct bpf_code *c, const struct layout *l)
{
	int nothing[3], dull[DULL], no_pipe;

	bpf_copy(c, ITEM, 1);
	bpf_load(c, THE_FILE, ITEM, (int32_t)l->file.offset, 8);
	nothing[0] = bpf_jump(c, '=', THE_FILE, 0);
	for (size_t at = 0; at < sizeof(struct task_file); at += 8)
		bpf_store_number(c, BPF_FRAME, RECORD + (int)at, 0, 8);
	bpf_load(c, 1, ITEM, (int32_t)l->task.offset, 8);
	nothing[1] = bpf_jump(c, '=', 1, 0);
	bpf_load(c, 2, 1, (int32_t)l->tgid.offset, l->tgid.size);
	bpf_store(c, BPF_FRAME, TO(pid), 2, 4);
	bpf_load(c, 2, 1, (int32_t)l->start_boottime.offset, 8);
	bpf_store(c, BPF_FRAME, TO(start), 2, 8);
	bpf_load(c, 2, 1, (int32_t)l->tgid.offset, l->tgid.size);
	/* only the process's own table, as in /proc/PID/fd: threads may have another */
	bpf_load(c, 1, 1, (int32_t)l->pid.offset, l->pid.size);
	nothing[2] = bpf_jump_register(c, '!', 1, 2);

	bpf_load(c, THE_INODE, THE_FILE, (int32_t)l->f_inode.offset, 8);
	take(c, ITEM, &l->fd, TO(fd));
	take(c, THE_FILE, &l->f_flags, TO(flags));
	take(c, THE_FILE, &l->f_mode, TO(access));
	take(c, THE_INODE, &l->i_rdev, TO(special));
	bpf_load(c, 1, THE_INODE, (int32_t)l->i_ino.offset, l->i_ino.size);
	bpf_store(c, BPF_FRAME, TO(inode), 1, 8);
	bpf_load(c, 2, THE_INODE, (int32_t)l->i_sb.offset, 8);
	take(c, 2, &l->s_dev, TO(device));
	take(c, 2, &l->s_magic, TO(magic));
	take(c, THE_INODE, &l->i_mode, TO(mode)); /* it stays in r1 */
	leave_out(c, l, dull);
	no_pipe = bpf_jump(c, '!', 1, S_IFIFO);
	look_at_pipe(c, l);
	bpf_land(c, no_pipe);

	bpf_load(c, 1, ITEM, (int32_t)l->meta.offset, 8);
	bpf_load(c, 1, 1, (int32_t)l->seq.offset, 8);
	bpf_copy(c, 2, BPF_FRAME);
	bpf_do_number(c, '+', 2, RECORD);
	bpf_set(c, 3, (int32_t)sizeof(struct task_file));
	bpf_call(c, BPF_HELP_SEQ_WRITE);
	for (int i = 0; i < 3; i++)
		bpf_land(c, nothing[i]);
	for (int i = 0; i < DULL; i++)
		bpf_land(c, dull[i]);
	bpf_end(c);
}

/* --- to and from the kernel -------------------------------------------------------------------------------- */

struct task_files *task_files_open(int *error, char *log, size_t size)
{
	struct bpf_code code = { .n = 0 };
	struct layout layout;
	struct task_files *t;
	int iterator;

	if (log && size)
		log[0] = '\0';
	*error = bpf_permitted() ? find_layout(&layout) : -EPERM;
	if (*error)
		return NULL;
	assemble(&code, &layout);
	iterator = bpf_iterator(&code, layout.function, log, size);
	if (iterator < 0) {
		*error = iterator;
		return NULL;
	}
	t = memory_new(1, sizeof *t);
	t->iterator = iterator;
	return t;
}

void task_files_close(struct task_files *t)
{
	if (!t)
		return;
	close(t->iterator);
	free(t->bytes);
	free(t);
}

int task_files_read(struct task_files *t, const struct task_file **list, size_t *count)
{
	enum { AT_ONCE = 65536 }; /* the kernel gives 32 KB */
	int fd = bpf_iterate(t->iterator), error = 0;
	size_t have = 0;
	ssize_t n = 1;

	*count = 0;
	if (fd < 0)
		return fd;
	while (n != 0 && !error) {
		t->bytes = memory_more(t->bytes, &t->room, have + AT_ONCE, 1);
		n = read(fd, t->bytes + have, t->room - have);
		if (n > 0)
			have += (size_t)n;
		else if (n < 0 && errno != EAGAIN && errno != EINTR)
			error = -errno;
	}
	close(fd);
	*list = (const void *)t->bytes;
	*count = error ? 0 : have / sizeof **list;
	return error;
}

dev_t task_file_device(uint32_t device)
{
	return makedev(device >> 20, device & 0xfffff);
}
