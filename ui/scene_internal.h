/* SPDX-License-Identifier: MIT */
/* What the files of the scene share. Nobody else includes it.
 *
 * A scene is arranged first (who is shown, where, how large), then drawn: boxes (processes),
 * things (objects), and last the arrows, for which drawing the boxes notes where each begins. */
#ifndef UI_SCENE_INTERNAL_H
#define UI_SCENE_INTERNAL_H

#include "ui/scene.h"

enum { SCENE_BOXES = 16, SCENE_THINGS = SCENE_ITEMS - SCENE_BOXES, SCENE_LINES = 32, SCENE_WIRES = 64 };

enum scene_line_kind { /* the second row of a line comes behind its first */
	LINE_STATE, LINE_STATE_MORE, LINE_CALL, LINE_CALL_MORE, LINE_SINCE, LINE_STREAM, LINE_COMMAND, LINE_END,
	LINE_NO_ENDS, LINE_MORE_ENDS, LINE_SIGNALS, LINE_SIGNALS_MORE,
	LINE_HANDLED, LINE_HANDLED_MORE, LINE_SIGPIPE, LINE_OUTPUT,
};

struct scene_line {
	enum scene_line_kind kind;
	int index; /* LINE_END: which of the process's ends; LINE_SIGNALS: which of scene_signals */
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
	const struct picture *picture; /* who waits for it, and what they are called */
	const struct picture_object *object;
	int index;   /* in the picture */
	bool chosen;
	bool large;  /* as the scene: zoomed or presenting */
	struct area area;
	int lean[2]; /* sockets: where those are that have side a and b open; < 0 left, > 0 right */
	int port_y, port_height; /* the rows at which arrows may end: set before it is drawn to all below the name */
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

/* scene_things.c. Which objects are shown where there is room for `room`: their indices in the picture, in
 * its order, into `chosen`, which has room for that. Returns how many; left_out: how many that exist are not. */
int scene_choose_things(const struct picture *p, int room, int *chosen, int *left_out);
/* How many rows it gets before others get more than a few: those that tell who holds a lock and who waits
 * for it; 0: none. */
int scene_thing_need(const struct scene_thing *t, int width);

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

/* scene_signals.c: the signals of a process that are not as they were at its start, those alike
 * together: first those that are pending. */
struct scene_signals {
	uint64_t set;
	bool pending, blocked, caught, ignored;
};
enum { SCENE_SIGNALS = 4 }; /* so many rows at most */
/* Without SIGPIPE when nothing is to be told of it but its disposition. Returns how many. */
int scene_signals(const struct picture_process *p, struct scene_signals *out);
/* "USR1 pending blocked caught". */
void scene_signals_text(const struct scene_signals *s, struct text *out);
/* "caught USR1 from ann value 7": the latest run of its handler; "" when there is nothing to tell. */
void scene_handled_text(const struct picture_process *p, struct text *out);
/* "USR1 TERM", "12 signals". */
void scene_signal_names(uint64_t set, struct text *out);

/* scene_process.c. Notes the wires that begin there. */
void scene_draw_box(struct canvas *c, struct scene_layout *l, struct scene_box *b);

/* scene_kind.c: how a kind of object looks. `height`: how many rows it wants at this width, if there
 * is room without end, its name's row among them; area is not set yet. `draw`: into t->area, all but
 * the name, which ends before column x of the first row; any area at all. `summary`: on one line of
 * `width` columns, after its name. */
struct scene_kind {
	int (*height)(const struct scene_thing *t, int width);
	void (*draw)(struct canvas *c, struct scene_thing *t, int x);
	void (*summary)(const struct picture_object *o, int width, struct text *out);
	const char *(*word)(const struct picture_object *o); /* NULL: object_kind_word does */
};
const struct scene_kind *scene_kind(enum object_kind k);
const char *scene_kind_word(const struct picture_object *o); /* "pipe", "eventfd": before its name */

/* scene_pipe.c, scene_socket.c, scene_file.c, scene_event.c, scene_memory.c, scene_queue.c,
 * scene_semaphores.c: one function for all kinds that are drawn alike. */
int scene_pipe_height(const struct scene_thing *t, int width);
void scene_draw_pipe(struct canvas *c, struct scene_thing *t, int x);
void scene_pipe_summary(const struct picture_object *o, int width, struct text *out);
bool scene_pipe_full(const struct picture_object *o); /* false of what is no pipe */
int scene_socket_height(const struct scene_thing *t, int width);
void scene_draw_socket(struct canvas *c, struct scene_thing *t, int x);
void scene_socket_summary(const struct picture_object *o, int width, struct text *out);
int scene_file_height(const struct scene_thing *t, int width);
void scene_draw_file(struct canvas *c, struct scene_thing *t, int x);
void scene_file_summary(const struct picture_object *o, int width, struct text *out);
int scene_event_height(const struct scene_thing *t, int width);
void scene_draw_event(struct canvas *c, struct scene_thing *t, int x);
void scene_event_summary(const struct picture_object *o, int width, struct text *out);
int scene_memory_height(const struct scene_thing *t, int width);
void scene_draw_memory(struct canvas *c, struct scene_thing *t, int x);
void scene_memory_summary(const struct picture_object *o, int width, struct text *out);
int scene_queue_height(const struct scene_thing *t, int width);
void scene_draw_queue(struct canvas *c, struct scene_thing *t, int x);
void scene_queue_summary(const struct picture_object *o, int width, struct text *out);
int scene_semaphores_height(const struct scene_thing *t, int width);
int scene_semaphores_need(const struct scene_thing *t); /* without frames */
void scene_draw_semaphores(struct canvas *c, struct scene_thing *t, int x);
void scene_semaphores_summary(const struct picture_object *o, int width, struct text *out);

/* scene_object.c. How high a thing wants to be, if there is room without end. */
int scene_thing_height(const struct scene_thing *t, int width);
void scene_draw_thing(struct canvas *c, struct scene_thing *t);
/* "65536 of 65536 B  16/16 FULL", or less where there is no room for that. */
void scene_object_summary(const struct picture_object *o, int width, struct text *out);
/* "pipe p"; "pipe:[27408]" as it is. */
void scene_object_title(const struct picture_object *o, struct text *out);
/* What stands in the name's row at the right end, dim: the first of the texts that fits behind column
 * x, if any does. NULL ends them. */
void scene_draw_beside(struct canvas *c, const struct scene_thing *t, int x, ...) __attribute__((sentinel));
/* "id 101", "id 101  key 0x6f02a1" of a System V object: the first row's right end. */
void scene_draw_sysv_id(struct canvas *c, const struct scene_thing *t, int x);

/* The summary in the name's row, behind it: where a thing has no other. */
void scene_draw_summary(struct canvas *c, const struct scene_thing *t, int x, enum style s);

/* Rows that are filled from top to bottom; what finds no row is left out. */
struct scene_rows { struct canvas *canvas; struct area left; };
/* All of the thing but its name's row. */
struct scene_rows scene_rows_of(struct canvas *c, const struct scene_thing *t);
/* Cut to the width. */
void scene_put_row(struct scene_rows *r, enum style s, const char *text);
/* "client", "client, other", "a, b, c and 2 more": who sleeps in a call about this part of the
 * thing (index -1: any); `calls` are the names of the calls that count, separated by spaces, NULL any.
 * Returns how many. */
int scene_waiters(const struct scene_thing *t, int index, const char *calls, struct text *out);

/* scene_words.c: words of a row, two columns apart. */
struct scene_words {
	struct { enum style style; char text[PICTURE_CALL]; } part[4];
	int n;
};
void scene_words_add(struct scene_words *w, enum style style, const char *text); /* not "" */
int scene_words_width(const struct scene_words *w);
/* Those that do not fit are left out; of the first, what fits. */
void scene_words_put(struct canvas *c, int x, int y, int width, const struct scene_words *w);
/* "300 B", with unit " B"; "? B". */
void scene_words_number(const struct reading *r, const char *unit, char *buf, size_t size);

/* scene_arrow.c. */
void scene_draw_arrows(struct canvas *c, struct scene_layout *l);

#endif
