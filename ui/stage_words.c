/* SPDX-License-Identifier: MIT */
/* What the prompt completes to: names, calls, words of the language and constants; behind a name's dot
 * the ends of that object and the facts of its kind. */
#include "ui/stage_layers.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "call/call.h"
#include "stage/facts.h"

/* Not `use`: only a lesson in a file can use another. */
static const char *const keywords[] = { "fork", "exec", "spawn", "host", "expect", "repeat", "every", "times", "stop",
					"say", "within", "blocked", "ready", "ended", "stopped", NULL };

static void add(struct stage_screen *v, const char *word)
{
	if (!*word)
		return;
	v->word = memory_grow(v->word, &v->room_words, v->n_words + 1, sizeof *v->word);
	snprintf(v->word[v->n_words++], sizeof *v->word, "%s", word);
}

static void add_part(struct stage_screen *v, const char *name, const char *part, bool indexed)
{
	char word[PROMPT_WORD];

	snprintf(word, sizeof word, "%.31s.%.14s%s", name, part, indexed ? "[" : "");
	if (*name)
		add(v, word);
}

/* Letters of the ends that have names of their own, where a lesson can write the object's. */
static const char *ends(const struct picture_object *o)
{
	switch (o->kind) {
	case OBJECT_PIPE:
	case OBJECT_FIFO:
		return "rw";
	case OBJECT_SOCKET:
	case OBJECT_TERMINAL:
		return "ab";
	case OBJECT_FILE:
	case OBJECT_EVENT:
	case OBJECT_MQUEUE:
	case OBJECT_MEMORY:
	case OBJECT_SEMAPHORE:
	case OBJECT_MUTEX:
	case OBJECT_QUEUE:
	case OBJECT_SEGMENT:
	case OBJECT_SEMAPHORES:
	case OBJECT_KINDS:
		break;
	}
	return "";
}

/* The kernel's own names, "pipe:[27408]" and "memory at 0x7f12", are no words of the language. */
static bool writable(const char *name)
{
	return *name && !strpbrk(name, ": ");
}

/* A side with a name of its own is that descriptor: it needs no letter. */
static void add_ends(struct stage_screen *v, const struct picture_object *o)
{
	bool sides = o->kind == OBJECT_SOCKET || o->kind == OBJECT_TERMINAL;

	for (const char *end = ends(o); *end && writable(o->name); end++)
		if (!sides || (!o->socket.side[*end - 'a'].name[0] && o->socket.side[*end - 'a'].inode))
			add_part(v, o->name, (char[]){ *end, '\0' }, false);
}

static void add_facts(struct stage_screen *v, const char *name, unsigned of, bool index_told)
{
	const struct fact *f;

	for (size_t i = 0; writable(name) && (f = fact_nth(i)); i++)
		if (of == FACT_OF_PROCESS ? f->of == of : (f->of & of) != 0)
			add_part(v, name, f->name, f->indexed && !index_told);
}

/* Other names that an object goes by: two aliases, and those of its sides. */
static const char *other_name(const struct picture_object *o, int n)
{
	if (n < 2)
		return o->alias[n];
	return o->kind == OBJECT_SOCKET || o->kind == OBJECT_TERMINAL ? o->socket.side[n - 2].name : "";
}

static void add_parts(struct stage_screen *v, const struct picture *p)
{
	for (int i = 0; i < p->n_objects; i++) {
		const struct picture_object *o = &p->object[i];

		if (o->gone)
			continue;
		add_ends(v, o);
		add_facts(v, o->name, FACT_OF(o->kind), picture_side_find(o, o->name) >= 0);
		for (int n = 0; n < 4; n++)
			add_facts(v, other_name(o, n), FACT_OF(o->kind), n >= 2);
	}
	for (int i = 0; i < p->n_processes; i++)
		add_facts(v, p->process[i].name, FACT_OF_PROCESS, false);
}

static void add_words(struct stage_screen *v, const struct picture *p)
{
	const char *name;

	for (int i = 0; (name = stage_nth_name(v->stage, i)); i++)
		if (writable(name))
			add(v, name);
	for (int i = 0; i < p->n_objects; i++)
		for (int n = 0; n < 4; n++)
			if (writable(other_name(&p->object[i], n)))
				add(v, other_name(&p->object[i], n));
	for (size_t i = 0; call_nth(i); i++)
		add(v, call_nth(i)->name);
	for (int i = 0; keywords[i]; i++)
		add(v, keywords[i]);
	for (size_t i = 0; symbol_nth(i); i++)
		add(v, symbol_nth(i));
}

/* Whether the word at the cursor has a dot. */
static bool behind_dot(const struct prompt *p)
{
	size_t i = p->cursor;

	while (i > 0 && !strchr(" (,|{", p->text[i - 1]))
		if (p->text[--i] == '.')
			return true;
	return false;
}

const char *stage_word(void *data, size_t n)
{
	struct stage_screen *v = data;
	const struct picture *p = stage_picture(v->stage);

	if (n == 0) {
		v->n_words = 0;
		if (behind_dot(&v->prompt))
			add_parts(v, p);
		else
			add_words(v, p);
	}
	return n < v->n_words ? v->word[n] : NULL;
}
