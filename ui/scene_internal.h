/* SPDX-License-Identifier: MIT */
/* What the files of the scene share. Nobody else includes it.
 *
 * A scene is arranged first (who is shown, where, how large), then drawn: boxes (processes),
 * things (objects), and last the arrows, for which drawing the boxes notes where each begins. */
#ifndef UI_SCENE_INTERNAL_H
#define UI_SCENE_INTERNAL_H

#include "ui/scene.h"

enum { SCENE_BOXES = 16, SCENE_THINGS = SCENE_ITEMS - SCENE_BOXES, SCENE_LINES = 32, SCENE_WIRES = 64 };

enum scene_line_kind {
	LINE_STATE, LINE_STATE_MORE, LINE_CALL, LINE_CALL_MORE, LINE_SINCE, LINE_STREAM, LINE_COMMAND, LINE_END,
	LINE_NO_ENDS, LINE_MORE_ENDS, LINE_PENDING, LINE_MASK, LINE_CAUGHT, LINE_SIGPIPE, LINE_OUTPUT,
};

struct scene_line {
	enum scene_line_kind kind;
	int index; /* LINE_END: which of the process's ends */
	int rank;  /* where room is short, the highest go first */
};

/* A process. */
struct scene_box {
	const struct picture_process *process;
	int index; /* in the picture */
	bool right, framed, chosen;
	bool joined; /* its top border is the bottom border of the one above */
	struct area area;
	struct scene_line line[SCENE_LINES]; /* those that found room, from top to bottom */
	int n_lines;
};

/* An object. */
struct scene_thing {
	const struct picture_object *object;
	int index;
	bool chosen;
	struct area area;
	int port_y, port_height; /* the rows at which arrows may end */
};

/* All wires of one kind between one side and one thing end in one row of the thing. */
enum scene_port { PORT_WRITE, PORT_READ, PORT_BOTH, PORT_OTHER };

/* One descriptor's way from a box to a thing. */
struct scene_wire {
	const struct scene_box *box;
	int thing, y, x; /* x: behind the text where it begins */
	enum scene_port port;
	bool writes, reads; /* arrow heads: at the thing, at the box */
	bool led;           /* found a way; else it is not drawn */
	enum style style;
};

struct scene_layout {
	const struct scene *scene;
	struct area all;         /* what there is, without the margins */
	struct area side[2];     /* left, right */
	int x, width;            /* of the things */
	struct scene_box box[SCENE_BOXES]; /* left ones from top to bottom, then right ones */
	int n_boxes;
	struct scene_thing thing[SCENE_THINGS];
	int n_things;
	int more[2], more_y[2];  /* processes of a side that found no room */
	int more_things, more_things_y;
	struct scene_wire wire[SCENE_WIRES];
	int n_wires;
};

/* scene_layout.c. */
void scene_arrange(struct scene_layout *l, struct area inner, const struct picture *p, const struct scene *s);

/* scene_state.c: a process in few words. */
bool scene_is_over(const struct picture_process *p); /* ended, or a zombie */
enum glyph scene_state_glyph(const struct picture_process *p);
enum style scene_state_style(const struct picture_process *p);
const char *scene_state_word(const struct picture_process *p); /* how it ended, of one that has */
/* The same, shorter where it is wider than that: "exit 0". */
void scene_state_fit(const struct picture_process *p, int width, struct text *out);
/* "repeats write(4, 4096)", the call, of a real program that is in none its command, or "". */
void scene_doing(const struct picture_process *p, struct text *out);
/* 1234567 is "1.2M"; at most five columns. */
const char *scene_compact(uint64_t n, char *buf, size_t size);

/* Where and for whom a line is drawn. */
struct scene_pen {
	struct canvas *canvas;
	const struct picture_process *process;
	int64_t now;
	int x, y, width;
	bool alone; /* no other line tells the call */
};

/* scene_line.c. All lines that a box of this width could show; how many. */
int scene_lines(const struct picture_process *p, const struct scene *s, int width, struct scene_line *line);
/* Returns the column behind what it drew. more: the line that continues this one is shown too. */
int scene_draw_line(const struct scene_pen *d, const struct scene_line *line, bool more);

/* scene_process.c. Notes the wires that begin there. */
void scene_draw_box(struct canvas *c, struct scene_layout *l, struct scene_box *b);

/* scene_object.c, scene_pipe.c. How high a thing wants to be, if there is room without end. */
int scene_thing_height(const struct picture_object *o);
void scene_draw_thing(struct canvas *c, struct scene_thing *t);
/* All but the name, which ends before column x of the first row. */
void scene_draw_pipe(struct canvas *c, struct scene_thing *t, int x);
/* "65536 of 65536 B  16/16 FULL", or less where there is no room for that. */
void scene_object_summary(const struct picture_object *o, int width, struct text *out);
/* "pipe p"; "pipe:[27408]" as it is. */
void scene_object_title(const struct picture_object *o, struct text *out);
bool scene_pipe_full(const struct picture_object *o);

/* scene_arrow.c. */
void scene_draw_arrows(struct canvas *c, struct scene_layout *l);

#endif
