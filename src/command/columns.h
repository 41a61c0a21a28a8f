/* SPDX-License-Identifier: MIT */
/* Tables of text in columns that fit the paper. */
#ifndef COMMAND_COLUMNS_H
#define COMMAND_COLUMNS_H

#include <stddef.h>

#include "base/text.h"
#include "command/paper.h"

enum { COLUMNS_MOST = 8 };

struct columns {
	int n;
	unsigned right;           /* bits of columns that end at their right edge, as numbers do */
	int fewest[COLUMNS_MOST]; /* how narrow a column may be made where the paper is; 0: as wide as its cells */
	int width[COLUMNS_MOST];  /* columns_measure: of each */
};

/* Rows of n cells each, one after the other, UTF-8 and printable. Each column becomes as wide as its
 * widest cell; where that is too much, the widest beyond its fewest gives way first. */
void columns_measure(struct columns *c, const struct paper *p, char *const *cell, size_t rows);

/* Appends one row and a newline; what is too long is cut. */
void columns_add(struct text *t, const struct columns *c, const struct paper *p, char *const *cell);

#endif
