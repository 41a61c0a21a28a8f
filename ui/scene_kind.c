/* SPDX-License-Identifier: MIT */
/* The table of pictures: one row for each kind of object, how high it wants to be, how it is drawn,
 * how it is told in one line and what it is called. */
#include "ui/scene_internal.h"

#include <string.h>

static const char *socket_word(const struct picture_object *o)
{
	return o->socket.side[0].inode && o->socket.side[1].inode ? "sockets" : "socket";
}

static const char *file_word(const struct picture_object *o)
{
	return !strncmp(o->path, "/dev/shm/", 9) ? "shared memory" : !strncmp(o->path, "/memfd:", 7) ? "memfd" : "file";
}

static const char *event_word(const struct picture_object *o)
{
	return o->event.what[0] ? o->event.what : "event";
}

#define PICTURE(x) .height = scene_##x##_height, .draw = scene_draw_##x, .summary = scene_##x##_summary

static const struct scene_kind kinds[OBJECT_KINDS] = {
	[OBJECT_PIPE] = { PICTURE(pipe) },
	[OBJECT_FIFO] = { PICTURE(pipe) },
	[OBJECT_SOCKET] = { PICTURE(socket), .word = socket_word },
	[OBJECT_TERMINAL] = { PICTURE(socket) },
	[OBJECT_FILE] = { PICTURE(file), .word = file_word },
	[OBJECT_EVENT] = { PICTURE(event), .word = event_word },
	[OBJECT_MQUEUE] = { PICTURE(queue) },
	[OBJECT_MEMORY] = { PICTURE(memory) },
	[OBJECT_SEMAPHORE] = { PICTURE(semaphores) },
	[OBJECT_MUTEX] = { PICTURE(semaphores) },
	[OBJECT_QUEUE] = { PICTURE(queue) },
	[OBJECT_SEGMENT] = { PICTURE(memory) },
	[OBJECT_SEMAPHORES] = { PICTURE(semaphores) },
};

const struct scene_kind *scene_kind(enum object_kind k)
{
	return &kinds[k];
}

const char *scene_kind_word(const struct picture_object *o)
{
	return kinds[o->kind].word ? kinds[o->kind].word(o) : object_kind_word(o->kind);
}
