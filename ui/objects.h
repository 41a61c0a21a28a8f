/* SPDX-License-Identifier: MIT */
/* The listing of what outlives processes: System V objects as ipcs(1) gives them, POSIX objects that have
 * names; what changed in it, and which row is chosen. Drawn by pane_objects.c. */
#ifndef UI_OBJECTS_H
#define UI_OBJECTS_H

#include "stage/picture.h"
#include "ui/canvas.h"

/* A row; what it points to is in the picture that it was made from. */
struct objects_row {
	char kind;          /* 'q', 'm', 's' of System V, 'Q', 'M', 'S' of POSIX: as stage_remove takes them */
	bool ours;          /* the stage made it */
	uint64_t identity;  /* among those of its kind */
	const struct sysv_object *sysv;     /* one of these two is there, */
	const struct posix_named *posix;    /* but for a queue of the stage's that no folder lists */
	const struct picture_object *known; /* what the stage knows of it; NULL */
};

/* Kept by the caller from frame to frame; zeros to begin with. */
struct objects_memory {
	struct objects_seen { char kind; uint64_t identity, seen; int64_t changed; } *list; /* seen: a fingerprint */
	size_t count, room;
	bool primed;        /* the first listing is no change */
	bool zoomed;        /* set by the caller: there is room for what explains */
	bool chosen;        /* a row is, this one: */
	char kind;
	uint64_t identity;
	int at;             /* where it stood: the choice goes on from there when it is gone */
	bool follow;        /* the choice was moved: it comes into view */
	struct area shown;  /* where rows were drawn, and from which line on: for the mouse */
	int scrolled, lines_each, n_ours;
};

void objects_forget(struct objects_memory *m);

/* The rows, the stage's own first; returns how many. For the caller to free. */
int objects_rows(const struct picture *p, struct objects_row **rows);

/* What it is called: of System V the id, of POSIX the name, printable, without the stage's suffix when it is
 * its own. */
void objects_name(const struct objects_row *r, struct text *t);
/* With its slash and suffix, as the kernel has it; NULL for System V. */
const char *objects_full_name(const struct objects_row *r);
/* "mq", "shm", "sem", of System V "queue", "shm", "sem". */
const char *objects_kind_name(char kind);

/* Compares with what was there before; what is no longer there is forgotten. */
void objects_remember(struct objects_memory *m, const struct objects_row *row, int n, int64_t now);

/* Goes so many rows on from the chosen one; to the first when there is none. */
void objects_choose(struct objects_memory *m, const struct picture *p, int step);
/* The chosen row, while it is there. */
bool objects_chosen(const struct objects_memory *m, const struct picture *p, struct objects_row *row);
/* The row of that kind and identity: false when it is gone. */
bool objects_find(const struct picture *p, char kind, uint64_t identity, struct objects_row *row);
/* Chooses what was drawn at line y, if anything was. */
void objects_click(struct objects_memory *m, const struct picture *p, int y);
/* Whether a row is the chosen one. */
bool objects_is_chosen(const struct objects_memory *m, const struct objects_row *r);

/* One table: type, id, key or name, permissions, then messages and bytes, size and attaches, or values; those
 * of this stage first and strong, others dim below a rule; a row that changed within the last 1.5 s
 * in STYLE_CHANGED. A line a row where it is 64 columns wide, else two. Says so when there are none.
 * *scroll: lines further up, cut to what there is. */
void objects_draw(struct canvas *c, struct area a, const struct picture *p, struct objects_memory *m,
		  int64_t now, int *scroll, bool focused);

#endif
