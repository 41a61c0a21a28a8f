/* SPDX-License-Identifier: MIT */
/* How much of the picture of memory finds room: rows first, then columns. */
#include "ui/scene_table.h"

#include <stdio.h>
#include <string.h>

#include "base/width.h"

/* ---- words ---------------------------------------------------------------------------------- */

/* The letter of the page that a cell is in; 's' of those that are not told. */
static char page_of(const struct picture_memory *m, int view, int cell)
{
	uint32_t page = m->page_size ? m->cell[cell].offset / m->page_size : 0;

	return page < strlen(m->view[view].page) ? m->view[view].page[page] : 's';
}

/* Of a page that is not there the letter says so. */
void scene_table_value(const struct picture_memory *m, int view, int cell, struct text *out)
{
	const struct picture_view *v = &m->view[view];

	if (!v->known[cell])
		text_add(out, page_of(m, view, cell) == '.' ? "." : "?");
	else if (m->cell[cell].kind == CELL_TEXT)
		text_addf(out, "\"%s\"", v->value[cell].text);
	else
		text_addf(out, "%d", v->value[cell].word);
}

void scene_table_offset(const struct picture_memory *m, int cell, bool kilo, char *buf, size_t size)
{
	uint32_t offset = m->cell[cell].offset;

	if (kilo && offset && offset % 1024 == 0)
		snprintf(buf, size, "+%uK", offset / 1024);
	else
		snprintf(buf, size, "+%u", offset);
}

int scene_table_views(const struct picture_memory *m)
{
	return m->n_views < PICTURE_VIEWS ? m->n_views : PICTURE_VIEWS;
}

/* How many of the last digits tell different addresses apart; all of them end in a page's zeros. */
static int telling_digits(const struct picture_memory *m)
{
	enum { LEAST = 4, MOST = 12, BITS = 4 };
	int digits = LEAST;

	for (int i = 0; i < scene_table_views(m); i++)
		for (int k = 0; k < i; k++)
			while (digits < MOST && m->view[i].address != m->view[k].address &&
			       (m->view[i].address ^ m->view[k].address) << (64 - digits * BITS) == 0)
				digits++;
	return digits;
}

void scene_table_address(const struct picture_memory *m, int view, enum scene_address form, bool ascii,
			 struct text *out)
{
	unsigned long long address = m->view[view].address;
	int digits = telling_digits(m);

	if (form == ADDRESS_WHOLE)
		text_addf(out, "0x%llx", address);
	else if (form == ADDRESS_SHORT)
		text_addf(out, "%s%0*llx", glyph_text(GLYPH_ELLIPSIS, ascii), digits, address & ((1ULL << digits * 4) - 1));
	if (!m->view[view].writable) /* who may only read it: that is told where there is no room for addresses, too */
		text_addf(out, "%sro", form == ADDRESS_NONE ? "" : " ");
}

/* ---- whose copy ----------------------------------------------------------------------------- */

static bool owns(const struct picture_memory *m, int view, int cell)
{
	return !m->view[view].shared && page_of(m, view, cell) == 'o';
}

/* Whether what `view` sees there is other memory than what the view above it sees. */
bool scene_table_parted(const struct picture_memory *m, int view, int cell)
{
	return owns(m, view, cell) || owns(m, view - 1, cell);
}

bool scene_table_any_parted(const struct picture_memory *m, int view)
{
	for (int i = 0; i < m->n_cells && i < PICTURE_CELLS; i++)
		if (scene_table_parted(m, view, i))
			return true;
	return false;
}

/* ---- planning ------------------------------------------------------------------------------- */

/* What a cell's values and its heading need, with room for the mark of what was written. */
static int cell_width(const struct picture_memory *m, int cell, bool kilo)
{
	struct text t = { 0 };
	char heading[16];
	int widest;

	scene_table_offset(m, cell, kilo, heading, sizeof heading);
	widest = (int)strlen(heading);
	for (int v = 0; v < m->n_views && v < PICTURE_VIEWS; v++) {
		text_clear(&t);
		scene_table_value(m, v, cell, &t);
		if (width_text(text_string(&t)) + 1 > widest)
			widest = width_text(text_string(&t)) + 1;
	}
	text_free(&t);
	return widest + 1;
}

static void plan_cells(struct scene_table *t, bool kilo)
{
	t->kilo = kilo;
	for (int i = 0; i < t->cells; i++)
		t->width[i] = cell_width(t->m, i, kilo);
}

/* Of names and addresses, one beside the other or one below the other. */
static int label_width(const struct picture_memory *m, enum scene_address form, bool beside)
{
	struct text address = { 0 };
	int widest = 0;

	for (int v = 0; v < scene_table_views(m); v++) {
		int name = width_text(m->view[v].process), number;

		text_clear(&address);
		scene_table_address(m, v, form, false, &address);
		number = width_text(text_string(&address));
		if (beside)
			name += number ? 1 + number : 0;
		else if (number > name)
			name = number;
		if (name > widest)
			widest = name;
	}
	text_free(&address);
	return widest;
}

static int page_columns(const struct picture_memory *m)
{
	int widest = 0;

	for (int v = 0; v < m->n_views && v < PICTURE_VIEWS; v++)
		if ((int)strlen(m->view[v].page) > widest)
			widest = (int)strlen(m->view[v].page);
	return widest;
}

static int sum_widths(const struct scene_table *t)
{
	int sum = 1;

	for (int i = 0; i < t->cells; i++)
		sum += t->width[i] + 1;
	return sum;
}

/* Texts are cut where not all fit, then the last cells left out: numbers are never cut, but for the
 * only one. */
static void narrow_cells(struct scene_table *t, int room)
{
	enum { LEAST = 6 };

	while (t->cells > 0 && sum_widths(t) > room) {
		int widest = -1;

		for (int i = 0; i < t->cells; i++)
			if ((t->m->cell[i].kind == CELL_TEXT || t->cells == 1) && t->width[i] > LEAST &&
			    (widest < 0 || t->width[i] > t->width[widest]))
				widest = i;
		if (widest >= 0)
			t->width[widest]--;
		else
			t->cells--;
	}
}

static void widen_cells(struct scene_table *t, int room, int most)
{
	for (bool more = true; more;) {
		more = false;
		for (int i = 0; i < t->cells && sum_widths(t) < room; i++)
			if (t->width[i] < most) {
				t->width[i]++;
				more = true;
			}
	}
}

/* Columns of what stands left and right of the cells. */
static void plan_sides(struct scene_table *t, enum scene_address form, int pages, int width)
{
	int most = width * 2 / 5;

	t->address = form;
	t->label = label_width(t->m, form, t->per == 1) + t->others;
	if (t->label > most && form == ADDRESS_NONE)
		t->label = most;
	t->pages = pages;
	t->pages_gap = t->pages ? 1 : 0;
}

static int room_for_cells(const struct scene_table *t, int width)
{
	return width - t->label - 1 - t->pages - t->pages_gap;
}

/* What is left out before a value is cut: of shared memory the pages first, for their addresses differ;
 * of private memory the addresses, which after fork(2) are the same, while the pages tell of copies. */
void scene_table_columns(struct scene_table *t, struct area a, bool large)
{
	enum { WIDE = 9, WIDER = 14, PAGES = 5, FORMS = 6 };
	enum scene_address full = t->per > 1 ? ADDRESS_WHOLE : ADDRESS_SHORT;
	int all = page_columns(t->m), some = all < PAGES ? all : PAGES;
	const struct { enum scene_address form; int pages; } form[2][FORMS] = {
		{ { full, all }, { full, some }, { ADDRESS_SHORT, all }, { ADDRESS_SHORT, some },
		  { ADDRESS_SHORT, 0 }, { ADDRESS_NONE, 0 } },
		{ { full, all }, { full, some }, { ADDRESS_SHORT, all }, { ADDRESS_SHORT, some },
		  { ADDRESS_NONE, all }, { ADDRESS_NONE, some } },
	};

	t->cells = t->m->n_cells < PICTURE_CELLS ? t->m->n_cells : PICTURE_CELLS;
	plan_cells(t, false);
	for (int i = 0; i < FORMS; i++) {
		plan_sides(t, form[t->m->is_private][i].form, form[t->m->is_private][i].pages, a.width);
		if (sum_widths(t) <= room_for_cells(t, a.width))
			break;
	}
	if (sum_widths(t) > room_for_cells(t, a.width))
		plan_cells(t, true);
	narrow_cells(t, room_for_cells(t, a.width));
	widen_cells(t, room_for_cells(t, a.width) - (t->pages ? PAGES - some : 0), large ? WIDER : WIDE);
	t->x[0] = a.x + t->label + 1;
	for (int i = 0; i < t->cells; i++)
		t->x[i + 1] = t->x[i] + t->width[i] + 1;
	t->pages_x = t->x[t->cells] + t->pages_gap + (t->cells > 0);
	t->pages_named = t->pages && t->pages_x + PAGES <= a.x + a.width;
}

static bool take(int *left, int n, bool wanted)
{
	if (!wanted || *left < n)
		return false;
	*left -= n;
	return true;
}

int scene_table_missing(const struct scene_table *t)
{
	return t->m->n_views - t->views + t->m->more_views;
}

static int partings(const struct picture_memory *m, int views)
{
	int n = 0;

	for (int v = 1; v < views; v++)
		n += scene_table_any_parted(m, v);
	return n;
}

/* Whose change was the latest; else the first. */
static int latest_view(const struct picture_memory *m)
{
	for (int v = 0; v < scene_table_views(m); v++)
		if (m->view[v].wrote)
			return v;
	return 0;
}

/* What matters most comes first. */
int scene_table_rows(struct scene_table *t, const struct picture_memory *m, bool marked, bool large, int left)
{
	enum { FEW = 2 }; /* rows that are all needed for views */
	bool pages = page_columns(m) > 0;

	*t = (struct scene_table){ .m = m, .per = 1 };
	while (t->views < scene_table_views(m) && take(&left, 1, true))
		t->views++;
	if (left == 0 && t->views > FEW && scene_table_missing(t) > 0) { /* the last row tells of them */
		t->views--;
		t->more = true;
	} else if (left == 0 && t->views > 0 && scene_table_missing(t) > 0) {
		t->first = t->views == 1 ? latest_view(m) : 0;
		t->others = snprintf(NULL, 0, " +%d", scene_table_missing(t));
	}
	t->info = take(&left, 1, marked || t->views == 0);
	t->heading = take(&left, 1, t->views > 0 && (m->n_cells > 0 || pages));
	t->framed = t->heading && m->n_cells > 0 && take(&left, 2 + partings(m, t->views), true);
	t->info |= take(&left, 1, !t->info);
	if (t->framed && take(&left, t->views, true))
		t->per = 2;
	t->legend = t->heading && take(&left, 1, pages);
	if (t->per == 2 && take(&left, t->views, large))
		t->per = 3;
	return left;
}
