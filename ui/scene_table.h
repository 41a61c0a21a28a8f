/* SPDX-License-Identifier: MIT */
/* How the picture of memory is laid out: scene_memory.c draws what scene_table.c plans. Nobody else
 * includes it. */
#ifndef UI_SCENE_TABLE_H
#define UI_SCENE_TABLE_H

#include "ui/scene_internal.h"

enum scene_address { ADDRESS_NONE, ADDRESS_SHORT, ADDRESS_WHOLE };

struct scene_table {
	const struct picture_memory *m;
	int views, cells;   /* how many of each have room */
	int first;          /* the first view that is shown */
	int others;         /* columns that the last one's label needs to tell of the rest; 0: no need */
	int per;            /* rows of a view */
	bool framed, heading, more, info, legend; /* more: a row tells of views that found none */
	int label;          /* columns of names and addresses */
	enum scene_address address;
	bool kilo;          /* offsets are written +4K */
	int width[PICTURE_CELLS], x[PICTURE_CELLS + 1]; /* x: of a cell's left border; of the last one's right */
	int pages, pages_gap, pages_x; /* columns */
	bool pages_named;   /* there is room for a heading */
};

/* Plans what is shown in `left` rows; returns how many are not used. marked: the row below the table
 * matters more than its heading. */
int scene_table_rows(struct scene_table *t, const struct picture_memory *m, bool marked, bool large, int left);
/* Then how wide, and where; of the area only the columns count. */
void scene_table_columns(struct scene_table *t, struct area a, bool large);

/* What stands in a cell as a view sees it; in its heading; and in a view's label. The first and the
 * last add to `out`. */
void scene_table_value(const struct picture_memory *m, int view, int cell, struct text *out);
void scene_table_offset(const struct picture_memory *m, int cell, bool kilo, char *buf, size_t size);
void scene_table_address(const struct picture_memory *m, int view, enum scene_address form, bool ascii,
			 struct text *out);

int scene_table_views(const struct picture_memory *m);   /* in the picture */
int scene_table_missing(const struct scene_table *t);    /* views that are not shown */

/* Whether what `view` sees in that cell is other memory than what the view above it sees; and in any
 * cell. */
bool scene_table_parted(const struct picture_memory *m, int view, int cell);
bool scene_table_any_parted(const struct picture_memory *m, int view);

#endif
