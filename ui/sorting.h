/* SPDX-License-Identifier: MIT */
/* Rows in another order than they come in: what each is sorted by is taken once, for thousands are compared. */
#ifndef UI_SORTING_H
#define UI_SORTING_H

#include <stdbool.h>
#include <stddef.h>

struct sorting_key {
	double number;      /* the larger first */
	const char *first;  /* then by these: "cat" beside "Cat"; NULL behind all others */
	const char *second; /* "pipe:[9]" before "pipe:[10]" */
	long last;          /* then the smaller */
};

/* Which way a column stands, for its title. */
struct sorting_about {
	const char *word;   /* "level" */
	const char *words;  /* "the fullest first" */
	int column;         /* whose title tells it */
	bool ascending;     /* the least, or A, stands at the top */
};

/* Sorts indexes by their keys, taken as key({ -1, NULL, NULL, 0 }) fills them; what is alike stays as it stood. */
void sorting_run(int *index, size_t n, void (*key)(const void *arg, int index, struct sorting_key *k), const void *arg);

/* What a click on the title of a column asks for: of the orders that it tells the one behind `present`; present when it
 * tells none. about: of all of them. */
int sorting_of_column(const struct sorting_about *(*about)(int by), int orders, int column, int present);

#endif
