/* SPDX-License-Identifier: MIT */
#include "base/alike.h"

#include <ctype.h>
#include <string.h>

enum { WORD = 40 };

static int least(int a, int b)
{
	return a < b ? a : b;
}

int alike_distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	int d[WORD + 1][WORD + 1];

	if (n > WORD || m > WORD)
		return ALIKE_FAR;
	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			int x, y;

			if (i == 0 || j == 0) {
				d[i][j] = (int)(i + j);
				continue;
			}
			x = tolower((unsigned char)a[i - 1]);
			y = tolower((unsigned char)b[j - 1]);
			d[i][j] = least(d[i - 1][j - 1] + (x != y), 1 + least(d[i - 1][j], d[i][j - 1]));
			if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
			    y == tolower((unsigned char)a[i - 2]))
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	/* Two changes in a word of three letters make another word altogether. */
	if (d[n][m] > (int)(n < m ? m : n) / 2)
		return ALIKE_FAR;
	return least(d[n][m], ALIKE_FAR);
}

const char *alike_nearest(const char *word, const char *const *list)
{
	const char *best = NULL;
	int closest = ALIKE_FAR;

	for (; *list; list++)
		if (alike_distance(word, *list) < closest) {
			closest = alike_distance(word, *list);
			best = *list;
		}
	return best;
}
