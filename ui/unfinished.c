/* SPDX-License-Identifier: MIT */
/* Temporary: stands in until the panes are there. */
#include "ui/panes.h"
#include "ui/scene.h"
#define W __attribute__((weak))
W int lessons_rows(struct lessons_tab *t, struct lessons_row rows[LESSONS_ROWS]) { (void)t; (void)rows; return 0; }
W void too_small_draw(struct canvas *c) { (void)c; }
W int lessons_row_at(const struct lessons_tab *t, struct area a, int y) { (void)t; (void)a; (void)y; return -1; }
W void lessons_draw(struct canvas *c, struct area a, struct lessons_tab *t) { (void)c; (void)a; (void)t; }
W void overlay_table(struct canvas *c, const char *title, const struct overlay_row *row, int n, int *scroll) { (void)c; (void)title; (void)row; (void)n; (void)scroll; }
W struct area overlay_list(struct canvas *c, const char *title, const struct overlay_choice *row, int n, int chosen, int *first) { (void)c; (void)title; (void)row; (void)n; (void)chosen; (void)first; return (struct area){0}; }
W void scene_draw(struct canvas *c, struct area a, const struct picture *p, struct scene *s) { (void)c; (void)a; (void)p; (void)s; }
