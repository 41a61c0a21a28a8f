/* SPDX-License-Identifier: MIT */
/* Levels that are known already or told to who asks: of sockets what was told when they were joined, of System V objects
 * by IPC_STAT, of POSIX ones by their names. */
#include "system/level.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char not_permitted[] = "not permitted: needs the same user, or root";
static const char gone[] = "it went away meanwhile";
static const char no_limit[] = "it has no limit";
static const char first_only[] = "of datagrams the kernel tells the first one's bytes only";

struct system_reading level_number(int64_t n)
{
	return (struct system_reading){ .known = true, .number = n };
}

struct system_reading level_unknown(const char *why)
{
	return (struct system_reading){ .why = why };
}

void level_set_unknown(struct system_object *o, const char *why)
{
	o->level = o->limit = o->level_b = o->limit_b = level_unknown(why);
	o->full = false;
}

const char *level_why_not(int error)
{
	switch (-error) {
	case EPERM:
	case EACCES:
		return not_permitted;
	case ENOSYS:
		return "this kernel lends no descriptors (Linux 5.6)";
	case ESRCH:
	case EBADF:
	case ESTALE:
	case ENOENT:
		return gone;
	}
	return "it could not be read";
}

void level_take_queue(struct system_object *o, const struct posix_queue *queue)
{
	o->queue = *queue;
	o->level = level_number((int64_t)queue->messages);
	o->limit = level_number((int64_t)queue->maximum);
	o->full = queue->messages >= queue->maximum;
}

/* What `reader` has not read, and how much he may have so. */
static void socket_side(const struct socket_info *reader, const struct socket_info *writer,
			struct system_reading *level, struct system_reading *limit, bool *full)
{
	bool listens = reader->state == SOCKET_LISTENING || reader->state == SOCKET_TCP_LISTEN;

	*level = *limit = level_unknown("the kernel does not tell of this socket");
	if (!reader->found)
		return;
	if (listens && reader->backlog_known) {
		*level = level_number(reader->pending);
		*limit = level_number(reader->pending_limit);
		*full |= reader->pending > reader->pending_limit;
		return;
	}
	if (reader->unread_known)
		*level = reader->unread_first && reader->unread ? level_unknown(first_only) : level_number((int64_t)reader->unread);
	else if (reader->type == SOCK_DGRAM && reader->memory_known)
		*level = level_number(reader->receive_memory);
	if (reader->family != SOCKET_UNIX && reader->memory_known) {
		*limit = level_number(reader->receive_buffer);
	} else if (writer->found && writer->memory_known) {
		*limit = level_number(writer->send_buffer);
		*full |= writer->send_memory >= writer->send_buffer;
	}
	if (reader->family != SOCKET_UNIX && reader->type == SOCK_STREAM && writer->found)
		*full |= writer->zero_window || (writer->memory_known && writer->send_memory >= writer->send_buffer);
}

void level_socket(struct system_object *o)
{
	static const struct socket_info none;
	const struct socket_info *a = o->socket ? &o->socket[0] : &none, *b = o->socket ? &o->socket[1] : &none;

	o->full = false;
	socket_side(a, b, &o->level, &o->limit, &o->full);
	socket_side(b, a, &o->level_b, &o->limit_b, &o->full);
}

void level_sysv(struct system_object *o)
{
	static const enum sysv_kind kinds[SYSTEM_KINDS] = {
		[SYSTEM_QUEUE] = SYSV_QUEUE, [SYSTEM_SEGMENT] = SYSV_SEGMENT, [SYSTEM_SEMAPHORES] = SYSV_SEMAPHORES,
	};
	struct sysv_semaphore semaphore;
	struct sysv_object now;

	/* Not readable: then it stands as the list showed it. */
	if (sysv_read(kinds[o->kind], o->sysv.id, &now) == 0)
		o->sysv = now;
	o->limit = level_unknown(no_limit);
	if (o->kind == SYSTEM_QUEUE) {
		o->level = level_number((int64_t)o->sysv.queue.bytes);
		o->limit = level_number((int64_t)o->sysv.queue.limit);
		o->full = o->sysv.queue.bytes >= o->sysv.queue.limit || o->sysv.queue.messages >= o->sysv.queue.limit;
	} else if (o->kind == SYSTEM_SEGMENT) {
		o->level = level_number((int64_t)o->sysv.segment.size);
	} else if (o->sysv.semaphores.count != 1) {
		o->level = level_unknown("it has several semaphores");
	} else {
		int error = sysv_semaphore_read(o->sysv.id, 0, &semaphore);

		o->level = error ? level_unknown(level_why_not(error)) : level_number(semaphore.value);
	}
}

/* A queue that nobody has open tells how full it is to one who opens its file, which nobody notices. */
void level_queue_by_name(struct system_object *o)
{
	struct posix_queue queue;
	int error = posix_queue_named(o->name, o->inode, &queue);

	if (error)
		level_set_unknown(o, level_why_not(error));
	else
		level_take_queue(o, &queue);
}

void level_named(struct system_object *o)
{
	struct posix_semaphore semaphore;
	char path[SYSTEM_TEXT + 16];
	struct stat st;
	int error;

	snprintf(path, sizeof path, POSIX_SHM "/%s%s", o->kind == SYSTEM_SEMAPHORE ? "sem." : "", o->name + 1);
	o->limit = level_unknown(no_limit);
	if (o->kind == SYSTEM_SEMAPHORE) {
		error = posix_semaphore_file(AT_FDCWD, path, &semaphore);
		o->level = error ? level_unknown(level_why_not(error)) : level_number(semaphore.value);
	} else if (lstat(path, &st) == 0 && st.st_dev == o->device && st.st_ino == o->inode) {
		o->level = level_number(st.st_size);
	} else {
		o->level = level_unknown("it has no name by which to ask");
	}
}
