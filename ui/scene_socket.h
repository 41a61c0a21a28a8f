/* SPDX-License-Identifier: MIT */
/* What the pictures of sockets share. */
#ifndef UI_SCENE_SOCKET_H
#define UI_SCENE_SOCKET_H

#include "ui/scene_internal.h"

/* Which way data go, and at which end of their bar they wait. */
enum { SOCKET_LEFT, SOCKET_RIGHT };

/* How the lesson calls a side: "a", "b", or by its own name. */
const char *scene_socket_side(const struct picture_object *o, int side);
/* Whether what is sent stays apart: datagrams. */
bool scene_socket_packets(const struct picture_sockets *s);
bool scene_socket_listens(const struct picture_side *s);
/* "300 B", "3 datagrams": what a reader of this side would find. */
void scene_socket_unread(const struct picture_sockets *s, const struct picture_side *side, char *buf, size_t size);
/* "991 dropped", if any were. */
void scene_socket_drops(struct scene_words *w, const struct picture_side *side);
/* One row of a level. Where the limit is not known only whether there is anything can be shown. */
void scene_socket_bar(struct canvas *c, int x, int y, int width, int towards, const struct reading *part,
		      const struct reading *whole);

/* scene_sockets.c: two that are connected. How many of their sides have a row of their own; and all
 * but the first row, of a thing that is three rows high or more. */
int scene_sockets_feet(const struct picture_object *o);
void scene_draw_sockets(struct canvas *c, struct scene_thing *t);

#endif
