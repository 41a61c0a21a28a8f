/* SPDX-License-Identifier: MIT */
/* A process in few words: its state as glyph, style and word, and what it does. */
#include "ui/scene_internal.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/width.h"

static const struct { enum glyph glyph; enum style style; const char *word; } states[] = {
	[PROCESS_STARTING] = { GLYPH_READY, STYLE_DIM, "starting" },
	[PROCESS_READY] = { GLYPH_READY, STYLE_GOOD, "ready" },
	[PROCESS_CALLING] = { GLYPH_RUNNING, STYLE_STRONG, "calling" },
	[PROCESS_BLOCKED] = { GLYPH_BLOCKED, STYLE_WARN, "BLOCKED" },
	[PROCESS_RUNNING] = { GLYPH_RUNNING, STYLE_GOOD, "running" },
	[PROCESS_STOPPED] = { GLYPH_STOPPED, STYLE_WARN, "stopped" },
	[PROCESS_ZOMBIE] = { GLYPH_DASH, STYLE_DIM, "zombie" },
	[PROCESS_ENDED] = { GLYPH_DASH, STYLE_DIM, "ended" },
};

bool scene_is_over(const struct picture_process *p)
{
	return p->state == PROCESS_ENDED || p->state == PROCESS_ZOMBIE;
}

static bool ending_known(const struct picture_process *p)
{
	return p->ending[0] && strcmp(p->ending, "?");
}

static bool killed(const struct picture_process *p)
{
	return scene_is_over(p) && ending_known(p) && WIFSIGNALED(p->wait_status);
}

enum glyph scene_state_glyph(const struct picture_process *p)
{
	return killed(p) ? GLYPH_DEAD : states[p->state].glyph;
}

enum style scene_state_style(const struct picture_process *p)
{
	return killed(p) ? STYLE_BAD : states[p->state].style;
}

const char *scene_state_word(const struct picture_process *p)
{
	return p->state == PROCESS_ENDED && ending_known(p) ? p->ending : states[p->state].word;
}

void scene_state_fit(const struct picture_process *p, int width, struct text *out)
{
	static const struct { const char *start, *instead; } shorter[] = {
		{ "killed by ", "" }, /* the glyph says it */
		{ "exited with ", "exit " },
	};
	const char *word = scene_state_word(p);

	for (size_t i = 0; i < sizeof shorter / sizeof *shorter; i++) {
		size_t length = strlen(shorter[i].start);

		if (width_text(word) > width && !strncmp(word, shorter[i].start, length)) {
			text_addf(out, "%s%s", shorter[i].instead, word + length);
			return;
		}
	}
	text_add(out, word);
}

void scene_doing(const struct picture_process *p, struct text *out)
{
	if (p->state == PROCESS_ZOMBIE)
		text_add(out, ending_known(p) ? p->ending : "");
	else if (p->state == PROCESS_ENDED)
		return;
	else if (p->streaming)
		text_addf(out, "repeats %s", p->call_name[0] ? p->call_name : p->call);
	else if (p->call[0])
		text_add(out, p->call);
	else if (p->program)
		text_add(out, p->command);
}

const char *scene_compact(uint64_t n, char *buf, size_t size)
{
	static const char unit[] = "kMGTPE";
	double d = (double)n;
	int u = -1;

	if (n < 1000) {
		snprintf(buf, size, "%u", (unsigned)n);
		return buf;
	}
	while (d >= 999.5 && unit[u + 1]) {
		d /= 1000;
		u++;
	}
	snprintf(buf, size, d < 9.95 ? "%.1f%c" : "%.0f%c", d, unit[u]);
	return buf;
}
