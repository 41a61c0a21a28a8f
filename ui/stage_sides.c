/* SPDX-License-Identifier: MIT */
/* On which side of the scene a process stands, and who is left out of it: from what the lesson makes it
 * do, so that boxes do not move while ends are made and closed. */
#include "ui/stage_sides.h"

#include <stdio.h>
#include <string.h>

/* Calls by which data go, or come. */
static const struct { const char *name; int weight; } weights[] = {
	{ "write", -1 }, { "send", -1 }, { "sendto", -1 }, { "sendmsg", -1 }, { "msgsnd", -1 }, { "mq_send", -1 },
	{ "read", 1 }, { "recv", 1 }, { "recvfrom", 1 }, { "recvmsg", 1 }, { "msgrcv", 1 }, { "mq_receive", 1 },
};

static int weight_of(const struct step *s)
{
	if (s->kind != STEP_CALL && s->kind != STEP_REPEAT)
		return 0;
	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
		if (!strcmp(s->call.name, weights[i].name))
			return weights[i].weight;
	return 0;
}

/* Counted over the whole lesson: who mostly writes, who mostly reads. */
static int weigh(const struct lesson *l, const char *process)
{
	int weight = 0;

	for (int i = 0; i < l->n_steps; i++)
		if (l->step[i].process && !strcmp(l->step[i].process, process))
			weight += weight_of(&l->step[i]);
	return weight;
}

/* A pipe tells its ends apart: who writes stands left though nobody ever reads. */
static bool has_pipes(const struct lesson *l)
{
	for (int i = 0; i < l->n_steps; i++)
		if (l->step[i].call.name && (strstr(l->step[i].call.name, "pipe") || strstr(l->step[i].call.name, "fifo")))
			return true;
	return false;
}

/* Whether anybody weighs the other way. */
static bool is_faced(const struct lesson *l, int weight)
{
	for (int i = 0; i < l->n_steps; i++) {
		const struct step *s = &l->step[i];

		if (weight_of(s) * weight < 0 && (int64_t)weigh(l, s->process) * weight < 0)
			return true;
	}
	return false;
}

/* Whether the ends of pipes that it holds decide: all of them for reading, or all for writing. */
static bool ends_decide(const struct picture *p, const char *process)
{
	int i = picture_process_find(p, process);
	bool reads = false, writes = false;

	for (int k = 0; i >= 0 && k < p->process[i].n_ends && k < PICTURE_ENDS; k++) {
		const struct picture_end *e = &p->process[i].ends[k];

		reads |= e->object >= 0 && e->end == 'r';
		writes |= e->object >= 0 && e->end == 'w';
	}
	return reads != writes;
}

int stage_sides_of(const struct stage_sides *s, const struct lesson *l, const struct picture *p, const char *process)
{
	int weight;

	if (!strcmp(process, "left") || !strcmp(process, "right"))
		return process[0] == 'l' ? -SCENE_BELONGS : SCENE_BELONGS;
	weight = weigh(l, process);
	if (weight && (has_pipes(l) || is_faced(l, weight)))
		return weight < 0 ? -SCENE_BELONGS : SCENE_BELONGS;
	for (int i = 0; i < s->n && !ends_decide(p, process); i++)
		if (!strcmp(s->stood[i].process, process))
			return s->stood[i].side;
	return 0;
}

/* kill(parent, SIGTERM). */
static bool named_in(const struct expression *x, const char *name)
{
	return x && ((x->kind == EXPRESSION_NAME && !strcmp(x->text, name)) || named_in(x->left, name) ||
		     named_in(x->right, name));
}

static bool has_part_in(const struct step *s, const char *process)
{
	if (s->process && !strcmp(s->process, process))
		return true;
	for (int i = 0; i < s->call.n_arguments; i++)
		if (named_in(s->call.argument[i], process))
			return true;
	for (int i = 0; i < s->n_facts; i++)
		if (s->fact[i].subject && !strcmp(s->fact[i].subject, process))
			return true;
	return false;
}

bool stage_sides_aside(const struct lesson *l, int position, const char *process)
{
	for (int i = 0; i < position && i < l->n_steps; i++)
		if (has_part_in(&l->step[i], process))
			return false;
	return l->n_steps > 0 && !strcmp(process, "parent");
}

void stage_sides_note(struct stage_sides *s, const struct scene *scene, const struct picture *p, int width)
{
	s->n = 0;
	for (int i = 0; i < scene->n_items; i++) {
		const struct scene_item *item = &scene->item[i];

		/* A list, one line each, has no sides. */
		if (item->is_object || item->index >= p->n_processes || item->area.width > width / 2)
			continue;
		snprintf(s->stood[s->n].process, sizeof s->stood[s->n].process, "%s", p->process[item->index].name);
		s->stood[s->n].side = item->area.x < width / 2 ? -1 : 1;
		s->n++;
	}
}
